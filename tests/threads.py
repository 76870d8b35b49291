"""The database from asynchronous tests: in another thread, whose connections end with the call."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """What the function returns, called in another thread."""

    def call() -> T:
        try:
            return function(*arguments, **options)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)
