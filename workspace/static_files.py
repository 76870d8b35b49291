"""Static files among the links of middleware, which all are synchronous."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


async def _nobody_else(_request: HttpRequest) -> HttpResponseBase:
    raise AssertionError("what is no static file goes on along the chain")


class StaticFiles:
    """Answers with ServeStatic what is one of its files, and lets everything else go on.

    ServeStatic's own link takes an asynchronous chain alone: each link before it then costs two hops to a thread, for
    every request, and each 8 KiB of a file two more. A file of ours is at most some hundred KiB, and read at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.files = ServeStaticMiddleware(_nobody_else).files

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        file = self.files.get(request.path_info)
        if file is None:
            return self.get_response(request)
        found = file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = HttpResponse(content, status=int(found.status))
        del response.headers["Content-Type"]
        for name, value in found.headers:
            response.headers[name] = value
        return response
