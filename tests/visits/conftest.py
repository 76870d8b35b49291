"""A study visit of the Agrifood group to Silesia that runs now, and what its tests need to fill it."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from groups.models import Person, Region, WorkingGroup
from tests.conftest import Cast
from visits.domain.log import EntryText, log_entry
from visits.domain.participation import add_participant
from visits.domain.photos import NewPhoto
from visits.domain.planning import VisitPlan, plan_visit
from visits.models import LogEntry, StudyVisit


@pytest.fixture(autouse=True)
def uploads(settings: object, tmp_path: object) -> None:
    """Each test's uploads lie in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def today() -> date:
    return timezone.now().date()


def image(colour: str = "seagreen", name: str = "photo.jpg", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    """A JPEG as a phone would send it."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


@pytest.fixture
def plan_of(silesia: Region) -> Callable[..., VisitPlan]:
    def make(**changes: object) -> VisitPlan:
        plan = {
            "title": "Soil days",
            "host_region": silesia,
            "place": "Bielsko-Biała",
            "starts_on": today() - timedelta(days=1),
            "ends_on": today() + timedelta(days=1),
            "time_zone": "Europe/Warsaw",
            "objectives": "See the *shared* dryer.",
        }
        return VisitPlan(**(plan | changes))

    return make


@pytest.fixture
def visit(cast: Cast, agrifood: WorkingGroup, plan_of: Callable[..., VisitPlan]) -> StudyVisit:
    """Planned by the coordinator; agency and partner attend."""
    planned = plan_visit(working_group=agrifood, by=cast.coordinator, plan=plan_of())
    for person in (cast.agency, cast.partner):
        add_participant(visit=planned, person=person, by=cast.coordinator)
    return planned


@pytest.fixture
def log(visit: StudyVisit, cast: Cast) -> Callable[..., LogEntry]:
    """Logs an entry of the partner (or of ``by``) with as many photos as there are descriptions."""

    def write(source: str = "A dryer.", *described: str, by: Person | None = None, key: str = "") -> LogEntry:
        photos = [NewPhoto(upload=image(), description=words) for words in described]
        text = EntryText(source=source)
        return log_entry(visit=visit, by=by or cast.partner, text=text, photos=photos, idempotency_key=key).entry

    return write
