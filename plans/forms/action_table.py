"""What people type about an action: in a form, and in a cell of the table."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from groups.models import Organisation
from groups.refusals import show_errors
from plans.amounts import TwoReadings, amount_in
from plans.domain.action_table import TERM_NAMES, ActionTerms, Change, terms_of
from plans.domain.canonical import plain_number
from plans.forms.submitting import key_field
from plans.models import Action


class OrganisationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """An organisation by name, with its region's code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.region.code})" if obj.region else str(obj.name)


class OrganisationChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as above
    label_from_instance = OrganisationChoice.label_from_instance

    def _check_values(self, value: Any) -> Any:
        # Django looks for all values in one query, and SQLite knows no number of more than 64 bits.
        for each in value or ():
            if len(str(each)) > 18:
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, "invalid_pk_value", {"pk": str(each)[:30]})
        return super()._check_values(value)  # type: ignore[misc]  # the stubs leave it out


class DayInput(forms.DateInput):
    """A day from the browser's own calendar, which speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AmountField(forms.DecimalField):
    """An amount with two decimals at most, as people of many countries type it (plans.amounts)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, localize=True, decimal_places=2, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an integer's
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return amount_in(value)
        except TwoReadings as two:
            raise ValidationError(
                _(
                    "“%(typed)s” can be read in two ways, as %(thousands)s or as %(decimals)s. Please type the one you "
                    "mean without a mark between thousands, for example 12000 or 12,50."
                ),
                "two-readings",
                {
                    "typed": value.strip(),
                    "thousands": number_format(two.thousands, use_l10n=True),
                    "decimals": number_format(two.decimals, decimal_pos=3, use_l10n=True),
                },
            ) from two
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], "invalid") from error


class ActionForm(forms.Form):
    """A new action."""

    idempotency_key = key_field()
    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown works here."),
    )
    lead = OrganisationChoice(label=_("Lead"), queryset=Organisation.objects.none(), required=False)
    partners = OrganisationChoices(
        label=_("Partners"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = forms.DateField(label=_("Starts on"), required=False, input_formats=["%Y-%m-%d"], widget=DayInput)
    ends_on = forms.DateField(label=_("Ends on"), required=False, input_formats=["%Y-%m-%d"], widget=DayInput)
    budget = AmountField(label=_("Budget in EUR"), max_digits=12, min_value=0)
    indicator = forms.CharField(
        label=_("Indicator"),
        required=False,
        max_length=200,
        help_text=_("What will be counted or measured, for example: firms in joint projects."),
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=50)
    baseline = AmountField(label=_("Baseline"), max_digits=14)
    target = AmountField(label=_("Target"), max_digits=14)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.select_related("region")
        for name in ("lead", "partners"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = organisations

    def terms(self) -> ActionTerms:
        """What was typed; only after ``is_valid``."""
        values = {name: self.cleaned_data[name] for name in TERM_NAMES if name != "partners"}
        return ActionTerms(**values, partners=tuple(self.cleaned_data["partners"]))

    def refuse(self, error: ValidationError) -> None:
        """Shows the domain's messages, each at its field."""
        show_errors(self, error)


class ActionChangeForm(ActionForm):
    """What is written about an action, to be changed. Beside each field travels, hidden, the value that the person was
    shown (``initial-<field>``), so that only what they changed is saved; ``keep-<field>`` is "theirs" where they chose
    another's value over their own."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            # A person who was shown no partners sends none: that is not the same as not saying what they were shown.
            for name in TERM_NAMES:
                if f"initial-{name}" not in data:
                    data.setlist(f"initial-{name}", [] if name == "partners" else [""])
        super().__init__(data, **kwargs)
        del self.fields["idempotency_key"]
        for field in self.fields.values():
            field.show_hidden_initial = True

    @classmethod
    def showing(cls, action: Action) -> "ActionChangeForm":
        """The form filled with what is written about the action now."""
        written: dict[str, Any] = {name: getattr(action, name) for name in TERM_NAMES if name != "partners"}
        return cls(initial={**written, "partners": [partner.pk for partner in action.partners.all()]})

    def changes(self) -> dict[str, Change]:
        """What the person changed of what they were shown, others' values that they chose left out; only after
        ``is_valid``."""
        return {
            name: Change(self._seen(name), self.cleaned_data[name])
            for name in self.changed_data
            if self.data.get(f"keep-{name}") != "theirs"
        }

    def _seen(self, name: str) -> Any:
        field = self.fields[name]
        shown = field.hidden_widget().value_from_datadict(self.data, self.files, f"initial-{name}")
        try:
            return field.to_python(shown)
        except ValidationError:
            # An organisation that is no more was shown, or something was made up: nothing that is written now.
            return () if name == "partners" else None

    def beside(self, current: Action) -> "ActionChangeForm":
        """The form to be sent again: what this person changed as they typed it, all else as it is now."""
        now = ActionChangeForm.showing(current)
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        for name in TERM_NAMES:
            written = now[name].field.widget.format_value(now[name].value())
            values = [str(each) for each in written] if isinstance(written, list) else [str(written or "")]
            data.setlist(f"initial-{name}", values)
            if name not in self.changed_data:
                data.setlist(name, values)
            data.pop(f"keep-{name}", None)
        return ActionChangeForm(data)


def seen_of(action: Action) -> dict[str, str]:
    """Each term of the action as JSON, as a page that edits it in place sends it back with what was typed."""
    terms = terms_of(action)
    values: dict[str, Any] = {
        "lead": terms.lead.pk if terms.lead else None,
        "partners": [partner.pk for partner in terms.partners],
    }
    for name in TERM_NAMES:
        value = getattr(terms, name)
        if isinstance(value, Decimal):
            value = plain_number(value)
        elif isinstance(value, date):
            value = value.isoformat()
        values.setdefault(name, value)
    return {name: json.dumps(value) for name, value in values.items()}


def changes_in(sent: Mapping[str, tuple[Any, Any]]) -> dict[str, Change]:
    """The changes that a page or program sent as (what was shown, what was typed) by the term's name, both as JSON has
    them: texts, ids, days as YYYY-MM-DD, amounts as texts, null. Raises ValidationError by field."""
    form = ActionForm()
    changes: dict[str, Change] = {}
    errors: dict[str, Any] = {}
    for name, (seen, typed) in sent.items():
        if name not in TERM_NAMES:
            raise ValidationError({name[:50]: _("An action has nothing of this name.")})
        field = form.fields[name]
        try:
            changes[name] = Change(field.to_python(_posted(name, seen)), field.clean(_posted(name, typed)))
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return changes


def _posted(name: str, value: Any) -> Any:
    """A value of JSON as a form would have posted it."""
    if isinstance(value, list) != (name == "partners") and value is not None:
        raise ValidationError(_("This is no value of this kind."))
    if isinstance(value, list):
        return [str(each) for each in value]
    return ([] if name == "partners" else "") if value is None else str(value)
