"""Who may do what with a study visit, its log, its lessons, its story and its photos."""

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from groups.models import Region
from tests.rights.table import (
    AGENCY,
    EVERYBODY,
    LEADERS,
    NO_ONE,
    PARTNER,
    READERS,
    SECRETARIAT,
    SIGNED_IN,
    WRITERS,
    Channel,
    Row,
    Stage,
)
from visits.domain.lessons import LessonText, write_lesson
from visits.domain.log import EntryText, delete_entry, log_entry
from visits.domain.opening import open_visit
from visits.domain.participation import add_participant
from visits.domain.photos import NewPhoto, keep_photo
from visits.domain.planning import VisitPlan, plan_visit
from visits.domain.review import ask_for_review, comment_on_story
from visits.domain.stories import StoryText, publish_story, write_story
from visits.models import LogPhoto, StudyVisit

ATTENDING = frozenset({AGENCY, PARTNER})
MODERATORS = LEADERS | {SECRETARIAT}


def _photo() -> NewPhoto:
    stream = io.BytesIO()
    Image.new("RGB", (32, 24), "seagreen").save(stream, "JPEG")
    return NewPhoto(upload=SimpleUploadedFile("photo.jpg", stream.getvalue()), description="A dryer")


def _visit(stage: Stage, title: str) -> StudyVisit:
    today = timezone.now().date()
    plan = VisitPlan(
        title=title,
        host_region=Region.objects.get(code="PL22"),
        place="Bielsko-Biała",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
        time_zone="Europe/Warsaw",
        objectives="See the shared dryer.",
    )
    visit = plan_visit(working_group=stage.agrifood, by=stage.cast.coordinator, plan=plan)
    for person in (stage.cast.agency, stage.cast.partner):
        add_participant(visit=visit, person=person, by=stage.cast.coordinator)
    return visit


def objects(stage: Stage) -> dict[str, object]:
    """Two visits that agency and partner attend: one with a story that is a draft, one with a published story."""
    coordinator, partner = stage.cast.coordinator, stage.cast.partner
    visit, told = _visit(stage, "Planted visit"), _visit(stage, "Told visit")
    opened = _visit(stage, "Opened visit")
    log_entry(visit=opened, by=partner, text=EntryText(source="Opened entry"))
    open_visit(visit=opened, by=coordinator)
    photos: dict[str, LogPhoto] = {}
    entries = {}
    for name, of in (("visit", visit), ("told", told), ("deleted", visit)):
        logged = log_entry(visit=of, by=partner, text=EntryText(source="Planted entry"), photos=[_photo()])
        entries[name], photos[name] = logged.entry, LogPhoto.objects.get(entry=logged.entry)
    delete_entry(entry=entries["deleted"], by=partner)
    lesson = write_lesson(
        visit=visit, by=partner, lesson=LessonText(title="Planted lesson", observed_practice="Nine farms share one.")
    )
    for of, text in ((visit, "Planted draft"), (told, f"Planted story\n\n[photo {photos['told'].pk}]\n")):
        write_story(visit=of, by=coordinator, text=StoryText(title="Nine farms", teaser="One dryer.", source=text))
    publish_story(visit=told, by=coordinator)
    ask_for_review(visit=visit, by=coordinator)
    comment = comment_on_story(visit=visit, by=partner, source="Planted comment")
    waiting = keep_photo(visit=visit, by=partner, upload=_photo().upload).photo
    return {
        "waiting": waiting.pk,
        "waiting_photo": waiting.key,
        "waiting_file": waiting.file_id,
        "comment": comment.pk,
        "visit": visit.pk,
        "told_visit": told.pk,
        "opened_visit": opened.pk,
        "entry": entries["visit"].pk,
        "deleted_entry": entries["deleted"].pk,
        "lesson": lesson.pk,
        "partner": partner.pk,
        "deputy": stage.cast.deputy.pk,
        **{f"{name}_photo": photo.key for name, photo in photos.items()},
        **{f"{name}_file": photo.file_id for name, photo in photos.items()},
    }


VISITS, VISIT, TOLD = "/groups/agrifood/visits/", "/visits/{visit}/", "/visits/{told_visit}/"
OPENED = "/visits/{opened_visit}/"
COMMENT = "/visits/comments/{comment}/"
ENTRY, LESSON, API = "/visits/entries/{entry}/", "/visits/lessons/{lesson}/", "/api/visits/{visit}"
LESSON_FORM = {"title": "Another", "observed_practice": "Seen."}
STORY_FORM = {"title": "Nine farms", "teaser": "One dryer.", "source": "It works.", "revision": "1"}
EDITORS = LEADERS | {PARTNER}

