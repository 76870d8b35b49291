"""Documents for the tests: a kind whose rights a test sets, and editors of it in this process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from pycrdt import Doc, Text

from collab import domain
from collab.kinds import Rights, register_document_kind
from collab.models import Document, DocumentUpdate
from collab.queries import texts_of
from sockets import running, visitors, watch
from tests.collab.editors import Editor, Porch, Wire
from tests.conftest import Cast
from tests.threads import in_thread

KEYS = frozenset({"a", "b", "locked"})


@dataclass
class Policy:
    """The rights that the documents of kind "sheet" give; a test changes them."""

    rights: dict[int, Rights] = field(default_factory=dict)
    asked: int = 0

    def __call__(self, pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Rights]:
        self.asked += 1
        return {(person_id, key): self.rights[person_id] for person_id, key in pairs if person_id in self.rights}


def writer(name: str) -> Rights:
    return Rights(True, KEYS, KEYS - {"locked"}, {"name": name})


@pytest.fixture
def policy(transactional_db: None, cast: Cast) -> Policy:
    """The coordinator and the partner write, the observer reads, everybody else is nobody."""
    policy = Policy()
    policy.rights[cast.coordinator.pk] = writer("Coordinator")
    policy.rights[cast.partner.pk] = writer("Partner")
    policy.rights[cast.observer.pk] = Rights(True, KEYS, frozenset(), {"name": "Observer"})
    register_document_kind("sheet", policy)
    return policy


@pytest.fixture
def sheet(policy: Policy) -> Document:
    return domain.create_document(kind="sheet", key="one", texts={"a": "Hello"}, person_id=None)


@pytest.fixture
def porch() -> Iterator[Porch]:
    before = visitors.doorkeeper()
    porch = Porch()
    visitors.register_doorkeeper(porch)
    yield porch
    visitors.register_doorkeeper(before)


OpenEditor = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture
async def open_editor(sheet: Document, porch: Porch) -> AsyncIterator[OpenEditor]:
    """Opens editors of the sheet in this process, by default in step with it when they are returned."""
    opened: list[Editor] = []
    await running.start()

    async def open_as(
        person_id: int,
        *,
        key: str = "one",
        kind: str = "sheet",
        ack: bool = True,
        doc: "Doc[Text] | None" = None,
        answers: bool = True,
        sync: bool = True,
    ) -> Editor:
        wire = Wire({"authorization": f"Bearer {person_id}"}, kind, key, "ack=1" if ack else "")
        editor = Editor(wire, doc=doc, answers=answers)
        opened.append(editor)
        if sync:
            await editor.ask()
            await editor.until(lambda: editor.synced or editor.code is not None)
            if answers and ack:
                await editor.saved_all()
        return editor

    yield open_as
    for editor in opened:
        await editor.leave()
    await running.stop()
    watch.forget()


def rows_of(sheet: Document) -> list[tuple[int, int | None]]:
    return list(DocumentUpdate.objects.filter(document=sheet).values_list("number", "person_id"))


async def stored(sheet: Document) -> dict[str, str]:
    return await in_thread(lambda: texts_of(sheet.kind, sheet.key).texts)
