"""The application as an ASGI server runs it. Importing it makes this process the web process (see workspace.alone)."""

import gc
import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import get_resolver, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workspace.settings")
django.setup(set_prefix=False)

from groups.checks import refuse_open_demo_accounts  # noqa: E402 - these need the apps that the line above loads
from sockets import running  # noqa: E402
from sockets.connection import nowhere  # noqa: E402
from workspace.admission import Admission  # noqa: E402
from workspace.alone import AnotherIsRunning, claim  # noqa: E402
from workspace.direct_writing import DirectWriting  # noqa: E402
from workspace.pages import Pages  # noqa: E402
from workspace.routing import websocket_urlpatterns  # noqa: E402

Message = MutableMapping[str, Any]


async def lifespan(
    _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Starts and stops what runs beside the requests, under servers that say when (daphne's is told by our own)."""
    while True:
        if (await receive())["type"] == "lifespan.startup":
            await running.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await running.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def may_serve() -> None:
    """Raises with a line in words where this process must not serve."""
    try:
        refuse_open_demo_accounts()
        claim()
    finally:
        connections.close_all()


try:
    # Apart, since a server may import this inside its running loop, where Django refuses the database.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(may_serve).result()
except (AnotherIsRunning, ImproperlyConfigured) as refusal:
    sys.exit(str(refusal))

application = ProtocolTypeRouter(
    {
        "http": Admission(Pages(), at_once=settings.HTTP_AT_ONCE, waiting=settings.HTTP_WAITING),
        "lifespan": lifespan,
        "websocket": DirectWriting(URLRouter([*websocket_urlpatterns, re_path(r"", nowhere)])),  # type: ignore[arg-type]  # an application, not a view
    }
)

# What is loaded by now, the pages' addresses with it, stays for ever. To look through it for garbage, again and again,
# would take a tenth of a second each time, in which nobody gets anything.
get_resolver().url_patterns  # noqa: B018 - reading it loads them
gc.freeze()
