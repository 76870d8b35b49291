"""What a person can choose about their notices."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.enums import Mail
from notices.kinds import sorts
from notices.models import MailChoice


class MailForm(forms.Form):
    mail = forms.ChoiceField(label=_("E-mail about unread notices"), choices=Mail.choices, widget=forms.RadioSelect)
    about = forms.MultipleChoiceField(
        label=_("What it may tell of"),
        help_text=_("What has no tick still stands in the workspace, behind the bell."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [(sort.name, sort.label) for sort in sorts()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, choice: MailChoice) -> Self:
        wanted = [sort.name for sort in sorts() if sort.name not in choice.unwanted]
        return cls(initial={"mail": choice.mail, "about": wanted})

    @property
    def unwanted(self) -> set[str]:
        """The names of the sorts that were left without a tick."""
        return {sort.name for sort in sorts()} - set(self.cleaned_data["about"])
