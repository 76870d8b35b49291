"""What the pages about people ask for. The domain checks it; a form keeps what was typed and says what was wrong."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groups.domain.time_zones import zone_choices
from groups.enums import NetworkOffice, Role
from groups.models import Organisation, Person, Region
from groups.refusals import show_errors


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's class takes none when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.organisation.name}" if obj.organisation else str(obj.name)


class NewMemberForm(forms.Form):
    person = PersonChoice(queryset=Person.objects.none(), label=_("Person"), empty_label=_("Choose a person"))
    role = forms.ChoiceField(label=_("Role"), initial=Role.PARTNER)

    def __init__(self, *args: Any, candidates: QuerySet[Person], roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, PersonChoice)
        _offer_roles(self, roles)
        # Whoever is active may be sent, so that the domain says what is wrong with them; offered are the others.
        person.queryset = Person.objects.filter(is_active=True)
        person.choices = [
            ("", person.empty_label),
            *((each.pk, person.label_from_instance(each)) for each in candidates),
        ]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, roles)


class OrganisationChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's class takes none when it runs
    """An organisation, by region from north to south."""

    def __init__(self, **kwargs: Any) -> None:
        known = Organisation.objects.select_related("region").order_by("region__position", "name")
        super().__init__(queryset=known, required=False, label=_("Organisation"), empty_label=_("None yet"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.region.name}" if obj.region else str(obj.name)


class InvitationForm(forms.Form):
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_("One per line, or apart by commas."),
        strip=False,
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.PARTNER)
    organisation = OrganisationChoice(help_text=_("If all of them come from one: it also says for which region."))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("In which the letter is written.")
    )
    message = forms.CharField(
        label=_("Message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Your own words to them."),
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, roles)


class JoinForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you would like to join"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A sentence or two: who you are, and what you bring. Those who lead the group read it."),
    )


class ApprovalForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), initial=Role.PARTNER)
    organisation = OrganisationChoice()

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self, roles)


class RefusalForm(forms.Form):
    words = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The person reads it.")
    )


class NewcomerForm(forms.Form):
    """What somebody tells who comes in by an invitation and has no account yet."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least ten characters."),
    )


class MembersFilter(forms.Form):
    """Which members are listed: of one region, in one role."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Every role")), *Role.choices])

    def __init__(self, *args: Any, regions: Iterable[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_regions(self, regions)


def _offer_roles(form: forms.Form, roles: Iterable[Role]) -> None:
    field = form.fields["role"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(each.value, each.label) for each in roles]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("As the others see it beside what you write."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Times are shown and understood in this zone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        time_zone = self.fields["time_zone"]
        assert isinstance(time_zone, forms.ChoiceField)
        time_zone.choices = zone_choices(self.initial.get("time_zone", ""))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What the token is for, so that you know which one to revoke.")
    )


def done(form: forms.Form, write: Callable[[], object]) -> bool:
    """Calls the domain's function where the form is valid; what it finds wrong is put beside the form's fields."""
    if not form.is_valid():
        return False
    try:
        write()
    except ValidationError as error:
        show_errors(form, error)
        return False
    return True


class PeopleSearch(forms.Form):
    words = forms.CharField(label=_("Name or organisation"), required=False, max_length=200)
    region = forms.ChoiceField(label=_("Region"), required=False)
    closed = forms.BooleanField(label=_("Closed accounts"), required=False)

    def __init__(self, *args: Any, regions: Iterable[Region], may_see_closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_regions(self, regions)
        if not may_see_closed:
            del self.fields["closed"]


class PersonForm(forms.Form):
    """What the secretariat writes about a person."""

    name = forms.CharField(label=_("Name"), max_length=150)
    organisation = OrganisationChoice()


class NewPersonForm(PersonForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("email", "name", "organisation", "language")


class MandateForm(forms.Form):
    region = forms.ModelChoiceField(
        queryset=Region.objects.all(), label=_("Region"), empty_label=_("Choose a region"), to_field_name="code"
    )


class OfficeForm(forms.Form):
    office = forms.ChoiceField(label=_("Office"), choices=NetworkOffice.choices)


def _offer_regions(form: forms.Form, regions: Iterable[Region]) -> None:
    field = form.fields["region"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("Every region")), *((each.code, each.name) for each in regions)]
