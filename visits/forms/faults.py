"""What the domain refused, shown at the form's fields."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from groups import refusals
from visits.domain.wording import Overtaken


def show_errors(form: forms.Form, error: ValidationError) -> None:
    """Puts what the domain refused at the form's fields; what belongs to none of them, above them.

    A form that was overtaken goes on from what was saved meanwhile, so that it can be saved once that has been read.
    """
    if isinstance(error, Overtaken):
        data = cast(QueryDict, form.data).copy()
        data[form.add_prefix("revision")] = str(error.revision)
        form.data = data
    refusals.show_errors(form, error)
