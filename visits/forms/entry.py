"""What people fill in while they see something: a log entry with its photos."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from groups.repeats import KEY_LENGTH, new_key
from visits.domain.log import ENTRY_LENGTH, EntryText
from visits.domain.photos import NewPhoto, PickedPhoto
from visits.models import LINE_LENGTH, TEASER_LENGTH, LogPhoto, StudyVisit

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Any number of files; what they are is looked at where they are stored."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", PhotosInput(attrs={"accept": "image/*", "multiple": True}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        chosen = data if isinstance(data, list | tuple) else [data]
        return [cast("UploadedFile[Any]", super(PhotosField, self).clean(file, initial)) for file in chosen if file]


class WaitingField(forms.Field):
    """The ids of photos that were sent before the form."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        chosen = value or []
        if not all(isinstance(each, str) and each.isascii() and each.isdigit() and len(each) < 19 for each in chosen):
            raise forms.ValidationError(_("A photo is named by its number."))
        return [int(each) for each in chosen]


class EntryForm(forms.Form):
    """A log entry. The time is read in the place's zone: validate under ``timezone.override(visit.zone)``.

    A photo that waits (``waiting``) has its description in the field ``described-<id>``; photos that come with the
    form itself have one ``description`` each, in their order, or get it later.
    """

    photos = PhotosField(label=_("Photos"), required=False)
    waiting = WaitingField(required=False)
    source = forms.CharField(
        label=_("What I see"), required=False, max_length=ENTRY_LENGTH, widget=forms.Textarea(attrs={"rows": 5})
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=LINE_LENGTH)
    seen_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        input_formats=MOMENT_FORMATS,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    idempotency_key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput)

    @staticmethod
    def blank(visit: StudyVisit) -> "EntryForm":
        """A form to begin with: now, at the place, with a key of its own."""
        return EntryForm(initial={"seen_at": visit.local(timezone.now()), "idempotency_key": new_key()})

    @property
    def text(self) -> EntryText:
        given = self.cleaned_data
        return EntryText(source=given["source"], seen_at=cast(datetime | None, given["seen_at"]), place=given["place"])

    @property
    def picked(self) -> list[PickedPhoto]:
        """The photos that were sent before the form, with their descriptions."""
        return [
            PickedPhoto(pk=pk, description=self.data.get(f"described-{pk}", "")) for pk in self.cleaned_data["waiting"]
        ]

    def new_photos(self, descriptions: Sequence[str]) -> list[NewPhoto]:
        return paired(self.cleaned_data["photos"], descriptions)


def paired(uploads: "Sequence[UploadedFile[Any]]", descriptions: Sequence[str]) -> list[NewPhoto]:
    """Each upload with the description at its place; those without one get a blank one."""
    words = [*descriptions, *[""] * len(uploads)]
    return [NewPhoto(upload=upload, description=text) for upload, text in zip(uploads, words, strict=False)]


class EditEntryForm(EntryForm):
    """An entry with its photos: each has a description, and a box to remove it.

    A photo that came after the form was opened keeps its description: nobody has typed another one.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        photos: Sequence[LogPhoto],
        **options: Any,
    ) -> None:
        if data is not None:
            data = data.copy()
            for photo in photos:
                data.setdefault(f"description-{photo.pk}", photo.description)
        super().__init__(data, files, **options)
        del self.fields["idempotency_key"]
        self.fields["photos"].label = _("More photos")
        self.shown = photos
        for photo in photos:
            self.fields[f"description-{photo.pk}"] = forms.CharField(
                label=_("What the photo shows"), required=False, max_length=TEASER_LENGTH, initial=photo.description
            )
            self.fields[f"remove-{photo.pk}"] = forms.BooleanField(label=_("Remove this photo"), required=False)

    @property
    def described(self) -> list[tuple[LogPhoto, forms.BoundField, forms.BoundField]]:
        """Each photo with its two fields, for the template."""
        return [(photo, self[f"description-{photo.pk}"], self[f"remove-{photo.pk}"]) for photo in self.shown]

    @property
    def descriptions(self) -> Mapping[int, str]:
        return {photo.pk: self.cleaned_data[f"description-{photo.pk}"] for photo in self.shown}

    @property
    def removed(self) -> list[int]:
        return [photo.pk for photo in self.shown if self.cleaned_data[f"remove-{photo.pk}"]]
