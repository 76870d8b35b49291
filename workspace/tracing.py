"""Which request is being answered: its id, for the log and for whoever was answered to quote, and the line in the log
about each request where such lines were asked for (``LOG_REQUESTS``).
"""

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

HEADER = "X-Request-ID"
_REQUEST_ID = re.compile("[0-9A-Za-z-]{8,64}")

logger = logging.getLogger(__name__)
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def route_of(request: HttpRequest | None) -> str:
    """The route that the request came by, as the URLconf writes it; nothing where it came by none, or by none yet."""
    match = request.resolver_match if request is not None else None
    return f"/{match.route}" if match is not None else ""


def facts_of_request() -> dict[str, Any]:
    """What the log may say of the request that is being answered: nothing that was sent with it."""
    request = _request.get()
    if request is None:
        return {}
    facts: dict[str, Any] = {"request_id": _request_id.get(), "method": request.method}
    if route := route_of(request):
        facts["route"] = route
    if (person_id := _person_id(request)) is not None:
        facts["person_id"] = person_id
    return facts


def _person_id(request: HttpRequest) -> int | None:
    """Who asks, as far as that was read: a look at the database in the middle of a trouble would be the next one."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)


@contextmanager
def _traced(request: HttpRequest) -> Iterator[str]:
    """Names the request; a name that our own proxy gave it is kept."""
    given = request.headers.get(HEADER, "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    name = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    tokens = _request.set(request), _request_id.set(name)
    try:
        yield name
    finally:
        _request.reset(tokens[0])
        _request_id.reset(tokens[1])


def _answered(name: str, response: HttpResponseBase, begun: float) -> HttpResponseBase:
    response.headers[HEADER] = name
    if settings.LOG_REQUESTS:
        facts = {"status": response.status_code, "milliseconds": round((time.perf_counter() - begun) * 1000, 1)}
        logger.info("answered", extra=facts)
    return response


@sync_and_async_middleware
def trace(
    get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """The outermost middleware, so that whatever is logged inside belongs to a request."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            begun = time.perf_counter()
            with _traced(request) as name:
                return _answered(name, await get_response(request), begun)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        begun = time.perf_counter()
        with _traced(request) as name:
            response = get_response(request)
            assert isinstance(response, HttpResponseBase)
            return _answered(name, response, begun)

    return answer
