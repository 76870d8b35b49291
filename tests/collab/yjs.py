"""What the tests of documents need of real Yjs, which runs in Node."""

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


def node(*arguments: str, timeout: float = 120) -> str:
    """Runs Node in this folder with these arguments and returns what it printed."""
    done = subprocess.run(["node", *arguments], capture_output=True, text=True, timeout=timeout, cwd=HERE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Described:
    """An update with what Yjs read in it: (client, clock, length, content) and (client, clock, length)."""

    data: bytes
    structs: list[tuple[int, int, int, int]]
    deletes: list[tuple[int, int, int]]


@dataclass(frozen=True)
class Session:
    updates: list[Described]
    merged: list[Described]
    texts: dict[str, str]
    writers: list[tuple[int, str]]


def _described(raw: dict[str, list[list[int]]]) -> Described:
    return Described(
        base64.b64decode(str(raw["data"])),
        [tuple(struct) for struct in raw["structs"]],  # type: ignore[misc]
        [tuple(each) for each in raw["deletes"]],  # type: ignore[misc]
    )


def sessions(seed: int, count: int) -> list[Session]:
    """Random editing sessions of two to four Yjs clients."""
    return [
        Session(
            [_described(update) for update in raw["updates"]],
            [_described(update) for update in raw["merged"]],
            raw["texts"],
            [(client, text) for client, text in raw["writers"]],
        )
        for raw in json.loads(node("sessions.mjs", str(seed), str(count)))
    ]
