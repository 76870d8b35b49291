"""What the pages about organisations ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.domain.organisations import ABOUT_LIMIT, DESCRIPTION_LIMIT
from groups.enums import OfferKind
from groups.models import Region, WorkingGroup


class OrganisationSearch(forms.Form):
    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(
        label=_("Offers or needs"),
        required=False,
        choices=[("", _("All organisations")), ("offer", _("With offers")), ("need", _("With needs"))],
    )

    def __init__(self, *args: Any, regions: Iterable[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [("", _("Every region")), *((each.code, each.name) for each in regions)]


class OrganisationForm(forms.Form):
    """What the secretariat writes about an organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    region = forms.ModelChoiceField(
        queryset=Region.objects.all(), label=_("Region"), required=False, empty_label=_("Of no region")
    )
    is_agency = forms.BooleanField(label=_("It is the agency of its region"), required=False)


class AboutForm(forms.Form):
    """What an organisation says about itself."""

    about = forms.CharField(
        label=_("What it is"), required=False, max_length=ABOUT_LIMIT, widget=forms.Textarea(attrs={"rows": 6})
    )
    website = forms.CharField(
        label=_("Website"), required=False, max_length=200, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )


class Sectors(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # Django's class takes none when it runs
    def _check_values(self, value: Any) -> Any:
        # Django looks for all values in one query, and SQLite knows no number of more than 64 bits.
        for each in value or ():
            if len(str(each)) > 18:
                message = self.error_messages["invalid_pk_value"]
                raise forms.ValidationError(message, "invalid_pk_value", {"pk": str(each)[:30]})
        return super()._check_values(value)  # type: ignore[misc]  # the stubs leave it out


class OfferForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=OfferKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=150, help_text=_("Whoever is signed in can read it."))
    description = forms.CharField(
        label=_("Description"), required=False, max_length=DESCRIPTION_LIMIT, widget=forms.Textarea(attrs={"rows": 6})
    )
    sectors = Sectors(
        queryset=WorkingGroup.objects.all(), label=_("Sectors"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def terms(self) -> dict[str, Any]:
        """What was written, as ``write_offer`` and ``edit_offer`` take it."""
        return {**self.cleaned_data, "kind": OfferKind(self.cleaned_data["kind"])}
