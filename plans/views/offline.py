"""The worker that opens a plan's workroom without a network."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, at the root of the site, since a worker sees no pages above its own address. It holds no secrets."""
    return render(request, "plans/worker.js", content_type="text/javascript")
