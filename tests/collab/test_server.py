"""Documents on a real daphne: stock clients, a kill, revocation, several processes.

tests/plans/test_kills.py kills it while people write.
"""

import asyncio
import json
import uuid
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
import websockets
from websockets.asyncio.client import connect

from tests.collab.editors import online
from tests.collab.yjs import node
from tests.servers import Server

pytestmark = pytest.mark.server

SETTINGS = "tests.collab.scratch.settings"
MakeServer = Callable[..., Server]


def begin(server: Server, key: str = "one") -> str:
    """Begins a scratch document and returns the address of its socket."""
    server.shell(
        f"from collab.domain import create_document; create_document(kind='scratch', key={key!r}, texts={{'a': ''}}, "
        "person_id=None)"
    )
    return f"{server.ws}/ws/docs/scratch/{key}"


def text_on(server: Server, key: str = "one", name: str = "a") -> str:
    said = server.shell(
        "import json; from collab.queries import texts_of; "
        f"print(json.dumps(texts_of('scratch', {key!r}).texts.get({name!r}, '')))"
    )
    return str(json.loads(said))


@pytest.fixture(scope="module")
def shared_environment() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": SETTINGS}


@pytest.fixture(scope="module")
def docs(shared_server: Server) -> Server:
    return shared_server


@pytest.fixture
def key() -> str:
    """The key of a document of the test's own."""
    return f"own-{uuid.uuid4().hex}"


@pytest.fixture
def address(docs: Server, key: str) -> str:
    return begin(docs, key)


def session(server: Server, who: str) -> dict[str, str]:
    """The headers with which a socket of this person opens."""
    with closing(server.client(who)) as client:
        return server.cookie_header(client)


def test_two_stock_clients_converge_under_their_own_names(docs: Server, key: str, address: str) -> None:
    cookies = [session(docs, who)["Cookie"] for who in ("coordinator", "agency")]
    said = json.loads(node("--no-warnings", "stock.mjs", f"{docs.ws}/ws/docs/scratch", key, "a", *cookies))
    assert said["texts"][0] == said["texts"][1] == text_on(docs, key)
    assert len(said["texts"][0]) > 500
    names = docs.shell(
        "from groups.models import Person; "
        "print(*Person.objects.filter(email__in=['coordinator@demo.example', 'agency@demo.example'])"
        ".order_by('-email').values_list('name', flat=True), sep='|')"
    )
    coordinator, agency = names.strip().split("|")
    assert said["seen"] == [[agency], [coordinator]]


async def test_a_deletion_that_was_acknowledged_survives_a_kill(new_server: MakeServer) -> None:
    server = await asyncio.to_thread(lambda: new_server(DJANGO_SETTINGS_MODULE=SETTINGS))
    address = await asyncio.to_thread(begin, server)
    headers = session(server, "agency")
    async with online(address, headers) as editor:
        await editor.type("a", 0, "Keep this, not this.")
        await editor.send_update(editor.edit("a", 9, 10, ""))
        await editor.saved_all()
        await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    async with online(address, headers) as editor:
        assert editor.text("a") == "Keep this."


def sign_out(server: Server, headers: dict[str, str]) -> None:
    token = headers["Cookie"].split("csrftoken=")[1].split(";")[0]
    answer = httpx.post(
        f"{server.url}/accounts/logout/", headers=headers | {"X-CSRFToken": token, "Referer": f"{server.url}/"}
    )
    assert answer.status_code == 302


