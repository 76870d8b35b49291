"""The table of rights, held against the two sockets as each of the demo's people finds them."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.collab.editors import online
from tests.rights.conftest import CHANNELS
from tests.rights.table import PUBLIC
from tests.servers import Server

pytestmark = pytest.mark.server
WHO = ("coordinator", "deputy", "agency", "partner", "observer", "outsider", "secretariat", PUBLIC)
NOT_SIGNED_IN, NOT_YOURS = 4401, 4403


@dataclass(frozen=True)
class Place:
    """What the demo has inside Agrifood, and of the partner's own: the streams by how the table names them, and the id
    of a text of the plan."""

    streams: dict[str, str]
    text: str


def place_on(server: Server) -> Place:
    code = """
import json
from django.utils import timezone
from forums.models import Topic
from groups.models import Person
from plans.models import Section
from visits.models import StudyVisit
visits = StudyVisit.objects.filter(working_group__slug="agrifood").order_by("pk")
visits.update(opened_at=None)
visit, opened = visits[:2]
StudyVisit.objects.filter(pk=opened.pk).update(opened_at=timezone.now(), opened_by=opened.planned_by)
partner = Person.objects.get(email="partner@demo.example").pk
print(json.dumps({
    "topic": Topic.objects.filter(forum__working_group__slug="agrifood").first().pk,
    "visit": visit.pk,
    "opened_visit": opened.pk,
    "partner": partner,
    "partner_id": partner,
    "text": Section.objects.filter(plan__working_group__slug="agrifood").first().id,
}))
"""
    names = json.loads(server.shell(code))
    channels = [channel for channel in CHANNELS if channel.sort == "stream"]
    streams = {str(channel): f"{channel.kind}:{channel.key.format(**names)}" for channel in channels}
    return Place(streams, names["text"])


async def cookies_of(server: Server, who: str) -> dict[str, str]:
    if who == PUBLIC:
        return {}
    with contextlib.closing(await asyncio.to_thread(server.client, who)) as client:
        return server.cookie_header(client)


async def streams_open_to(server: Server, place: Place, headers: dict[str, str]) -> set[str]:
    """The streams, as the table names them, that a socket with these headers is subscribed to when it asks for all."""
    opened = set()
    try:
        async with connect(f"{server.ws}/ws/live", additional_headers=headers, proxy=None) as socket:
            for name, stream in place.streams.items():
                await socket.send(json.dumps({"op": "subscribe", "stream": stream}))
                answer = json.loads(await asyncio.wait_for(socket.recv(), 30))
                assert answer["stream"] == stream
                assert answer["op"] in {"subscribed", "refused"}
                if answer["op"] == "subscribed":
                    opened.add(name)
    except ConnectionClosed as end:
        if end.rcvd is None or end.rcvd.code != NOT_SIGNED_IN or opened:
            raise
    return opened


async def plan_open_to(server: Server, place: Place, headers: dict[str, str]) -> tuple[bool, bool]:
    """Whether a socket with these headers is given the plan's texts, and whether what it types is kept."""
    async with online(f"{server.ws}/ws/docs/plan/agrifood", headers) as editor:
        if editor.code is not None:
            assert editor.code == (NOT_YOURS if headers else NOT_SIGNED_IN)
            assert not editor.updates
            return False, False
        assert editor.text(place.text)
        await editor.type(place.text, 0, "Tried. ")
        await editor.until(lambda: editor.saved == editor.sent or editor.code is not None)
        assert editor.code in {None, NOT_YOURS}
        return True, editor.code is None


async def test_everybody_may_on_each_socket_what_the_table_says(server: Server) -> None:
    place = await asyncio.to_thread(place_on, server)
    streams = {str(channel): channel.reads for channel in CHANNELS if channel.sort == "stream"}
    (plan,) = (channel for channel in CHANNELS if (channel.sort, channel.kind) == ("document", "plan"))
    found, expected = {}, {}
    for who in WHO:
        headers = await cookies_of(server, who)
        opened = await streams_open_to(server, place, headers)
        found[who] = (opened, await plan_open_to(server, place, headers))
        readable = {name for name, reads in streams.items() if who in reads}
        expected[who] = (readable, (who in plan.reads, who in plan.writes))
    assert found == expected
