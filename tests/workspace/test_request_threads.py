"""Requests are answered in threads that stay, with what they hold open, for the requests that follow."""

import threading
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse

from tests.backing import wait_until
from workspace import pages
from workspace.pages import Pages, RequestThreads


class Answering(Pages):
    """Says in which thread it answers."""

    def get_response(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(threading.current_thread().name)


async def ask(application: Any) -> str:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "root_path": ""}
    peer = ApplicationCommunicator(application, scope)
    await peer.send_input({"type": "http.request"})
    assert (await peer.receive_output(5))["status"] == 200
    body = await peer.receive_output(5)
    await peer.wait()
    return str(body["body"].decode())


async def test_requests_that_follow_each_other_share_a_thread() -> None:
    application = Answering()
    assert await ask(application) == await ask(application)


def test_requests_at_once_have_a_thread_each() -> None:
    threads = RequestThreads()
    one, other = threads.take(), threads.take()
    assert one is not other
    threads.give_back(one)
    threads.give_back(other)
    assert [threads.take(), threads.take()] == [other, one]


def test_a_thread_at_work_for_a_request_that_has_gone_is_nobodys_until_it_is_done() -> None:
    threads, done = RequestThreads(), threading.Event()
    busy = threads.take()
    working = busy.submit(done.wait)
    threads.give_back(busy)
    other = threads.take()
    assert other is not busy
    done.set()
    working.result(5)
    wait_until(lambda: threads.take() is busy, "the thread's return")


def test_a_thread_that_nobody_needed_for_a_while_ends(monkeypatch: Any) -> None:
    threads = RequestThreads()
    idle, needed = threads.take(), threads.take()
    ending = idle.submit(threading.current_thread).result(5)
    threads.give_back(idle)
    monkeypatch.setattr(pages, "monotonic", lambda: idle.idle_since + pages.IDLE_SECONDS + 1)
    threads.give_back(needed)
    ending.join(5)
    assert not ending.is_alive()
    assert threads.take() is needed
