"""A disk that is full: what cannot be kept is refused in words, what was kept can be read, and when there is room again
everybody writes on without a restart."""

import asyncio
import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from pycrdt import Doc

from tests.collab.editors import online
from tests.files.making import picture
from tests.plans.served import cookie, section_of
from tests.servers import Server, Template

pytestmark = [
    pytest.mark.server,
    pytest.mark.once("PostgreSQL has a disk of its own"),
]

NO_LIMIT = resource.RLIM_INFINITY


class Disk(Protocol):
    server: Server

    def fill(self) -> None: ...

    def free(self) -> None: ...


class SmallDisk:
    """A file system of its own for the data, filled to the last byte."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.folder = folder
        self.server = Server(template)
        self.server.environment["DATA_DIR"] = str(folder)
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)

    def fill(self) -> None:
        """A write that meets the end writes as much as there is room for; the one after it writes nothing."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(bytes(1 << 20)):
                pass
        assert shutil.disk_usage(self.folder).free == 0

    def free(self) -> None:
        (self.folder / "ballast").unlink()


class NoByteMore:
    """The operating system refuses the server every byte that it would write into a file."""

    def __init__(self, template: Template, _folder: Path) -> None:
        self.server = Server(template)

    def fill(self) -> None:
        assert self.server.process is not None
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (0, NO_LIMIT))

    def free(self) -> None:
        assert self.server.process is not None
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A file system in memory with 64 MB, where this process may mount one; else the test is skipped."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", folder], capture_output=True).returncode:
        pytest.skip("this process may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(params=[SmallDisk, NoByteMore])
def disk(request: pytest.FixtureRequest, embedded_template: Template, tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path) if request.param is SmallDisk else contextlib.nullcontext():
        made = request.param(embedded_template, tmp_path)
        try:
            made.server.start()
            yield made
        finally:
            made.server.remove()


def post(client: httpx.Client, topic: int, number: int) -> httpx.Response:
    headers = {"Idempotency-Key": f"post-{number}"}
    return client.post(f"/api/topics/{topic}/posts", json={"source": f"Post {number}"}, headers=headers)


def upload(client: httpx.Client) -> httpx.Response:
    return client.post("/api/groups/agrifood/images", files={"image": ("field.png", picture(form="PNG"), "image/png")})


async def test_a_full_disk_loses_nothing_and_is_forgotten_when_there_is_room(disk: Disk) -> None:
    server = disk.server
    text = (await asyncio.to_thread(section_of, server, "Monitoring"))["id"]
    address = f"{server.ws}/ws/docs/plan/agrifood"
    headers = {"Cookie": await asyncio.to_thread(cookie, server, "coordinator")}
    paper: Doc = Doc()  # type: ignore[type-arg]
    with contextlib.closing(await asyncio.to_thread(server.client, "agency")) as client:
        made = await asyncio.to_thread(
            client.post, "/api/groups/agrifood/topics", json={"title": "Before", "source": "Post 1"}
        )
        topic = made.json()["id"]
        async with online(address, headers, doc=paper) as editor:
            await editor.type(text, 0, "Before. ")
            await editor.saved_all()
            disk.fill()
            refused = await asyncio.to_thread(post, client, topic, 2)
            assert refused.status_code == 503
            assert "was not saved" in refused.json()["detail"]
            no_image = await asyncio.to_thread(upload, client)
            assert no_image.status_code in {422, 503}
            assert no_image.json()["detail"]
            await editor.type(text, 0, "While it was full. ")
            assert await editor.ended() == 4500
            assert editor.saved < editor.sent
            page = await asyncio.to_thread(client.get, f"/topics/{topic}/")
            assert page.status_code == 200
            assert "Post 1" in page.text
        disk.free()
        assert (await asyncio.to_thread(post, client, topic, 2)).status_code == 201
        assert (await asyncio.to_thread(upload, client)).status_code == 201
        async with online(address, headers, doc=paper) as editor:
            await editor.saved_all()
        posts = (await asyncio.to_thread(client.get, f"/api/topics/{topic}/posts")).json()["posts"]
    assert [each["source"] for each in posts] == ["Post 1", "Post 2"]
    now = (await asyncio.to_thread(section_of, server, "Monitoring"))["text"]
    assert now.startswith("While it was full. Before. ")
    assert await asyncio.to_thread(server.manage, "verify") == "All is well.\n"
