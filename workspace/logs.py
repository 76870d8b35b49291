"""What is written to the log: a line per trouble, which says where to look and nothing of what people wrote.

Every logger of the process goes through ``Lines``: JSON outside the demo, lines to read in it. A line carries what is
known of the request or socket it belongs to. An error is told by its kind and by the places in the code that it came
through. What it says itself may be what somebody typed (a database quotes the row that it refuses), so that is left
out unless it can only be about this machine. Addresses of requests lead to secrets: their routes are told instead.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTPException
from types import TracebackType
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from prometheus_client import Counter
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.typing import EventDict, WrappedLogger

from workspace.tracing import facts_of_request, route_of

# What these say is about files, connections and settings.
ABOUT_THIS_MACHINE = (OSError, OperationalError, InterfaceError, ImproperlyConfigured, RedisConnectionError)
EXTRA_FACTS = ("status", "milliseconds", "stream", "document")
ROOT = Path(__file__).resolve().parent.parent
MOST_PLACES = 30
TROUBLES = Counter("workspace_troubles", "Warnings and errors that were logged.", ["level"])

_HIDDEN = (
    (re.compile(r"(\w://)[^\s/@]*@"), r"\1[hidden]@"),  # who signs in to a server, with what
    (re.compile(r"[^\s@<>()\[\]\"'=,;:]+@[^\s@<>()\[\]\"',;:]+"), "[address]"),
    (re.compile(r"\buri=\S+"), "uri=[hidden]"),
)


class Lines(structlog.stdlib.ProcessorFormatter):
    """A formatter of log records. ``details`` has errors told in full, with what they say."""

    def __init__(self, *, as_json: bool, details: bool) -> None:
        self.details = details
        shown: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
        if not details:
            shown += [_told_errors, _hidden]
        if as_json:
            shown += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
        else:
            plain = structlog.dev.plain_traceback
            shown.append(structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain))
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                _of_request,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=EXTRA_FACTS),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=shown,
        )

    def format(self, record: logging.LogRecord) -> str:
        if not self.details:
            record = logging.makeLogRecord(record.__dict__)
            _make_discreet(record)
        return super().format(record)


class Counted(logging.Handler):
    """Counts what is logged, for /metrics; it writes nothing."""

    def emit(self, record: logging.LogRecord) -> None:
        TROUBLES.labels(record.levelname.lower()).inc()


def _make_discreet(record: logging.LogRecord) -> None:
    """Takes out of a record's words the errors that stand in them, and the address of the request."""
    request = getattr(record, "request", None)
    address = request.path if isinstance(request, HttpRequest) else None

    def discreet(value: object) -> object:
        if isinstance(value, BaseException):
            return _told(value)
        if address is not None and isinstance(value, str) and address in value:
            return value.replace(address, route_of(request) or "(not found yet)")
        return value

    record.msg = discreet(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(discreet(each) for each in record.args)
    if record.name == "asyncio":
        # The lines after the first show the task, and with it the words of its error.
        record.msg, record.args = record.getMessage().partition("\n")[0], ()


def _told(error: BaseException) -> str:
    """The kind of an error, with its first line where that is only about this machine."""
    kind = type(error).__qualname__
    if not isinstance(error, ABOUT_THIS_MACHINE) or isinstance(error, SMTPException):
        return kind
    said = str(error).strip().partition("\n")[0]
    return f"{kind}: {said}" if said else kind


def _told_errors(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Puts in the place of a traceback the errors, the outermost first, with the places they came through."""
    exc_info = event.pop("exc_info", None)
    error = exc_info[1] if isinstance(exc_info, tuple) else None
    if error is not None:
        event["errors"] = [{"error": _told(each), "at": _places(each.__traceback__)} for each in _chain(error)]
    event.pop("stack_info", None)
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{frame.filename.removeprefix(f'{ROOT}/')}:{frame.lineno} {frame.name}" for frame in frames]


def _of_request(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for name, value in facts_of_request().items():
        event.setdefault(name, value)
    return event


def _hidden(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {name: _without_addresses(value) for name, value in event.items()}


def _without_addresses(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, instead in _HIDDEN:
            value = pattern.sub(instead, value)
        return value
    if isinstance(value, dict):
        return {name: _without_addresses(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_addresses(each) for each in value]
    return value
