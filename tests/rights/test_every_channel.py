"""The table of rights, held against every kind of stream, document and file that some room registered."""

from collections.abc import Mapping

from collab import kinds as documents
from files import kinds as files
from live import kinds as streams
from tests.rights.conftest import CHANNELS
from tests.rights.table import EVERYBODY, NO_ONE, PUBLIC, Channel, Stage

# What a stranger may write where a key belongs.
HOSTILE_KEYS = ("", "0", "-1", "x", "é", "\0", "1.5", "1 OR 1=1", str(2**63), "9" * 400, "../1", "\u0661")


def test_every_kind_of_stream_document_and_file_is_in_the_table() -> None:
    def ours(policies: Mapping[str, object]) -> set[str]:
        """The kinds of the product: tests of other rooms in this process register kinds of their own."""
        return {kind for kind, policy in policies.items() if not _module(policy).startswith("tests.")}

    registered = (
        {("stream", kind) for kind in ours(streams._readers)}
        | {("document", kind) for kind in ours(documents._kinds)}
        | {("file", kind) for kind in ours({kind: found.may_read for kind, found in files._kinds.items()})}
    )
    assert {(channel.sort, channel.kind) for channel in CHANNELS} == registered


def _module(policy: object) -> str:
    return str(getattr(policy, "__module__", type(policy).__module__))


def rights(stage: Stage, channel: Channel, key: str) -> tuple[frozenset[str], frozenset[str]]:
    """Who may read it and who may write, now."""
    ids = {who: person.pk for who, person in stage.people.items() if person is not None}
    if channel.sort == "stream":
        readable = streams.readable((pk, f"{channel.kind}:{key}") for pk in ids.values())
        return frozenset(who for who, pk in ids.items() if (pk, f"{channel.kind}:{key}") in readable), NO_ONE
    if channel.sort == "document":
        found = documents.rights_of(channel.kind, [(pk, key) for pk in ids.values()])
        reads = frozenset(who for who, pk in ids.items() if found[pk, key].may_read)
        return reads, frozenset(who for who, pk in ids.items() if found[pk, key].writable)
    kind = files.file_kind(channel.kind)
    assert kind is not None
    everybody: dict[str, int | None] = {**ids, PUBLIC: None}
    return frozenset(who for who, pk in everybody.items() if kind.may_read(pk, key)), NO_ONE


def test_everybody_may_on_each_channel_what_the_table_says(stage: Stage) -> None:
    found = {str(channel): rights(stage, channel, str(stage.fill(channel.key))) for channel in CHANNELS}
    assert found == {str(channel): (channel.reads, channel.writes) for channel in CHANNELS}
    assert all(channel.reads | channel.writes <= EVERYBODY for channel in CHANNELS)


def test_a_key_that_names_nothing_opens_nothing(stage: Stage) -> None:
    opened = [
        (channel.sort, channel.kind, key)
        for channel in CHANNELS
        for key in HOSTILE_KEYS
        if not (channel.sort == "file" and "\0" in key)  # a file's key is a row's, never what a stranger wrote
        if rights(stage, channel, key) != (NO_ONE, NO_ONE)
    ]
    assert opened == []
