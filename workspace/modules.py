"""Where the pages' ES modules are: their names as ``data-module`` says them, and their hashed addresses."""

import posixpath
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.apps import apps
from django.contrib.staticfiles.finders import find, get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static

# A static import of ours: ``import { a, b } from "../live/live.js";``.
IMPORT = re.compile(r'^import\s[^;]*?"(\.[^"]+\.js)";', re.MULTILINE)


@cache
def module_addresses() -> dict[str, str]:
    """The address of each room's modules by name: ``{"forums/topic": "/static/forums/topic.3f2a.js"}``.

    Read once per process: static files do not change under a running server.
    """
    rooms = {config.label for config in apps.get_app_configs()}
    # Where files were collected, those are the ones that are served; else those in the source folders.
    collected = getattr(staticfiles_storage, "hashed_files", None)
    paths = set(collected or {path for finder in get_finders() for path, _ in finder.list([])})
    addresses = {}
    for path in sorted(paths):
        room, _, file = path.partition("/")
        if room in rooms and file.endswith(".js") and "/" not in file:
            addresses[path.removesuffix(".js")] = static(path)
    return addresses


def needed_by(names: Iterable[str]) -> list[str]:
    """The addresses of these modules and of all that they import, directly or not, those nearest first; names that no
    module has are passed over."""
    addresses = module_addresses()
    found = dict.fromkeys(name for name in names if name in addresses)
    waiting = list(found)
    while waiting:
        waiting = [name for each in waiting for name in _imported_by(each) if name not in found]
        found.update(dict.fromkeys(waiting))
    return [static(f"{name}.js") for name in found]


@cache
def _imported_by(name: str) -> tuple[str, ...]:
    source = find(f"{name}.js")
    if source is None:
        return ()
    imports = IMPORT.findall(Path(source).read_text())
    return tuple(posixpath.normpath(f"{posixpath.dirname(name)}/{each}").removesuffix(".js") for each in imports)