async def test_somebody_who_signs_out_or_loses_their_role_is_out_within_two_seconds(docs: Server, address: str) -> None:
    with closing(docs.client("partner")) as client:
        headers = docs.cookie_header(client)
    async with (
        online(address, headers) as partner,
        online(address, session(docs, "agency")) as other,
        online(address, session(docs, "coordinator")) as coordinator,
    ):
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(sign_out, docs, headers)
        assert await partner.ended() == 4401
        gone = asyncio.get_running_loop().time()
        person = docs.shell(
            "from groups.models import Person; print(Person.objects.get(email='agency@demo.example').pk)"
        )
        left = asyncio.get_running_loop().time()
        barred = docs.folder / "barred"
        barred.write_text(person)
        assert await other.ended() == 4403
        now = asyncio.get_running_loop().time()
        assert now - left < 2
        assert gone - began < 5
        await coordinator.type("a", 0, "Still here")
        await coordinator.saved_all()
        barred.unlink()


@pytest.mark.parametrize(("who", "code"), [("", 4401), ("outsider", 4403), ("secretariat", 4403)])
async def test_who_has_no_right_is_not_let_in(docs: Server, address: str, who: str, code: int) -> None:
    headers = session(docs, who) if who else {}
    async with connect(address, additional_headers=headers) as connection:
        with pytest.raises(websockets.ConnectionClosed) as end:
            await connection.recv()
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == code


async def test_a_page_of_another_origin_is_refused(docs: Server, address: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refusal:
        async with connect(address, additional_headers=session(docs, "agency"), origin="https://evil.example"):  # type: ignore[arg-type]
            pass
    assert refusal.value.response.status_code == 403


async def test_an_observers_client_that_sends_updates_changes_nothing(docs: Server, key: str, address: str) -> None:
    async with online(address, session(docs, "agency")) as agency:
        await agency.type("a", 0, "Text")
        await agency.saved_all()
        async with online(address, session(docs, "observer")) as observer:
            assert observer.text("a") == "Text"
            await observer.type("a", 0, "Mine: ")
            assert await observer.ended() == 4403
            assert json.loads(observer.denied[0])["reason"] == "read-only"
        assert agency.text("a") == await asyncio.to_thread(text_on, docs, key) == "Text"


async def test_large_frames_pass_and_too_large_ones_end_their_socket(docs: Server, address: str) -> None:
    async with online(address, session(docs, "agency")) as agency, online(address, session(docs, "partner")) as partner:
        await agency.type("a", 0, "x" * 1_000_000)
        await agency.saved_all()
        await partner.until(lambda: len(partner.text("a")) == 1_000_000)
        await partner.type("b", 0, "y" * 1_000_001)
        assert await partner.ended() == 4400
        await agency.transport.send(b"\x00\x02" + b"\xff" * (8 * 1024 * 1024))
        assert await agency.ended() == 4400
    async with online(address, session(docs, "agency")) as agency:
        assert len(agency.text("a")) == 1_000_000


@pytest.mark.once("chooses its databases itself")
async def test_two_processes_keep_one_document(new_server: MakeServer) -> None:
    first = await asyncio.to_thread(lambda: new_server(scaled=True, DJANGO_SETTINGS_MODULE=SETTINGS))
    second = await asyncio.to_thread(first.beside)
    address = await asyncio.to_thread(begin, first)
    beside = address.replace(first.ws, second.ws)
    headers = [session(first, who) for who in ("coordinator", "agency")]
    async with online(address, headers[0]) as one:
        await one.show(7, 1, '{"cursor":1}')
        async with online(beside, headers[1]) as two:
            await two.until(lambda: 7 in two.presences)
            await two.show(8, 1, '{"cursor":2}')
            await one.until(lambda: 8 in one.presences)
            for at in range(50):
                await one.type("a", 0, f"<0:{at}>")
                await two.type("a", 0, f"<1:{at}>")
            await one.saved_all()
            await two.saved_all()
            await one.until(lambda: one.text("a").count("<") == 100)
            await two.until(lambda: two.text("a") == one.text("a"))
            await asyncio.to_thread(first.kill)
            assert await one.ended() == 1006
            await two.type("a", 0, "<1:50>")
            await two.saved_all()
        async with online(beside, headers[0], doc=one.doc) as again:
            assert again.text("a").count("<") == 101
    assert await asyncio.to_thread(text_on, second) == again.text("a")
