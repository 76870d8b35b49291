"""``GET /healthz``: is this process well? For whatever starts, watches and balances it.

Answered before sessions, the redirect to https and the check of the host's name, so that a broken database is named
rather than stumbled over. The database is asked for a row, and a message is sent through the channel layer and
received again. 200 ``{"database": "ok", "channel_layer": "ok"}``, or 503 with what failed in the place of "ok".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from asgiref.sync import async_to_sync, iscoroutinefunction
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware

PATH = "/healthz"
METHODS = frozenset({"GET", "HEAD"})
PATIENCE = 1.5

log = logging.getLogger(__name__)


def _ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        connection.close()


async def _use_channel_layer() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel("healthz")
    await layer.send(channel, {"type": "healthz"})
    await layer.receive(channel)
    # A layer keeps a channel until somebody gives up waiting on it.
    with suppress(TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.01)


async def _tried(name: str, work: Awaitable[None]) -> str:
    try:
        await asyncio.wait_for(work, PATIENCE)
    except TimeoutError:
        return f"no answer within {PATIENCE} seconds"
    except Exception as error:  # whatever is wrong is what is asked for here
        log.warning("%s is not well: %s", name, error)
        return f"failed: {type(error).__name__}"
    return "ok"


async def _report() -> HttpResponse:
    database, layer = await asyncio.gather(
        _tried("The database", asyncio.to_thread(_ask_database)), _tried("The channel layer", _use_channel_layer())
    )
    found = {"database": database, "channel_layer": layer}
    well = all(state == "ok" for state in found.values())
    return JsonResponse(found, status=200 if well else 503, headers={"Cache-Control": "no-store"})


@sync_and_async_middleware
def healthz(
    get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Answers GET and HEAD of ``/healthz``; everything else goes on."""

    def is_asked(request: HttpRequest) -> bool:
        return request.path == PATH and request.method in METHODS

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return await (_report() if is_asked(request) else get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return async_to_sync(_report)() if is_asked(request) else get_response(request)

    return answer
