"""What the page for signing up asks for beside the address and the password. allauth's own form is built on it."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.domain.wording import one_line
from groups.models import Person


class NameForm(forms.Form):
    """``groups.signing_in.Adapter`` stores the name."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As the others see it beside what you write."),
    )
    field_order = ("name", "email", "password1")

    def clean_name(self) -> str:
        try:
            return one_line(self.cleaned_data["name"], field="name", max_length=150)
        except ValidationError as error:
            raise ValidationError(error.message_dict["name"]) from None

    def signup(self, request: HttpRequest, user: Person) -> None:
        """allauth wants to call something here; all is done by then."""
