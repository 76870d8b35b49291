"""Every address that the workspace answers, as its URLconf and its API declare them."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from workspace.api import api

API_PREFIX = "api/"


def routes(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "") -> Iterator[str]:
    """Each route, as ``resolve(...).route`` writes it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = URLResolver._join_route(prefix, str(pattern.pattern)) if prefix else str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def operations() -> Iterator[tuple[str, str]]:
    """Each operation of the API: method and route."""
    api._get_bound_routers()  # until then a room's own routers are not among the API's
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    address = "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))
                    yield method, API_PREFIX + address.replace("{", "<").replace("}", ">")
