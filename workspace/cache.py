"""The cache of the scaled profile: Redis, and this process's memory for as long as Redis is away."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class RedisOrMemory(RedisCache):
    """Nobody is kept from signing in because a counter of sign-ins cannot be reached."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", {})

    def _either(self, operation: str, *arguments: Any, **options: Any) -> Any:
        try:
            return getattr(super(), operation)(*arguments, **options)
        except RedisError as trouble:
            logger.warning("Redis is away, counting in memory: %s", trouble)
            return getattr(self._memory, operation)(*arguments, **options)

    def get(self, *arguments: Any, **options: Any) -> Any:
        return self._either("get", *arguments, **options)

    def set(self, *arguments: Any, **options: Any) -> Any:
        return self._either("set", *arguments, **options)

    def add(self, *arguments: Any, **options: Any) -> Any:
        return self._either("add", *arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> Any:
        return self._either("delete", *arguments, **options)

    def incr(self, *arguments: Any, **options: Any) -> Any:
        return self._either("incr", *arguments, **options)
