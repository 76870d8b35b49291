"""How large the texts of a document are, and would become by what is on its way to the log."""

from collections import Counter
from collections.abc import Iterable

from pycrdt import Doc, Text

from collab import members, positions, quotas
from collab.knowledge import News
from collab.members import Entry, Offer, Refusal
from collab.replica import Replica


class Sizes:
    """The bytes of each text of one document, as committed, and those that accepted updates add to it."""

    def __init__(self) -> None:
        self._committed: dict[str, int] = {}
        self._growth: Counter[str] = Counter()

    def accepted(self, entry: Entry) -> None:
        for name, size in entry.inserted.items():
            self._growth[name] += size

    def arrived(self, entry: Entry) -> None:
        """It is in the log: what it added is counted with the text from now on."""
        for name, size in entry.inserted.items():
            self._growth[name] -= size

    def changed(self, names: Iterable[str]) -> None:
        for name in names:
            self._committed.pop(name, None)

    def all_changed(self) -> None:
        self._committed.clear()

    def nothing_is_on_its_way(self) -> None:
        self._growth.clear()

    def excess(self, replica: Replica, on_their_way: Iterable[Entry], offer: Offer, news: News) -> Refusal | None:
        """Too large with everything that is on its way, counted first, then tried where the count says so: what is
        deleted at the same time is not in the count."""
        names = replica.knowledge.names | news.inserted.keys()
        sizes = {name: self._size(replica, name) + self._growth[name] + news.inserted.get(name, 0) for name in names}
        if max(sizes.values()) <= quotas.MAX_TEXT_BYTES and sum(sizes.values()) <= quotas.MAX_DOCUMENT_BYTES:
            return None
        trial: Doc[Text] = Doc()
        trial.apply_update(replica.doc.get_update())
        for entry in on_their_way:
            if entry.data is not None:
                trial.apply_update(entry.data)
        trial.apply_update(offer.data)
        sizes = {name: positions.text_size(trial, name) for name in names}
        if max(sizes.values()) > quotas.MAX_TEXT_BYTES:
            return members.TEXT_TOO_LARGE
        return members.DOCUMENT_TOO_LARGE if sum(sizes.values()) > quotas.MAX_DOCUMENT_BYTES else None

    def _size(self, replica: Replica, name: str) -> int:
        if name not in self._committed:
            self._committed[name] = positions.text_size(replica.doc, name)
        return self._committed[name]
