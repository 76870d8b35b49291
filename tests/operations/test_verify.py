"""`manage.py verify` says what is wrong, and nothing where nothing is."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from PIL import Image

from collab import domain as documents
from collab.models import Document, DocumentUpdate, Snapshot, StoredTexts
from files.domain import store_image
from files.kinds import register_file_kind
from files.models import StoredFile
from live.domain import Event, publish
from live.models import Stream, StreamEvent
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def verify() -> tuple[str, str]:
    """What it printed, and what it said at its end."""
    said, error = StringIO(), StringIO()
    try:
        call_command("verify", stdout=said, stderr=error)
    except CommandError as found:
        return said.getvalue(), str(found)
    return said.getvalue(), ""


@pytest.fixture
def stream(db: None) -> Stream:
    with transaction.atomic():
        publish(*[Event("test:one", "thing.happened", {"n": n}) for n in range(5)])
    return Stream.objects.get(name="test:one")


@pytest.fixture
def document(cast: Cast) -> Document:
    document = documents.create_document(kind="sheet", key="one", texts={"a": "Hello"}, person_id=None)
    documents.rewrite_text(kind="sheet", key="one", name="a", text="Hello, world", person_id=cast.partner.pk)
    documents.rewrite_text(kind="sheet", key="one", name="a", text="Hello, wide world", person_id=cast.partner.pk)
    document.refresh_from_db()
    return document


@pytest.fixture
def image(cast: Cast, settings: Any, tmp_path: Path) -> StoredFile:
    settings.MEDIA_ROOT = tmp_path
    register_file_kind("sheet", lambda _person_id, _key: True)
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(drawn, "PNG")
    drawn.name = "navy.png"
    return store_image(upload=drawn, kind="sheet", key="one", person_id=cast.partner.pk, alt="Navy blue")


def test_what_is_whole_is_called_well(stream: Stream, document: Document, image: StoredFile) -> None:
    assert documents.compact_document(document)
    assert verify() == ("All is well.\n", "")


def test_a_stream_that_lost_an_event_is_named(stream: Stream) -> None:
    StreamEvent.objects.filter(stream=stream, number=3).delete()
    wrong = "stream test:one: it says that it holds events 1 to 5, and holds 4, from 1 to 5\n"
    assert verify() == (wrong, "1 problem was found.")


def test_a_stream_that_lost_its_first_and_its_last_event_is_named(stream: Stream) -> None:
    StreamEvent.objects.filter(stream=stream, number__in=[1, 5]).delete()
    assert verify()[0] == "stream test:one: it says that it holds events 1 to 5, and holds 3, from 2 to 4\n"


def test_a_pruned_stream_is_well(stream: Stream) -> None:
    StreamEvent.objects.filter(stream=stream, number__lt=4).delete()
    Stream.objects.filter(pk=stream.pk).update(first=4)
    assert verify() == ("All is well.\n", "")


def test_a_stream_whose_events_are_all_gone_is_named(stream: Stream) -> None:
    StreamEvent.objects.all().delete()
    assert verify()[1] == "1 problem was found."


def test_a_flipped_byte_in_a_document_s_log_is_named(document: Document) -> None:
    update = DocumentUpdate.objects.get(document=document, number=2)
    data = bytearray(update.data)
    data[data.index(b"world")] ^= 1
    DocumentUpdate.objects.filter(pk=update.pk).update(data=bytes(data))
    StoredTexts.objects.all().delete()
    wrong = "document sheet/one: update 2 is not what was committed\n"
    assert verify() == (wrong, "1 problem was found.")


def test_an_update_that_is_no_update_is_named(document: Document) -> None:
    DocumentUpdate.objects.filter(document=document, number=2).update(data=b"\xff\xff", checksum=None)
    assert verify()[0].startswith("document sheet/one: update 2 cannot be read: ")


def test_a_log_with_a_missing_update_is_named(document: Document) -> None:
    DocumentUpdate.objects.filter(document=document, number=2).delete()
    assert verify()[0].startswith("document sheet/one: its log should hold updates 1 to 3, and holds 2, from 1 to 3\n")


def test_a_snapshot_that_differs_from_its_log_is_named(document: Document) -> None:
    assert documents.compact_document(document)
    other = documents.create_document(kind="sheet", key="two", texts={"a": "Other"}, person_id=None)
    state = DocumentUpdate.objects.get(document=other).data
    Snapshot.objects.filter(document=document).update(state=state)
    assert verify()[0] == "document sheet/one: its snapshot at 3 differs from its log\n"


def test_what_a_snapshot_remembers_and_is_not_in_it_is_named(document: Document) -> None:
    assert documents.compact_document(document)
    knowledge = bytearray(Snapshot.objects.get(document=document).knowledge or b"")
    knowledge[-1] ^= 1
    Snapshot.objects.filter(document=document).update(knowledge=bytes(knowledge))
    assert verify()[0] == "document sheet/one: what is known of its snapshot at 3 is not what is in it\n"
    Snapshot.objects.filter(document=document).update(knowledge=None)
    assert verify() == ("All is well.\n", "")


def test_texts_that_differ_from_their_log_are_named(document: Document) -> None:
    StoredTexts.objects.update_or_create(document=document, defaults={"number": 3, "texts": {"a": "Other"}})
    assert verify()[0] == "document sheet/one: its stored texts differ from its log\n"


def test_bytes_that_are_gone_or_others_are_named(image: StoredFile) -> None:
    image.path("small").unlink()
    image.path("large").write_bytes(b"Other")
    said, end = verify()
    assert f"file {image.pk} (small): {image.path('small')} cannot be read: No such file or directory\n" in said
    assert f"file {image.pk} (large): {image.path('large')} is not what was stored\n" in said
    assert end == "2 problems were found."


def test_long_work_says_how_far_it_is(document: Document, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "COMPACT_AFTER", 1)
    said, done = StringIO(), StringIO()
    call_command("compact_documents", stdout=done, stderr=said)
    assert said.getvalue() == f"{document}: 1 of 1\n"
    assert done.getvalue() == "Snapshots made: 1.\n"
    call_command("verify", stdout=done, stderr=said)
    assert said.getvalue().splitlines()[1:] == [
        "checking the streams ...",
        "streams: 1",
        "checking the documents ...",
        "checking the files ...",
    ]
