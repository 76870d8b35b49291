"""A page's scripts are fetched all at once, not each when the one that imports it has arrived."""

import re
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from workspace.modules import module_addresses, needed_by

# In a tag: what people write has no sign that opens one.
MODULES = re.compile(rb'<[a-z][^<>]* data-module="([a-z0-9_/\s]*)"')
HEAD_ENDS = b"</head>"


class Preloads:
    """Names in a page's head the modules that its elements ask for, and what those import (docs/performance.md)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content
            asked = {name for names in MODULES.findall(page) for name in names.decode().split()}
            links = _links(tuple(sorted(asked & module_addresses().keys())))
            response.content = page.replace(HEAD_ENDS, links + HEAD_ENDS, 1)
        return response


@lru_cache(maxsize=1000)
def _links(names: tuple[str, ...]) -> bytes:
    """Behind what the page is drawn with, which goes first."""
    links = [f'<link rel="modulepreload" href="{address}" fetchpriority="low">' for address in needed_by(names)]
    return "\n".join(links).encode()
