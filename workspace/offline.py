"""What helps where the workspace cannot be reached: a page that the browser keeps, and the worker that shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page itself. It is nobody's in particular: what this device keeps, a script of it lists from the device."""
    return render(request, "workspace/offline.html")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, at the root of the site, since a worker sees no pages above its own address. It holds no secrets."""
    return render(request, "workspace/worker.js", content_type="text/javascript")
