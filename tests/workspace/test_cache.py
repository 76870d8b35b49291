"""Nobody is kept out because the counter of sign-ins is away."""

import pytest

from tests.backing import Redis, free_port
from workspace.cache import RedisOrMemory

PARAMETERS = {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}


def test_without_redis_the_process_counts_for_itself(caplog: pytest.LogCaptureFixture) -> None:
    cache = RedisOrMemory(f"redis://127.0.0.1:{free_port()}/0", PARAMETERS)
    assert cache.get("attempts") is None
    cache.set("attempts", 1)
    cache.incr("attempts")
    assert cache.get("attempts") == 2
    assert cache.add("attempts", 5) is False
    assert cache.delete("attempts") is True
    assert "Redis is away" in caplog.text


def test_with_redis_all_processes_count_together(redis: Redis) -> None:
    one, other = RedisOrMemory(redis.url, PARAMETERS), RedisOrMemory(redis.url, PARAMETERS)
    one.set("attempts", 1)
    other.incr("attempts")
    assert one.get("attempts") == 2
    one.close()
    other.close()
