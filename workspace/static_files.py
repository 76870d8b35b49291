"""Static files among the links of middleware, which all are synchronous."""

from collections.abc import Callable

from asgiref.sync import async_to_sync
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware


async def _nobody_else(_request: HttpRequest) -> HttpResponseBase:
    raise AssertionError("what is no static file goes on along the chain")


class StaticFiles:
    """Answers with ServeStatic what is one of its files, read asynchronously, and lets everything else go on.

    ServeStatic's own link takes an asynchronous chain alone. Each link before it then costs two hops to a thread, for
    every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.served = ServeStaticMiddleware(_nobody_else)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        file = self.served.files.get(request.path_info)
        if file is None:
            return self.get_response(request)
        response: HttpResponseBase = async_to_sync(self.served.aserve)(file, request)
        return response
