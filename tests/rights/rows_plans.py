"""Who may do what with a working group's strategic plan, its outline, actions and versions."""

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from collab.domain import add_text
from files.enums import Size
from files.models import StoredFile
from groups.models import Person, Region
from plans.domain.action_table import ActionTerms, add_action, remove_action
from plans.domain.consultations import open_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.images import add_image
from plans.domain.plans import start_plan
from plans.domain.sections import remove_section
from plans.domain.versions import freeze_version, publish_version
from plans.enums import DOCUMENT_KIND, Position
from plans.models import StrategicPlan
from tests.rights.table import (
    AGENCY,
    EVERYBODY,
    LEADERS,
    MANDATE_HOLDER,
    NO_ONE,
    OFFICES,
    OTHER_COORDINATOR,
    OUTSIDER,
    READERS,
    SECRETARIAT,
    WRITERS,
    Channel,
    Row,
    Stage,
)


def _image(plan: StrategicPlan, person: Person) -> StoredFile:
    stream = io.BytesIO()
    Image.new("RGB", (32, 24), "seagreen").save(stream, "PNG")
    return add_image(plan=plan, person=person, upload=SimpleUploadedFile("field.png", stream.getvalue()), alt="A field")


def objects(stage: Stage) -> dict[str, object]:
    """A plan whose version 1 is published and whose version 2 is the group's alone."""
    coordinator = stage.cast.coordinator
    plan = start_plan(working_group=stage.agrifood, person=coordinator)
    section, removed = list(plan.sections.all())[:2]
    write = {"kind": DOCUMENT_KIND, "key": plan.slug, "person_id": coordinator.pk}
    drafted, shown = (_image(plan, coordinator) for _place in range(2))
    add_text(name=section.id, text=f"Words for everybody\n\n![A field]({shown.url(Size.LARGE)})", **write)
    publish_version(version=freeze_version(plan=plan, person=coordinator, name="First"), person=coordinator)
    add_action(plan=plan, person=coordinator, terms=ActionTerms(title="Planted action"))
    remove_action(action=add_action(plan=plan, person=coordinator, terms=ActionTerms(title="Gone")), person=coordinator)
    remove_section(section=removed, person=coordinator)
    version = freeze_version(plan=plan, person=coordinator, name="Planted version")
    consultation = open_consultation(version=version, person=coordinator, deadline=timezone.now() + timedelta(days=9))
    speak_for_region(
        consultation=consultation,
        region=Region.objects.get(slug="slaskie"),
        person=stage.cast.agency,
        position=Position.RESERVES,
        text="Planted reservation",
    )
    images = {"drafted_image": str(drafted.pk), "published_image": str(shown.pk)}
    return {"section": section.id, "removed_section": removed.id, **images}


PLAN, API = "/groups/agrifood/plan/", "/api/plans/agrifood"
SECTION, REMOVED = PLAN + "sections/{section}/", PLAN + "sections/{removed_section}/"
ACTIONS, VERSIONS = PLAN + "actions/", PLAN + "versions/"
HEADING = {"heading": "Another heading", "guidance": ""}
RETITLED = {"title": "Another", "initial-title": "Planted action"}
RETITLED_CELL = {"changes": {"title": {"seen": "Planted action", "value": "Another"}}}
RENAMED = {"{section}-heading": "Another heading", "{section}-guidance": ""}


def _of_leaders(address: str, **send: object) -> Row:
    """Something that leaders do from the outline's page, and are brought back to it."""
    return Row("POST", address, may=LEADERS, status=302, sees=READERS, send=send)


# Who speaks for a region reads every plan from its consultation on, whatever groups they are in: the frozen version and
# what the regions say of it, and nothing else of the plan.
CONSULTED = READERS | {MANDATE_HOLDER}
AGREEMENT = PLAN + "consultation/"
DEADLINE = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")


def _read_by_regions(address: str, shows: str) -> Row:
    return Row("GET", address, may=CONSULTED, shows=shows)


def _of_the_consultation(address: str, may: frozenset[str], **send: object) -> Row:
    """Something done to the consultation, or said in it, from its page."""
    return Row("POST", address, may=may, status=302, sees=CONSULTED, send=send)


