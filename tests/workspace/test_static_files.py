"""The files of pages: compressed, kept for ever under their name, asked for in part or once more."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.servers import Server

pytestmark = [pytest.mark.server, pytest.mark.once("no database is asked")]


@pytest.fixture(scope="module")
def client(shared_server: Server) -> Iterator[httpx.Client]:
    with shared_server.client() as client:
        yield client


@pytest.fixture(scope="module")
def address(client: httpx.Client) -> str:
    found = re.search(r'href="(/static/[^"]*base\.[0-9a-f]+\.css)"', client.get("/").text)
    assert found
    return found[1]


def test_a_file_comes_compressed_and_is_kept_for_ever(client: httpx.Client, address: str) -> None:
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == packed.status_code == 200
    assert plain.headers["Content-Type"] == packed.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(plain.content) == int(plain.headers["Content-Length"])
    assert packed.text == plain.text
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_sent_in_part_and_not_again_where_it_is_known(client: httpx.Client, address: str) -> None:
    whole = client.get(address, headers={"Accept-Encoding": "identity"})
    part = client.get(address, headers={"Accept-Encoding": "identity", "Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    known = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = client.head(address, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(whole.content)))


def test_what_no_file_is_called_is_not_there_and_nothing_can_be_sent_to_one(client: httpx.Client, address: str) -> None:
    assert client.get("/static/nothing.css").status_code == 404
    assert client.get("/static/../manage.py").status_code == 404
    assert client.post(address).status_code == 405
