"""Pages are compressed for browsers that say they can read it; nothing else is touched."""

import gzip

from django.test import Client

from tests.conftest import Cast
from workspace.languages import catalogue_address

ASKS = {"Accept-Encoding": "gzip, br"}


def test_pages_and_strings_are_compressed_for_who_reads_it(client: Client, cast: Cast) -> None:
    for address in ("/regions/slaskie/", catalogue_address("it")):
        plain, packed = client.get(address), client.get(address, headers=ASKS)
        assert "Content-Encoding" not in plain.headers
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert len(packed.content) < len(plain.content) / 2
        assert len(gzip.decompress(packed.content)) == len(plain.content)


def test_what_is_no_page_stays_as_it_is(client: Client, db: None) -> None:
    assert "Content-Encoding" not in client.get("/robots.txt", headers=ASKS).headers
