"""Updates that wait for others. They are kept out of the live document, where each new one would make every later
change slower; here one costs the same however many wait, and is looked at again only when what it needs has come."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from collab.knowledge import Knowledge

T = TypeVar("T")


@dataclass(slots=True)
class _Wait(Generic[T]):
    what: T
    unmet: int


class Waiting(Generic[T]):
    """Things that wait until the knowledge has reached certain clocks."""

    def __init__(self) -> None:
        self._by_client: dict[int, list[tuple[int, int, _Wait[T]]]] = {}
        self._order = itertools.count()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, what: T, lacks: Mapping[int, int]) -> None:
        """Keeps it until every client has reached its clock in ``lacks``, which is not empty."""
        wait = _Wait(what, len(lacks))
        self._count += 1
        for client, clock in lacks.items():
            heapq.heappush(self._by_client.setdefault(client, []), (clock, next(self._order), wait))

    def release(self, knowledge: Knowledge, clients: Iterable[int]) -> list[T]:
        """Takes out and returns what no longer has to wait, now that these clients' clocks have moved."""
        released: list[T] = []
        for client in clients:
            heap = self._by_client.get(client)
            if heap is None:
                continue
            known = knowledge.clock_of(client)
            while heap and heap[0][0] <= known:
                wait = heapq.heappop(heap)[2]
                wait.unmet -= 1
                if not wait.unmet:
                    released.append(wait.what)
            if not heap:
                del self._by_client[client]
        self._count -= len(released)
        return released

    def forget(self, unwanted: Callable[[T], bool]) -> None:
        """Drops everything of which ``unwanted`` is true; as costly as there is much that waits."""
        left: dict[int, _Wait[T]] = {}
        for client, heap in list(self._by_client.items()):
            kept = [item for item in heap if not unwanted(item[2].what)]
            if kept:
                heapq.heapify(kept)
                self._by_client[client] = kept
            else:
                del self._by_client[client]
            left.update((id(item[2]), item[2]) for item in kept)
        self._count = len(left)
