"""What the domain refused, shown at the fields of the form that asked for it."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def show_errors(form: forms.Form, error: ValidationError) -> None:
    """Adds the domain's messages to the form, each at its field; what belongs to none of them, above the form."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for field, messages in by_field.items():
        form.add_error(field if field in form.fields else None, messages)