ROWS = [
    Row("GET", PLAN, may=READERS, shows="Words for everybody"),
    Row("POST", PLAN + "preview", may=READERS, send={"text": "Words"}),
    Row("GET", "/plan-worker.js", may=EVERYBODY),
    Row("POST", PLAN + "images", may=WRITERS, status=422, sees=READERS, send={"alt": "A field"}),
    Row("GET", "/files/{drafted_image}/small", may=READERS, nobody=404),
    Row("GET", "/files/{published_image}/small", may=EVERYBODY),
    Row("GET", PLAN + "outline/", may=LEADERS, sees=READERS),
    Row("POST", PLAN + "sections/add", may=LEADERS, status=302, sees=READERS, send=HEADING),
    Row("POST", SECTION + "rename", may=LEADERS, status=302, sees=READERS, send=RENAMED),
    _of_leaders(SECTION + "move", after="{section}"),
    _of_leaders(SECTION + "assign", assignee=""),
    _of_leaders(SECTION + "lock"),
    _of_leaders(SECTION + "unlock"),
    _of_leaders(SECTION + "remove"),
    _of_leaders(REMOVED + "restore"),
    Row("GET", ACTIONS, may=READERS, shows="Planted action"),
    Row("GET", ACTIONS + "new/", may=WRITERS, sees=READERS),
    Row("POST", ACTIONS + "new/", may=WRITERS, status=302, sees=READERS, send={"title": "Another"}),
    Row("GET", ACTIONS + "1/", may=WRITERS, sees=READERS, shows="Planted action"),
    Row("POST", ACTIONS + "1/", may=WRITERS, status=302, sees=READERS, send=RETITLED),
    Row("POST", ACTIONS + "1/remove", may=WRITERS, status=302, sees=READERS),
    Row("POST", ACTIONS + "2/restore", may=WRITERS, status=302, sees=READERS),
    Row("GET", ACTIONS + "999/", may=NO_ONE, but=dict.fromkeys(READERS - WRITERS, 403)),
    Row("GET", PLAN + "writers/", may=READERS, shows="Words for everybody"),
    Row("GET", PLAN + "history/", may=READERS, shows="Executive summary"),
    Row("GET", PLAN + "history/compare?old=0&new=1", may=READERS, shows="Words for everybody"),
    Row("POST", SECTION + "restore-text", may=WRITERS, status=302, sees=READERS, send={"number": "0"}),
    Row("GET", VERSIONS, may=READERS, shows="Planted version"),
    Row("POST", VERSIONS, may=LEADERS, status=302, sees=READERS, send={"name": "Third"}),
    Row("GET", VERSIONS + "2/", may=READERS, shows="Planted version"),
    Row("GET", VERSIONS + "2/text.md", may=READERS, shows="Planted action"),
    Row("GET", VERSIONS + "2/text.txt", may=READERS, shows="Planted action"),
    Row("GET", VERSIONS + "2/publish", may=LEADERS, sees=READERS),
    Row("POST", VERSIONS + "2/publish", may=LEADERS, status=302, sees=READERS),
    Row("POST", VERSIONS + "1/withdraw", may=LEADERS, status=302, sees=READERS),
    _read_by_regions(AGREEMENT, "Planted reservation"),
    _read_by_regions(AGREEMENT + "2/", "Planted reservation"),
    _read_by_regions(AGREEMENT + "2/record/", "Planted reservation"),
    _read_by_regions(AGREEMENT + "2/record.json", "Planted reservation"),
    _read_by_regions(AGREEMENT + "2/record.csv", "Planted reservation"),
    _read_by_regions(AGREEMENT + "2/text.md", "Planted action"),
    _read_by_regions(AGREEMENT + "2/text.txt", "Planted action"),
    _of_the_consultation(AGREEMENT + "2/words/slaskie", frozenset({AGENCY}), **{"PL22-position": "endorses"}),
    _of_the_consultation(AGREEMENT + "2/words/lombardia", frozenset({MANDATE_HOLDER}), **{"ITC4-position": "endorses"}),
    _of_the_consultation(AGREEMENT + "2/deadline", LEADERS | {SECRETARIAT}, **{"deadline-deadline": DEADLINE}),
    _of_the_consultation(AGREEMENT + "2/close", LEADERS),
    _of_the_consultation(AGREEMENT + "2/withdraw", LEADERS),
    Row("GET", AGREEMENT + "new/", may=LEADERS, sees=READERS),
    Row("POST", AGREEMENT + "new/", may=LEADERS, sees=READERS, status=422, send={"name": "", "deadline": DEADLINE}),
    # Nobody was asked about Tourism's plan, so that who speaks for a region does not read it yet.
    Row("GET", "/groups/tourism/plan/consultation/", may=OFFICES | {OUTSIDER, OTHER_COORDINATOR}),
    Row("GET", PLAN + "published/", may=EVERYBODY, shows="Words for everybody"),
    Row("GET", PLAN + "published/text.md", may=EVERYBODY, shows="Words for everybody"),
    Row("GET", PLAN + "published/text.txt", may=EVERYBODY, shows="Words for everybody"),
    # Tourism has published nothing, and that is what everybody is told.
    Row("GET", "/groups/tourism/plan/published/", may=EVERYBODY),
    Row("GET", "/groups/tourism/plan/published/text.md", may=NO_ONE, nobody=404),
    Row("GET", API, may=READERS, shows="Planted action"),
    Row("PATCH", API + "/actions/1", may=WRITERS, sees=READERS, send=RETITLED_CELL),
    Row("GET", API + "/versions", may=READERS, shows="Planted version"),
    Row("GET", API + "/versions/2", may=READERS, shows="Planted action"),
    Row("GET", API + "/events?after=0", may=READERS, shows="Planted action"),
]

CHANNELS = [
    Channel("document", "plan", "agrifood", reads=READERS, writes=WRITERS),
    Channel("stream", "plan", "agrifood", reads=READERS),
    Channel("file", "plan", "agrifood/{drafted_image}", reads=READERS),
    Channel("file", "plan", "agrifood/{published_image}", reads=EVERYBODY),
]
