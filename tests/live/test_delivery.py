"""Everyone gets the same events, in the same order, once."""

import asyncio
import json
from typing import Any

from tests.live.conftest import publish, tab
from tests.servers import Server


async def test_an_event_reaches_all_who_subscribed_exactly_as_documented(shared_server: Server, key: str) -> None:
    async with tab(shared_server, "partner") as first, tab(shared_server, "observer") as second:
        for one in (first, second):
            assert await one.subscribe(f"desk:{key}") == {"op": "subscribed", "stream": f"desk:{key}", "head": 0}
        await asyncio.to_thread(publish, shared_server, key, {"text": 'Žilina "grüßt" \u2028 \ud800 \u0000'})
        for one in (first, second):
            assert await one.hear() == {
                "stream": f"desk:{key}",
                "number": 1,
                "event": "note.added",
                "data": {"text": 'Žilina "grüßt" \u2028 \ud800 \u0000'},
            }


async def test_concurrent_writers_are_read_in_one_order_without_gap_or_double(shared_server: Server, key: str) -> None:
    async with tab(shared_server, "partner") as first, tab(shared_server, "agency") as second:
        await first.subscribe(f"desk:{key}", 0)
        await second.subscribe(f"desk:{key}", 0)
        writers = [
            asyncio.to_thread(publish, shared_server, key, *[{"writer": writer, "step": step} for step in range(25)])
            for writer in range(6)
        ]
        heard, also_heard, *_ = await asyncio.gather(
            first.events(150, seconds=30), second.events(150, seconds=30), *writers
        )
    assert [event["number"] for event in heard] == list(range(1, 151))
    assert heard == also_heard
    for writer in range(6):
        assert [event["data"]["step"] for event in heard if event["data"]["writer"] == writer] == list(range(25))


async def test_who_slept_through_ten_thousand_events_gets_each_of_them_in_order(
    shared_server: Server, key: str
) -> None:
    for start in range(0, 10_000, 2_000):
        notes = [{"n": n} for n in range(start + 1, start + 2_001)]
        head = await asyncio.to_thread(publish, shared_server, key, *notes, together=True)
    assert head == 10_000
    async with tab(shared_server) as one:
        assert (await one.subscribe(f"desk:{key}", 0))["head"] == 10_000
        events = await one.events(10_000, seconds=30)
        assert [event["number"] for event in events] == list(range(1, 10_001))
        assert [event["data"]["n"] for event in events] == list(range(1, 10_001))
        await asyncio.to_thread(publish, shared_server, key, {"n": 10_001})
        assert (await one.hear())["number"] == 10_001


async def test_what_another_process_writes_without_a_hint_is_found_by_the_look_at_the_heads(
    shared_server: Server, key: str
) -> None:
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}")
        await asyncio.to_thread(
            shared_server.shell,
            "from django.db import transaction\n"
            "from live.domain import Event, publish\n"
            f"with transaction.atomic(): publish(Event('desk:{key}', 'note.added', dict(by='a job')))",
        )
        assert (await one.hear(3))["data"] == {"by": "a job"}


async def test_one_socket_carries_several_streams_each_with_its_own_numbers(shared_server: Server, key: str) -> None:
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}")
        await one.subscribe(f"desk:{key}-b")
        await asyncio.to_thread(publish, shared_server, f"{key}-b", {"n": 1}, {"n": 2})
        await asyncio.to_thread(publish, shared_server, key, {"n": 1})
        heard = sorted((event["stream"], event["number"]) for event in await one.events(3))
    assert heard == [(f"desk:{key}", 1), (f"desk:{key}-b", 1), (f"desk:{key}-b", 2)]


async def test_without_a_number_the_reading_begins_now_and_with_one_after_it(shared_server: Server, key: str) -> None:
    await asyncio.to_thread(publish, shared_server, key, {"n": 1}, {"n": 2}, {"n": 3})
    async with tab(shared_server) as one, tab(shared_server, "agency") as other:
        assert (await one.subscribe(f"desk:{key}"))["head"] == 3
        assert (await other.subscribe(f"desk:{key}", 1))["head"] == 3
        assert await other.numbers(2) == [2, 3]
        await asyncio.to_thread(publish, shared_server, key, {"n": 4})
        assert await one.numbers(1) == await other.numbers(1) == [4]


