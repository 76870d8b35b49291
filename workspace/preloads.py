"""A page's scripts are fetched all at once, not each when the one that imports it has arrived."""

import re
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from workspace.modules import needed_by

MODULES = re.compile(rb' data-module="([^"]*)"')
HEAD_ENDS = b"</head>"


class Preloads:
    """Names in a page's head the modules that its elements ask for, and what those import (docs/performance.md)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content
            names = sorted({name for names in MODULES.findall(page) for name in names.decode().split()})
            response.content = page.replace(HEAD_ENDS, _links(tuple(names)) + HEAD_ENDS, 1)
        return response


@lru_cache(maxsize=1000)
def _links(names: tuple[str, ...]) -> bytes:
    """Behind what the page is drawn with, which goes first."""
    links = [f'<link rel="modulepreload" href="{address}" fetchpriority="low">' for address in needed_by(names)]
    return "\n".join(links).encode()
