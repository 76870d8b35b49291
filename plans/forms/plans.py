"""What people type about a plan's sections and versions. Rules beyond the type of a value are the domain's."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.forms.submitting import key_field


class SectionForm(forms.Form):
    """A section's heading and what belongs in it."""

    heading = forms.CharField(label=_("Heading"), max_length=200)
    guidance = forms.CharField(
        label=_("What belongs here"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NewSectionForm(SectionForm):
    idempotency_key = key_field()


class VersionForm(forms.Form):
    """The name under which the plan is frozen; a form that is sent twice freezes it once."""

    idempotency_key = key_field()
    name = forms.CharField(label=_("Name of the version"), max_length=120)
