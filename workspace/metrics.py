"""``GET /metrics``: how much this process has to do and how long it takes, as Prometheus reads it.

Off unless ``METRICS_TOKEN`` is set; then for whoever sends that as a bearer token. For everybody else there is no such
page, whoever they are: it tells how busy people are, and is for machines. It is answered before the check of the host's
name and the redirect to https, since each process is asked at its own address, past the proxy.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import sync_and_async_middleware
from django_prometheus.middleware import PrometheusAfterMiddleware  # type: ignore[import-untyped]  # it has no types
from huey.contrib.djhuey import HUEY
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from collab import registry
from live import hub
from sockets import hints, watch

PATH = "/metrics"
PATIENCE_SECONDS = 1.5

_apart = ThreadPoolExecutor(1, thread_name_prefix="metrics")
_asked: "Future[int] | None" = None


async def _jobs_waiting() -> float:
    """The length of the job queue; not a number where it cannot be had now. Asked once at a time: where the queue's
    server does not answer, one thread waits for it, and not one more for each look."""
    global _asked  # noqa: PLW0603 - one question per process
    if _asked is None or _asked.done():
        _asked = _apart.submit(HUEY.pending_count)
    try:
        answer = asyncio.shield(asyncio.wrap_future(_asked))
        return float(await asyncio.wait_for(answer, PATIENCE_SECONDS))
    except Exception:  # whatever keeps the queue from answering, the other figures are there
        return float("nan")


def _loads() -> Iterator[tuple[str, str, float]]:
    """The name of each figure of this moment, what it means, and the figure."""
    streams, documents, sockets = hub.load(), registry.load(), watch.open_sockets()
    yield "workspace_live_sockets", "Open sockets of pages (/ws/live).", sockets["LiveSocket"]
    yield "workspace_document_sockets", "Open sockets of editors (/ws/docs).", sockets["DocumentSocket"]
    yield "workspace_streams", "Streams that somebody follows in this process.", streams.streams
    yield "workspace_subscriptions", "Subscriptions of sockets to streams.", streams.subscriptions
    yield "workspace_subscriptions_ready", "Subscriptions with events to come in the next rounds.", streams.ready
    yield "workspace_subscriptions_full", "Subscriptions that must acknowledge before they get more.", streams.full
    yield "workspace_events_unacknowledged", "Events on their way to readers.", streams.unacknowledged
    yield "workspace_documents", "Documents that are in this process's memory.", documents.documents
    yield "workspace_document_members", "Editors in these documents.", documents.members
    yield "workspace_document_updates_waiting", "Document updates that wait for their commit.", documents.waiting
    yield "workspace_hints_waiting", "Hints that wait to be sent to other processes.", hints.waiting()


async def _page() -> HttpResponse:
    moment = CollectorRegistry()
    for name, meaning, value in _loads():
        Gauge(name, meaning, registry=moment).set(value)
    jobs = Gauge("workspace_jobs_waiting", "Jobs in the queue, the same seen from each process.", registry=moment)
    jobs.set(await _jobs_waiting())
    counted = await asyncio.to_thread(generate_latest, REGISTRY)
    response = HttpResponse(generate_latest(moment) + counted, content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_asked(request: HttpRequest) -> bool:
    """Whether somebody asks who has the token."""
    if request.path != PATH or request.method != "GET" or not settings.METRICS_TOKEN:
        return False
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and constant_time_compare(secret.strip(), settings.METRICS_TOKEN)


@sync_and_async_middleware
def metrics(
    get_response: Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Answers those who have the token; everybody else goes on, and finds nothing at that address."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return await (_page() if _is_asked(request) else get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        return async_to_sync(_page)() if _is_asked(request) else get_response(request)

    return answer


class RequestMetrics(PrometheusAfterMiddleware):  # type: ignore[misc]  # it has no types
    """django-prometheus' figures of requests by view, method and status. Synchronous like the links around it, where
    it costs no hop to another thread; and a method that nobody knows makes no new row, as many as they may think of."""

    async_capable = False

    def label_metric(
        self, metric: Counter | Histogram, request: HttpRequest, response: HttpResponse | None = None, **labels: str
    ) -> Counter | Histogram:
        if "method" in labels:
            labels["method"] = self._method(request)
        labelled: Counter | Histogram = super().label_metric(metric, request, response, **labels)
        return labelled
