"""Writing in a visit's log. The pages' script sends entries to the API; these forms do without a script."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from groups.models import Person
from groups.standing import PersonRequest
from visits.domain.log import delete_entry, edit_entry, log_entry
from visits.domain.once import KeyUsedTwice
from visits.domain.photos import MAX_PHOTOS, keep_photo
from visits.forms.entry import EditEntryForm, EntryForm
from visits.forms.faults import show_errors
from visits.models import LogEntry, StudyVisit, WaitingPhoto
from visits.policies import may_delete_entry, may_edit_entry
from visits.queries.log import entry_for, waiting_photos
from visits.queries.visits import visit_for
from visits.views.loading import found, status_of
from visits.views.showing import rights_on, shown_entries


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest, visit_id: int) -> HttpResponse:
    visit = found(visit_for, request, visit_id)
    if not rights_on(request.standing, visit).log:
        raise PermissionDenied(_("The log is written by members who take part in the visit."))
    form = EntryForm.blank(visit)
    saved = None
    if request.method == "POST":
        form = EntryForm(request.POST, request.FILES)
        with timezone.override(visit.zone):
            valid = form.is_valid()
        if valid:
            try:
                logged = log_entry(
                    visit=visit,
                    by=cast(Person, request.user),
                    text=form.text,
                    photos=form.new_photos(request.POST.getlist("description")),
                    waiting=form.picked,
                    idempotency_key=form.cleaned_data["idempotency_key"],
                )
            except ValidationError as error:
                show_errors(form, error)
            except KeyUsedTwice as conflict:
                form.add_error(None, str(conflict))
                saved = conflict.made
            else:
                return _back_to(logged.entry)
    waiting = _waiting(request, visit, form, every=not form.is_bound)
    context = _context(visit, form, waiting) | {"max_photos": MAX_PHOTOS, "saved": saved}
    return render(request, "visits/entry_form.html", context, status=status_of(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, entry_id: int) -> HttpResponse:
    entry = found(entry_for, request, entry_id)
    visit = entry.visit
    if not may_edit_entry(request.standing, visit, entry):
        raise PermissionDenied(_("A log entry is edited by its author alone."))
    photos = list(entry.photos.select_related("file"))
    initial = {
        "source": entry.source,
        "place": entry.place,
        "seen_at": visit.local(entry.seen_at),
        "revision": entry.revision,
    }
    form = EditEntryForm(photos=photos, initial=initial)
    if request.method == "POST":
        form = EditEntryForm(request.POST, request.FILES, photos=photos)
        with timezone.override(visit.zone):
            valid = form.is_valid()
        if valid:
            try:
                edit_entry(
                    entry=entry,
                    by=cast(Person, request.user),
                    text=form.text,
                    descriptions=form.descriptions,
                    removed=form.removed,
                    photos=form.new_photos(request.POST.getlist("description")),
                    waiting=form.picked,
                    expected_revision=form.cleaned_data["revision"],
                )
            except ValidationError as error:
                show_errors(form, error)
            else:
                messages.success(request, _("The entry is saved."))
                return _back_to(entry)
    waiting = _waiting(request, visit, form, every=False)
    context = _context(visit, form, waiting) | {"entry": entry, "max_photos": MAX_PHOTOS - len(photos)}
    return render(request, "visits/entry_form.html", context, status=status_of(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PersonRequest, entry_id: int) -> HttpResponse:
    """Asks once (for those without the script that asks on the page), then deletes."""
    entry = found(entry_for, request, entry_id)
    if not may_delete_entry(request.standing, entry.visit, entry):
        raise PermissionDenied(_("A log entry is deleted by its author and by those who moderate the group."))
    if request.method == "POST":
        delete_entry(entry=entry, by=cast(Person, request.user))
        messages.success(request, _("The entry is deleted."))
        return redirect("visits:visit", entry.visit_id)
    context = {
        "working_group": entry.visit.working_group,
        "room": "visits",
        "visit": entry.visit,
        "question": _("Delete this log entry?"),
        "consequence": _("Its text and photos disappear for everybody. That you deleted it stays to be seen."),
        "action": _("Delete the entry"),
    }
    return render(request, "visits/delete.html", context)


@login_required
@require_GET
def card(request: PersonRequest, visit_id: int, entry_id: int) -> HttpResponse:
    """One entry as the log shows it, for the open pages of the visit."""
    visit = found(visit_for, request, visit_id)
    shown = shown_entries(request.standing, visit, pk=entry_id)
    if not shown:
        raise Http404(_("There is nothing here, or it is not for you."))
    return render(request, "visits/entry.html", {"visit": visit, "shown": shown[0]})


@dataclass(frozen=True, slots=True)
class ShownWaiting:
    """A photo that waits, with what was typed about it."""

    photo: WaitingPhoto
    description: str


def _waiting(request: PersonRequest, visit: StudyVisit, form: EntryForm, *, every: bool) -> list[ShownWaiting]:
    """The photos that wait for this entry: every one when the form is opened, else those that were sent with it.

    A form that comes back keeps the photos that came with it, so that nobody has to choose them again.
    """
    words = (
        {photo.pk: photo.description for photo in form.picked} if "waiting" in getattr(form, "cleaned_data", {}) else {}
    )
    if form.is_bound:
        described = request.POST.getlist("description")
        for number, upload in enumerate(request.FILES.getlist("photos")):
            try:
                kept = keep_photo(visit=visit, by=cast(Person, request.user), upload=upload).photo
            except ValidationError as error:
                if "photos" not in form.errors:
                    named = {"file": upload.name, "message": " ".join(error.messages)}
                    form.add_error("photos", _("%(file)s: %(message)s") % named)
            else:
                words[kept.pk] = described[number] if number < len(described) else ""
    there = waiting_photos(request.standing, visit)
    shown = there if every else there.filter(pk__in=list(words))
    return [ShownWaiting(photo, words.get(photo.pk, "")) for photo in shown]


def _context(visit: StudyVisit, form: EntryForm, waiting: list[ShownWaiting]) -> dict[str, object]:
    return {
        "working_group": visit.working_group,
        "room": "visits",
        "visit": visit,
        "form": form,
        "waiting": waiting,
    }


def _back_to(entry: LogEntry) -> HttpResponse:
    return redirect(f"{reverse('visits:visit', args=[entry.visit_id])}#entry-{entry.pk}")
