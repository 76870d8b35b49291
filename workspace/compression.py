"""Pages go over slow lines compressed. Django pads what it compresses, so that its length tells nothing of secrets."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses pages and JSON alone: static files are compressed ahead of time, uploads have formats of their own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in {"text/html", "application/json", "text/javascript"}:
            return response
        return super().process_response(request, response)
