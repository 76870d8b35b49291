"""A byte of the log that changed on the disk: it is named, it is no trouble of another document or another update, and
no snapshot is made of it that would outlive the repair."""

import asyncio
import random

import pytest
from pycrdt import Doc, Text

from collab.replica import Replica, Row
from tests.collab.editors import online
from tests.plans.served import cookie, section_of
from tests.servers import Server

FLIP = """
from collab.models import Document, DocumentUpdate
from collab.domain import compact_document
document = Document.objects.get(kind="plan", key="agrifood")
updates = DocumentUpdate.objects.filter(document=document).order_by("-number")
update = next(each for each in updates if {marked!r} in bytes(each.data))
data = bytearray(update.data)
data[data.index({marked!r})] ^= {bit}
DocumentUpdate.objects.filter(pk=update.pk).update(data=bytes(data))
print(update.number, compact_document(document))
"""


@pytest.mark.server
@pytest.mark.once("the same code as with the database embedded")
async def test_a_flipped_byte_is_named_and_the_document_can_be_written_on(server: Server) -> None:
    section = (await asyncio.to_thread(section_of, server, "Monitoring"))["id"]
    address = f"{server.ws}/ws/docs/plan/agrifood"
    headers = {"Cookie": await asyncio.to_thread(cookie, server, "coordinator")}
    async with online(address, headers) as editor:
        await editor.type(section, 0, "Orchards. ")
        await editor.type(section, 0, "Barley. ")
        await editor.saved_all()
    await asyncio.to_thread(server.stop)
    said = await asyncio.to_thread(server.shell, FLIP.format(marked=b"Orchards", bit=1))
    number, was_compacted = said.split()
    assert was_compacted == "False"
    await asyncio.to_thread(server.start)
    async with online(address, headers) as editor:
        assert editor.text(section).startswith("Barley. Nrchards. ")
        await editor.type(section, 0, "Hops. ")
        await editor.saved_all()
    with pytest.raises(AssertionError, match=f"document plan/agrifood: update {number} is not what was committed"):
        await asyncio.to_thread(server.manage, "verify")
    await asyncio.to_thread(server.shell, FLIP.format(marked=b"Nrchards", bit=1))
    assert await asyncio.to_thread(server.manage, "verify") == "All is well.\n"
    assert f"update {number} of plan/agrifood is not what was committed" in server.log


def written() -> list[bytes]:
    """A log of a dozen updates, with deletions and letters that are not ASCII."""
    doc: Doc[Text] = Doc(client_id=7)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    text = doc.get("a", type=Text)
    for number in range(12):
        text.insert(0, f"Śląsk {number} 🎉 ")
        if number % 3 == 2:
            del text[0:3]
    return updates


def test_whichever_bit_of_a_log_is_flipped_the_document_opens_and_what_came_before_stands() -> None:
    updates = written()
    chance = random.Random(2012)
    for number, update in enumerate(updates):
        before = Replica.from_log(None, [Row(n, data, None) for n, data in enumerate(updates[:number], 1)], number)
        for at in range(len(update)):
            damaged = bytearray(update)
            damaged[at] ^= 1 << chance.randrange(8)
            rows = [*updates[:number], bytes(damaged), *updates[number + 1 :]]
            replica = Replica.from_log(None, [Row(n, data, None) for n, data in enumerate(rows, 1)], len(rows))
            assert replica.number == len(rows)
            assert replica.texts().keys() >= before.texts().keys()
