"""What people fill in to plan a visit, with its programme. What is right and wrong is the domain's to say."""

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from groups.domain.time_zones import zone_choices, zone_of
from groups.models import Organisation, Region
from groups.repeats import KEY_LENGTH, new_key
from visits.domain.planning import MAX_PROGRAMME_ITEMS, ProgrammeLine, VisitPlan, checked_line, checked_plan
from visits.forms.faults import show_errors
from visits.models import LINE_LENGTH, TEXT_LENGTH, StudyVisit

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} ({obj.region.name})" if obj.region else obj.name


class RegionSelect(forms.Select):
    """Each region's option says its zone, so that the page can follow the choice (visits/place_zone.js)."""

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        region = getattr(value, "instance", None)
        if isinstance(region, Region):
            option["attrs"]["data-zone"] = zone_of(region)
        return option


class VisitForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=LINE_LENGTH)
    host_region = forms.ModelChoiceField(Region.objects.all(), label=_("Host region"), widget=RegionSelect)
    host_organisation = OrganisationField(
        Organisation.objects.select_related("region"), label=_("Host organisation"), required=False
    )
    place = forms.CharField(label=_("Place"), max_length=LINE_LENGTH, help_text=_("Town or address."))
    starts_on = forms.DateField(label=_("First day"), widget=DATE, input_formats=["%Y-%m-%d"])
    ends_on = forms.DateField(label=_("Last day"), widget=DATE, input_formats=["%Y-%m-%d"])
    time_zone = forms.ChoiceField(
        label=_("Time zone of the place"),
        required=False,
        help_text=_("All hours of the visit are the place's own."),
    )
    objectives = forms.CharField(
        label=_("Objectives"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What do you want to see and find out? Markdown: **bold**, lists, links."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    idempotency_key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = zone_choices(self.initial.get("time_zone", ""))
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = [("", _("As in the host region")), *zones]


class ProgrammeLineForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DATE, input_formats=["%Y-%m-%d"])
    starts_at = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends_at = forms.TimeField(
        label=_("To"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    title = forms.CharField(label=_("What"), max_length=LINE_LENGTH)
    place = forms.CharField(label=_("Where"), max_length=LINE_LENGTH, required=False)
    note = forms.CharField(label=_("Note"), max_length=LINE_LENGTH, required=False)


NOT_OF_THE_PLAN = {"revision", "idempotency_key"}
PROGRAMME_FIELDS = ("day", "starts_at", "ends_at", "title", "place", "note")
ProgrammeForms = formset_factory(
    ProgrammeLineForm,
    extra=3,
    max_num=MAX_PROGRAMME_ITEMS,
    absolute_max=MAX_PROGRAMME_ITEMS + 1,
    validate_max=True,
    can_delete=True,
)


class PlanForms:
    """The form of a visit's plan with the lines of its programme, read and checked as one."""

    def __init__(self, data: QueryDict | None, visit: StudyVisit | None) -> None:
        self.visit_form = VisitForm(data, initial=_initial(visit) if visit else {"idempotency_key": new_key()})
        # What is sent is not compared with what is there by now: a line that both wrote is not an empty one.
        lines = list(visit.programme.values(*PROGRAMME_FIELDS)) if visit and data is None else []
        self.programme: BaseFormSet[ProgrammeLineForm] = ProgrammeForms(data, initial=lines, prefix="programme")

    def is_valid(self) -> bool:
        """Whether the domain will take the plan; otherwise each fault stands at its field."""
        whole = self.visit_form.is_valid()
        lines = self.programme.is_valid()
        if not (whole and lines):
            return False
        plan = self.plan
        try:
            checked_plan(replace(plan, programme=()))
        except ValidationError as error:
            show_errors(self.visit_form, error)
        for form, line in zip(self._filled(), plan.programme, strict=True):
            try:
                checked_line(line, starts_on=plan.starts_on, ends_on=plan.ends_on)
            except ValidationError as error:
                show_errors(form, error)
        return self.visit_form.is_valid() and all(form.is_valid() for form in self._filled())

    @property
    def plan(self) -> VisitPlan:
        fields = {name: value for name, value in self.visit_form.cleaned_data.items() if name not in NOT_OF_THE_PLAN}
        return VisitPlan(**fields, programme=[_line(form) for form in self._filled()])

    @property
    def revision(self) -> int | None:
        return cast(int | None, self.visit_form.cleaned_data["revision"])

    @property
    def idempotency_key(self) -> str:
        return str(self.visit_form.cleaned_data["idempotency_key"])

    @property
    def line_errors(self) -> list[tuple[str, str]]:
        """What is wrong with lines of the programme: the id of the field to go to, and a sentence."""
        return [
            (form[name if name in form.fields else "day"].id_for_label, str(error))
            for form in self.programme
            for name, errors in form.errors.items()
            for error in errors
        ]

    def _filled(self) -> list[ProgrammeLineForm]:
        """The lines that were filled in and not struck out."""
        return [
            form for form in self.programme if form.cleaned_data.get("title") and not form.cleaned_data.get("DELETE")
        ]


def _initial(visit: StudyVisit) -> dict[str, Any]:
    names = ("title", "host_region", "host_organisation", "place", "starts_on", "ends_on", "time_zone", "objectives")
    return {name: getattr(visit, name) for name in (*names, "revision")}


def _line(form: ProgrammeLineForm) -> ProgrammeLine:
    return ProgrammeLine(**{name: value for name, value in form.cleaned_data.items() if name != "DELETE"})
