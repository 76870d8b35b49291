"""What it costs to show a topic of 20 posts to somebody signed in, and how many SQL queries our main pages take. See
README.md.

.venv/bin/python -m bench.pages --rounds 3
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.document_servers import asked, client
from bench.harness import (
    PEERS,
    PeerProcess,
    Unavailable,
    circumstances,
    processor_seconds,
    python_environment,
    report,
    table,
    take_turns,
    told,
)
from tests.servers import Server, Template

READER = "partner"
AUTHORS = ("agency", "coordinator", "director", "deputy")
REMARK = """**Remark {number}** on what we saw in the valley ({marker}).

Milk that travels for more than four hours loses a grade, *whatever* the truck says. What would help:

- cold rooms at the collection points, shared by three villages
- one standard for the loggers, so that the figures of two regions can be compared
- a price that rewards a short way

> Who pays for the loggers? The dairy alone will not.

See the [programme](https://programme.example/cold-chains) and `table 4` of the report; we come back to it in May."""
POSTS = [
    {
        "author": AUTHORS[number % len(AUTHORS)],
        "source": REMARK.format(number=number, marker=f"bench-post-{number}-"),
    }
    for number in range(20)
]


class Forum(Protocol):
    """A forum that is running: where its topic is, and the cookie of somebody who reads it."""

    pid: int
    port: int
    path: str
    cookie: str

    def stop(self) -> None: ...


class Workspace:
    def __init__(self, template: Template) -> None:
        self.server = Server(template)
        self.path = self.server.shell(_BEGIN.format(posts=POSTS)).strip()
        self.server.start()
        assert self.server.process is not None
        self.pid, self.port = self.server.process.pid, self.server.port
        with contextlib.closing(self.server.client(READER)) as reader:
            self.cookie = self.server.cookie_header(reader)["Cookie"]

    def stop(self) -> None:
        self.server.remove()


_BEGIN = """
from forums.domain.posting import post_reply, start_topic
from groups.models import Person, WorkingGroup
group = WorkingGroup.objects.get(slug="agrifood")
topic = None
for post in {posts!r}:
    author = Person.objects.get(email=post["author"] + "@demo.example")
    if topic is None:
        topic, _ = start_topic(working_group=group, author=author, title="Cold chains", source=post["source"])
    else:
        post_reply(topic=topic, author=author, source=post["source"])
print(topic.get_absolute_url())
"""

# The main pages as a member sees them, each after it was seen once: what is made once and kept is there by then.
_QUERIES = """
import json
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from groups.models import Person
client = Client(headers={{"host": "localhost"}})
reader = Person.objects.get(email="{reader}@demo.example")
client.force_login(reader)
found = {{}}
for path in {paths!r}:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    found[path] = len(captured)
print(json.dumps(found))
"""
PATHS = (
    "/",
    "/groups/agrifood/",
    "/groups/agrifood/forum/",
    "/groups/agrifood/plan/",
    "/groups/agrifood/plan/published/",
    "/groups/agrifood/visits/",
    "/groups/agrifood/members/",
    "/people/",
    "/organisations/",
    "/notices/",
    "/profile/",
)


class Peer:
    """A Django project of peers/ under the same daphne, with its database and the topic made."""

    def __init__(self, name: str) -> None:
        place = PEERS / name
        python = python_environment(place)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        (self.folder / "posts.json").write_text(json.dumps(POSTS))
        environment = {"DATA_DIR": str(self.folder), "PYTHONPATH": str(PEERS), "PYTHONWARNINGS": "ignore"}
        begun = subprocess.run(
            [python, "server.py", str(self.folder / "posts.json")],
            cwd=place,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if begun.returncode:
            raise Unavailable(f"{name} could not make its topic: {begun.stderr.splitlines()[-1]}")
        made = json.loads(begun.stdout)
        self.path, self.cookie = made["path"], made["cookie"]
        command = [python, "-m", "daphne", "--port", "{port}", "--verbosity", "0", "server:application"]
        self.process = PeerProcess(command, place, environment)
        self.pid, self.port = self.process.pid, self.process.port

    def stop(self) -> None:
        self.process.stop()
        shutil.rmtree(self.folder)


@dataclass(frozen=True)
class Run:
    """Milliseconds of the server's processor time per page; pages per second; milliseconds; bytes of HTML."""

    processor: float
    per_second: float
    late: float
    size: int


def measure(begin: Callable[[], Forum], readers: int, seconds: float) -> Run:
    forum = begin()
    options = {
        "port": forum.port,
        "path": forum.path,
        "cookie": forum.cookie,
        "readers": readers,
        "seconds": seconds,
        "expected": [f"bench-post-{number}-" for number in range(len(POSTS))],
    }
    try:
        with client("pages.mjs", options) as reading:
            size = asked(reading)["bytes"]
            before = processor_seconds(forum.pid)
            seen = asked(reading, "begin")
            spent = processor_seconds(forum.pid) - before
    finally:
        forum.stop()
    return Run(spent / seen["pages"] * 1e3, seen["per_second"], seen["late"], size)


def rows(runs: Mapping[str, list[Run]]) -> list[list[str]]:
    ours = statistics.median(run.per_second for run in runs["workspace"])
    return [
        [
            name,
            told([run.per_second for run in found], 1),
            "-" if name == "workspace" else f"{ours / statistics.median(run.per_second for run in found):.2f}",
            told([run.processor for run in found], 1),
            told([run.late for run in found]),
            f"{found[0].size / 1000:.0f}",
        ]
        for name, found in runs.items()
    ]


HEADINGS = (
    "forum",
    "pages per second:",
    "ours are so many times that:",
    "processor time per page, ms:",
    "99 % within, ms:",
    "HTML, kB:",
)


def queries(template: Template) -> str:
    server = Server(template)
    try:
        topic = server.shell(_BEGIN.format(posts=POSTS)).strip()
        found = json.loads(server.shell(_QUERIES.format(reader=READER, paths=[topic, *PATHS])))
    finally:
        server.remove()
    found["a topic of 20 posts"] = found.pop(topic)
    lines = [[path, str(count)] for path, count in sorted(found.items(), key=lambda item: item[0])]
    return f"## SQL queries of our main pages, for a member\n\n{table(('page', 'queries:'), lines)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="of each forum and round")
    parser.add_argument("--readers", type=int, default=4)
    options = parser.parse_args()
    missing: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        template = Template().prepare()
        stack.callback(template.remove)
        known: dict[str, Callable[[], Forum]] = {
            "workspace": lambda: Workspace(template),
            "django-spirit": lambda: Peer("spirit"),
            "django-machina": lambda: Peer("machina"),
        }
        measures = {name: partial(measure, begin, options.readers, options.seconds) for name, begin in known.items()}
        runs = take_turns(measures, options.rounds, missing)
        counted = queries(template)
    remark = (
        f"{options.readers} readers, each signed in and over one connection, for {options.seconds:g} s; daphne and"
        " SQLite for all three, the same 20 posts on one page. Medians, in brackets the lowest and the highest."
    )
    report("pages", circumstances(options.rounds, remark), [table(HEADINGS, rows(runs)), counted], missing)


if __name__ == "__main__":
    main()
