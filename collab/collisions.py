"""Whether an update brings other text under ids that are taken.

Clients drop, without a word, a run whose ids they know. So if somebody writes under another's client number, what that
other types next would be acknowledged as known and never be in the document: it has to be refused instead.
"""

from bisect import bisect_right
from collections.abc import Iterable

from collab.protocol import write_uint
from collab.replica import Replica
from collab.updates import STRING, Struct, Update, read_state_vector, read_update


def is_taken(update: Update, replica: Replica, on_their_way: Iterable[Update]) -> bool:
    """Whether a text in the update differs from what the document, or an accepted update, has under the same ids. What
    was deleted meanwhile cannot be compared and passes. Costs nothing where the update holds nothing known."""
    repeated = [
        struct
        for client, structs in update.structs.items()
        for struct in structs
        if struct.content == STRING and struct.clock < replica.knowledge.clock_of(client)
    ]
    if not repeated:
        return False
    clients = {struct.client for struct in repeated}
    since = read_state_vector(replica.doc.get_state())
    for struct in repeated:
        since[struct.client] = min(since.get(struct.client, 0), struct.clock)
    entries = [write_uint(client) + write_uint(clock) for client, clock in since.items()]
    stored = read_update(replica.doc.get_update(write_uint(len(entries)) + b"".join(entries)))
    pieces: dict[int, list[Struct]] = {client: [] for client in clients}
    for source in (stored, *on_their_way):
        for client in clients & source.structs.keys():
            pieces[client] += [struct for struct in source.structs[client] if struct.content == STRING]
    for each in pieces.values():
        each.sort(key=lambda struct: struct.clock)
    return any(_differs(struct, pieces[struct.client]) for struct in repeated)


def _differs(struct: Struct, pieces: list[Struct]) -> bool:
    first = max(0, bisect_right(pieces, struct.clock, key=lambda piece: piece.clock) - 1)
    for at in range(first, len(pieces)):
        piece = pieces[at]
        if piece.clock >= struct.end:
            break
        start, end = max(piece.clock, struct.clock), min(piece.end, struct.end)
        if start < end and _units(piece, start, end) != _units(struct, start, end):
            return True
    return False


def _units(struct: Struct, start: int, end: int) -> bytes:
    return struct.text.encode("utf-16-le")[(start - struct.clock) * 2 : (end - struct.clock) * 2]