async def test_after_unsubscribing_nothing_more_comes(shared_server: Server, key: str) -> None:
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}")
        await one.say(op="unsubscribe", stream=f"desk:{key}")
        await one.say(op="unsubscribe", stream="desk:never-subscribed")
        await one.subscribe(f"desk:{key}-b")
        await asyncio.to_thread(publish, shared_server, key, {"n": 1})
        await asyncio.to_thread(publish, shared_server, f"{key}-b", {"n": 1})
        assert (await one.hear())["stream"] == f"desk:{key}-b"


async def test_subscribing_again_starts_anew_from_the_number_given(shared_server: Server, key: str) -> None:
    await asyncio.to_thread(publish, shared_server, key, {"n": 1}, {"n": 2})
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}", 0)
        assert await one.numbers(2) == [1, 2]
        assert (await one.subscribe(f"desk:{key}", 1))["op"] == "subscribed"
        assert await one.numbers(1) == [2]
        await asyncio.to_thread(publish, shared_server, key, {"n": 3})
        assert await one.numbers(1) == [3]


async def test_a_number_past_the_head_or_before_what_is_kept_is_told_to_fetch_anew(
    shared_server: Server, key: str
) -> None:
    await asyncio.to_thread(publish, shared_server, key, *[{"n": n} for n in range(5)])
    await asyncio.to_thread(
        shared_server.shell,
        "from live.models import Stream, StreamEvent\n"
        f"Stream.objects.filter(name='desk:{key}').update(first=3)\n"
        f"StreamEvent.objects.filter(stream__name='desk:{key}', number__lt=3).delete()",
    )
    answer = {"op": "refetch", "stream": f"desk:{key}", "head": 5}
    async with tab(shared_server) as one:
        for after in (0, 1, 6, 10**6, 2**63, 10**400):
            assert await one.subscribe(f"desk:{key}", after) == answer
        assert (await one.subscribe(f"desk:{key}", 2))["op"] == "subscribed"
        assert await one.numbers(3) == [3, 4, 5]


async def test_a_stream_that_is_not_theirs_and_one_that_does_not_exist_look_alike(shared_server: Server) -> None:
    await asyncio.to_thread(publish, shared_server, "agrifood", {"secret": "leek"})
    async with tab(shared_server, "outsider") as one:
        for stream in ("desk:agrifood", "desk:nothing", "nokind:1", "desk", "", "desk:a b", "\ud800:\u0000"):
            assert await one.subscribe(stream, 0) == {"op": "refused", "stream": stream, "reason": "not found"}
        assert (await one.subscribe("desk:tourism", 0))["op"] == "subscribed"


async def test_a_socket_reads_two_hundred_streams_and_no_more(shared_server: Server) -> None:
    async with tab(shared_server) as one:
        for n in range(200):
            assert (await one.subscribe(f"desk:open{n}"))["op"] == "subscribed"
        assert await one.subscribe("desk:open-another") == {
            "op": "refused",
            "stream": "desk:open-another",
            "reason": "too many",
        }
        assert (await one.subscribe("desk:open7", 0))["op"] == "subscribed"


async def test_a_killed_server_that_comes_back_goes_on_where_the_reader_was(own_server: Server, key: str) -> None:
    await asyncio.to_thread(publish, own_server, key, {"n": 1}, {"n": 2})
    async with tab(own_server) as one:
        await one.subscribe(f"desk:{key}", 0)
        assert await one.numbers(1) == [1]
        own_server.kill()
    await asyncio.to_thread(own_server.start)
    await asyncio.to_thread(publish, own_server, key, {"n": 3})
    async with tab(own_server) as one:
        await one.subscribe(f"desk:{key}", 1)
        assert await one.numbers(2) == [2, 3]


async def test_many_small_and_some_large_events_share_a_socket_without_disorder(
    shared_server: Server, key: str
) -> None:
    notes: list[Any] = [{"text": "x" * (300_000 if n % 10 == 0 else 30)} for n in range(60)]
    async with tab(shared_server) as one:
        await one.subscribe(f"desk:{key}")
        await asyncio.to_thread(publish, shared_server, key, *notes, together=True)
        heard = []
        for n in range(60):
            event = await one.hear()
            heard.append(event)
            await one.say(op="ack", stream=f"desk:{key}", number=n + 1)
    assert [event["number"] for event in heard] == list(range(1, 61))
    assert json.dumps([event["data"] for event in heard]) == json.dumps(notes)
