"""What people type about a consultation: what to ask the regions about until when, and a region's word."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.repeats import KEY_LENGTH, new_key
from plans.enums import ConsultationState, Position
from plans.models import NOTE_LENGTH, StrategicPlan, Version
from plans.queries.consultations import unconsulted_versions

MOMENT = "%Y-%m-%dT%H:%M"
DAYS_TO_ANSWER = 21
NOW = "now"
"""The choice of the plan as it is, beside the numbers of its frozen versions."""


class MomentInput(forms.DateTimeInput):
    """A day and a time from the browser's own calendar, which speaks ISO whatever the language."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MOMENT)


def _deadline_field() -> forms.DateTimeField:
    # The seconds are there where a browser has them; the help is written when the form is, in the reader's zone.
    return forms.DateTimeField(
        label=_("Deadline"), input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], widget=MomentInput, help_text=" "
    )


def _say_zone(field: forms.Field) -> None:
    """Says at the field in whose time it is understood."""
    words = gettext("Day and time in your time zone, %(zone)s. Each reader sees it in their own.")
    field.help_text = words % {"zone": timezone.get_current_timezone_name()}


class DeadlineForm(forms.Form):
    """A new deadline for a consultation, and why."""

    deadline = _deadline_field()
    note = forms.CharField(
        label=_("Why"), required=False, max_length=NOTE_LENGTH, help_text=_("Kept in the record, with your name.")
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix="deadline")
        _say_zone(self.fields["deadline"])


class NoteForm(forms.Form):
    """Why a consultation is ended or taken back."""

    note = forms.CharField(
        label=_("Why"), required=False, max_length=NOTE_LENGTH, help_text=_("Kept in the record, with your name.")
    )


class AskForm(forms.Form):
    """About which version the regions are asked: one that is frozen, or the plan as it is now, under a name."""

    idempotency_key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput, initial=new_key)
    version = forms.ChoiceField(label=_("What the regions read"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name of the version"),
        required=False,
        max_length=120,
        help_text=_("For the plan as it is now. The regions see it: “Draft for the regions, June”."),
    )
    deadline = _deadline_field()

    def __init__(self, data: Any = None, *, plan: StrategicPlan, chosen: str = "") -> None:
        self.versions = {str(version.number): version for version in unconsulted_versions(plan)}
        has_choice = bool(self.versions) if data is None else "version" in data
        if data is not None:
            # Sent twice, it names the version about which the regions are asked by then; the domain knows what to say.
            asked = Version.objects.filter(plan=plan, consultation__state=ConsultationState.OPEN)
            self.versions |= {str(version.number): version for version in asked}
        due = timezone.localtime() + timedelta(days=DAYS_TO_ANSWER)
        initial = {
            "version": chosen if chosen in self.versions else NOW,
            "deadline": due.replace(hour=18, minute=0, second=0, microsecond=0),
        }
        super().__init__(data, initial=initial)
        _say_zone(self.fields["deadline"])
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        frozen = gettext("Version %(number)d, “%(name)s”, as it was frozen")
        if not has_choice:
            # There is nothing to choose.
            del self.fields["version"]
            self.fields["name"].required = True
        field.choices = [
            (NOW, gettext("The plan as it is now")),
            *(
                (number, frozen % {"number": version.number, "name": version.name})
                for number, version in self.versions.items()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("version") == NOW and cleaned.get("name") == "":
            self.add_error("name", gettext("The version needs a name."))
        return cleaned


class WordText(forms.CharField):
    """A text whose need the domain knows: it depends on the position."""

    def validate(self, value: Any) -> None:
        """Anything."""


class WordForm(forms.Form):
    """What a region says to a version."""

    use_required_attribute = False
    position = forms.ChoiceField(
        label=_("What the region says"),
        choices=Position.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    text = WordText(
        label=_("Reservation or reason"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed for a reservation and for an objection; it is shown wherever the word is. Markdown works."),
    )
