"""Who gets to read an upload, and how it is handed over."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client

from files import kinds
from files.models import StoredFile
from files.views import POLICY
from groups.models import Person
from tests.conftest import Cast
from tests.files.conftest import KIND
from tests.files.making import picture, stored_file, stored_image, word

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Person | None], Client]


def test_everybody_in_the_cast_reads_what_the_policy_lets_them_and_else_finds_nothing(
    cast: Cast, client_of: ClientOf
) -> None:
    file = stored_image(key=f"for:{cast.partner.pk},{cast.deactivated.pk}", person_id=cast.coordinator.pk)
    for size in file.sizes:
        answers = {name: client_of(person).get(file.url(size)).status_code for name, person in cast.everyone().items()}
        assert answers == {name: 200 if name == "partner" else 404 for name in answers}
        assert Client().get(file.url(size)).status_code == 404


def test_what_is_public_is_read_by_everybody(cast: Cast, client_of: ClientOf) -> None:
    file = stored_image()
    for person in (None, *cast.everyone().values()):
        assert client_of(person).get(file.url("small")).status_code == 200


def test_a_right_that_ends_ends_at_the_next_request_even_for_an_unchanged_file(cast: Cast, client_of: ClientOf) -> None:
    allowed = {cast.partner.pk}
    kinds.register_file_kind(KIND, lambda person_id, key: person_id in allowed)
    client, file = client_of(cast.partner), stored_image(key="x")
    etag = client.get(file.url("small"))["ETag"]
    assert client.get(file.url("small"), headers={"if-none-match": etag}).status_code == 304
    allowed.clear()
    assert client.get(file.url("small"), headers={"if-none-match": etag}).status_code == 404


@pytest.mark.parametrize("size", ["download", "original", "SMALL", "small.jpg", "../small", "%00", "x" * 3000])
def test_an_image_has_three_sizes_and_no_other(size: str) -> None:
    assert Client().get(f"/files/{stored_image().pk}/{size}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/files/0f8fad5b-d9cb-469f-a165-70867728950e/small",
        "/files/1/small",
        "/files/x/small",
        "/files/",
        f"/files/{'9' * 40}/small",
    ],
)
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_a_kind_that_is_registered_no_more_is_closed() -> None:
    file = stored_image()
    StoredFile.objects.update(kind="gone")
    assert Client().get(file.url("small")).status_code == 404


def test_bytes_that_are_missing_are_not_found() -> None:
    file = stored_image()
    file.path("small").unlink()
    assert Client().get(file.url("small")).status_code == 404


def test_a_file_has_no_address_in_a_size_that_it_has_not() -> None:
    with pytest.raises(ValueError, match="download"):
        stored_image().url("download")


@pytest.mark.parametrize("key", ["public", "private"])
def test_it_is_kept_by_others_only_where_it_is_public(cast: Cast, client_of: ClientOf, key: str) -> None:
    file = stored_image(key="public" if key == "public" else f"for:{cast.partner.pk}")
    answer = client_of(cast.partner).get(file.url("large"))
    assert answer["Cache-Control"] == {"public": "public, no-cache", "private": "private, no-cache"}[key]
    assert answer["ETag"] == f'"{file.pk.hex}-large"'


def test_what_the_browser_has_is_not_sent_again() -> None:
    file = stored_image()
    fresh = Client().get(file.url("small"))
    for etags in (fresh["ETag"], f'"other", {fresh["ETag"]}', f"W/{fresh['ETag']}", "*"):
        again = Client().get(file.url("small"), headers={"if-none-match": etags})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (fresh["ETag"], fresh["Cache-Control"])
    assert Client().get(file.url("small"), headers={"if-none-match": '"other"'}).status_code == 200
    assert Client().get(file.url("medium"), headers={"if-none-match": fresh["ETag"]}).status_code == 200


def test_the_head_of_an_answer_is_that_of_the_whole() -> None:
    file = stored_file(b"hello")
    head, whole = Client().head(file.url("download")), Client().get(file.url("download"))
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head[name] for name in ("ETag", "Content-Type", "Content-Length")} == {
        name: whole[name] for name in ("ETag", "Content-Type", "Content-Length")
    }
    assert head["Content-Length"] == "5"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_upload_is_only_read(method: str) -> None:
    assert getattr(Client(), method)(stored_image().url("small")).status_code == 405


def test_a_document_is_a_download_whatever_it_holds() -> None:
    file = stored_file(b"<script>alert(1)</script>", name='Zapis "č.1".html')
    answer = Client().get(file.url("download"))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Zapis%20%22%C4%8D.1%22.html.txt")


def test_nothing_that_is_served_can_run() -> None:
    for file in (
        stored_image(),
        stored_image(picture("RGBA", form="PNG")),
        stored_file(b"<html>"),
        stored_file(word()),
    ):
        for size in file.sizes:
            answer = Client().get(file.url(size))
            assert answer["Content-Security-Policy"] == POLICY
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Type"].split(";")[0] in (
                "image/jpeg", "image/webp", "text/plain",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            )  # fmt: skip
            assert ("Content-Disposition" in answer) is not file.is_image


@pytest.mark.django_db(transaction=True)
async def test_the_server_serves_many_at_once_without_a_word_of_warning() -> None:
    files = [await sync_to_async(stored_image)() for _ in range(5)]
    client = AsyncClient()
    answers = await asyncio.gather(*(client.get(file.url(size)) for file in files for size in file.sizes))
    expected = [file.path(size).read_bytes() for file in files for size in file.sizes]
    assert [answer.content for answer in answers] == expected
    assert (await client.head(files[0].url("small"))).content == b""


@pytest.mark.once("the queries are as many with any database")
@pytest.mark.parametrize("count", [1, 50])
def test_reading_one_file_takes_the_same_queries_however_many_there_are(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    file = stored_image()
    StoredFile.objects.bulk_create(
        StoredFile(kind=KIND, key="public", original_name="x", content_type="image/jpeg", size=1, sha256="0" * 64)
        for _ in range(count)
    )
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        Client().get(file.url("small"))