ROWS = [
    # Everybody sees the published stories there, readers the visits.
    Row("GET", VISITS, may=READERS, otherwise=200, nobody=200, shows="Planted visit"),
    Row("GET", VISITS + "plan/", may=LEADERS, sees=READERS),
    # An empty form comes back with what is missing.
    Row("POST", VISITS + "plan/", may=LEADERS, status=422, sees=READERS),
    Row("GET", VISIT, may=READERS, shows="Planted entry"),
    Row("GET", VISIT + "edit/", may=LEADERS, sees=READERS),
    Row("POST", VISIT + "edit/", may=LEADERS, status=422, sees=READERS),
    # One that was opened to the network is everybody's who is signed in, to read.
    Row("GET", OPENED, may=SIGNED_IN, shows="Opened entry"),
    Row("GET", "/api/visits/{opened_visit}/entries", may=SIGNED_IN, shows="Opened entry"),
    Row("POST", OPENED + "join/", may=WRITERS, status=302, sees=SIGNED_IN),
    Row("GET", OPENED + "story/review/", may=READERS, status=302),
    Row("POST", VISIT + "open/", may=LEADERS, status=302, sees=READERS),
    Row("POST", OPENED + "close/", may=LEADERS, status=302, sees=SIGNED_IN),
    Row("POST", VISIT + "join/", may=WRITERS, status=302, sees=READERS),
    Row("POST", VISIT + "leave/", may=READERS, status=302),
    Row("POST", VISIT + "participants/", may=LEADERS, status=302, sees=READERS, send={"person": "{deputy}"}),
    Row("POST", VISIT + "participants/{partner}/remove/", may=LEADERS | {PARTNER}, status=302, sees=READERS),
    Row("GET", VISIT + "log/", may=ATTENDING, sees=READERS),
    Row("POST", VISIT + "log/", may=ATTENDING, status=302, sees=READERS, send={"source": "Seen."}),
    Row("GET", VISIT + "entries/{entry}/", may=READERS, shows="Planted entry"),
    # A log is a witness's: nobody else changes its words.
    Row("GET", ENTRY + "edit/", may=frozenset({PARTNER}), sees=READERS),
    Row("POST", ENTRY + "edit/", may=frozenset({PARTNER}), status=302, sees=READERS, send={"source": "Seen."}),
    Row("GET", ENTRY + "delete/", may=MODERATORS | {PARTNER}, sees=READERS),
    Row("POST", ENTRY + "delete/", may=MODERATORS | {PARTNER}, status=302, sees=READERS),
    Row("GET", VISIT + "lessons/new/", may=ATTENDING | LEADERS, sees=READERS),
    Row("POST", VISIT + "lessons/new/", may=ATTENDING | LEADERS, status=302, sees=READERS, send=LESSON_FORM),
    Row("GET", LESSON + "edit/", may=EDITORS, sees=READERS),
    Row("POST", LESSON + "edit/", may=EDITORS, status=302, sees=READERS, send=LESSON_FORM),
    Row("GET", LESSON + "history/", may=READERS, shows="Planted lesson"),
    Row("GET", LESSON + "delete/", may=EDITORS | {SECRETARIAT}, sees=READERS),
    Row("POST", LESSON + "delete/", may=EDITORS | {SECRETARIAT}, status=302, sees=READERS),
    # Whether there is a draft is nobody's business at the public address.
    Row("GET", VISIT + "story/", may=NO_ONE, nobody=404),
    Row("GET", TOLD + "story/", may=EVERYBODY, shows="Planted story"),
    Row("GET", VISIT + "story/edit/", may=LEADERS, sees=READERS, shows="Planted draft"),
    Row("POST", VISIT + "story/edit/", may=LEADERS, status=302, sees=READERS, send=STORY_FORM),
    Row("GET", VISIT + "story/review/", may=READERS, shows="Planted comment"),
    Row("POST", VISIT + "story/review/ask/", may=LEADERS, status=302, sees=READERS),
    Row("POST", VISIT + "story/review/return/", may=LEADERS, status=302, sees=READERS, send={"reason": "Too long."}),
    Row("POST", VISIT + "story/review/comment/", may=WRITERS, status=302, sees=READERS, send={"source": "Well put."}),
    Row("POST", COMMENT + "resolve/", may=EDITORS, status=302, sees=READERS),
    Row("GET", VISIT + "story/publish/", may=LEADERS, sees=READERS),
    Row("POST", VISIT + "story/publish/", may=LEADERS, status=302, sees=READERS),
    Row("POST", TOLD + "story/withdraw/", may=MODERATORS, status=302, sees=READERS),
    Row("GET", "/visits/999999999/", may=NO_ONE),
    Row("GET", "/api/groups/agrifood/visits", may=READERS, shows="Planted visit"),
    Row("GET", API + "/entries", may=READERS, shows="Planted entry"),
    Row("POST", API + "/entries", may=ATTENDING, status=201, sees=READERS, send={"source": "Seen."}),
    Row("GET", API + "/events?after=0", may=READERS),
    # A photo that waits for its entry is its author's alone.
    Row("GET", API + "/photos", may=READERS),
    Row("POST", API + "/photos", may=ATTENDING, status=422, sees=READERS),
    Row("DELETE", "/api/visits/photos/{waiting}", may=frozenset({PARTNER}), status=204),
    Row("GET", "/files/{waiting_file}/small", may=frozenset({PARTNER}), nobody=404),
    # A photo of the log is its readers', one of a published story everybody's, one of a deleted entry nobody's.
    Row("GET", "/files/{visit_file}/small", may=READERS, nobody=404),
    Row("GET", "/files/{told_file}/small", may=EVERYBODY),
    Row("GET", "/files/{deleted_file}/small", may=NO_ONE, nobody=404),
]

CHANNELS = [
    Channel("stream", "visit", "{visit}", reads=READERS),
    Channel("stream", "visit", "{opened_visit}", reads=SIGNED_IN),
    Channel("file", "visit", "{visit_photo}", reads=READERS),
    Channel("file", "visit", "{told_photo}", reads=EVERYBODY),
    Channel("file", "visit", "{deleted_photo}", reads=NO_ONE),
    Channel("file", "visit", "{waiting_photo}", reads=frozenset({PARTNER})),
]
