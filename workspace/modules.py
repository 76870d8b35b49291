"""Where the pages' ES modules are: their names as ``data-module`` says them, and their hashed addresses."""

from functools import cache

from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static


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
