"""The reader of updates and what is known of a document, held against Yjs."""

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from collab.authorship import Author, authors_of, spans_of
from collab.knowledge import Knowledge, Ranges
from collab.replica import Base, Replica, Row
from collab.updates import FORMAT, SKIP, STRING, MalformedUpdate, read_state_vector, read_update
from tests.collab.yjs import Described, Session, sessions


@pytest.fixture(scope="module")
def recorded() -> list[Session]:
    return sessions(seed=20120301, count=40)


def everything_in(session: Session) -> list[Described]:
    return [*session.updates, *session.merged]


def test_every_update_is_read_as_yjs_reads_it(recorded: list[Session]) -> None:
    for session in recorded:
        for described in everything_in(session):
            update = read_update(described.data)
            structs = [
                (struct.client, struct.clock, struct.length, struct.content)
                for section in update.structs.values()
                for struct in section
            ]
            deletes = [(client, clock, length) for client, ranges in update.deletes.items() for clock, length in ranges]
            assert sorted(structs) == sorted(described.structs)
            assert sorted(deletes) == sorted(described.deletes)


def test_the_corpus_holds_what_it_is_meant_to_hold(recorded: list[Session]) -> None:
    contents = {struct[3] for session in recorded for each in everything_in(session) for struct in each.structs}
    assert contents >= {STRING, FORMAT, SKIP}
    assert any(not session.texts["first"].isascii() for session in recorded)


def test_a_document_built_in_any_order_ends_in_the_text_that_yjs_has(recorded: list[Session]) -> None:
    for number, session in enumerate(recorded):
        rows = [Row(n, update.data, None) for n, update in enumerate(session.updates, 1)]
        random.Random(number).shuffle(rows)
        replica = Replica.from_log(None, rows, len(rows))
        assert not replica.has_hole
        assert {"first": "", "second": ""} | replica.texts() == session.texts


def test_with_an_update_missing_the_text_is_what_yjs_makes_of_it_and_the_rest_comes_whole(
    recorded: list[Session],
) -> None:
    holes = 0
    for number, session in enumerate(recorded):
        missing = random.Random(number).randrange(len(session.updates))
        rows = [Row(n, update.data, None) for n, update in enumerate(session.updates, 1)]
        late = rows.pop(missing)
        replica = Replica.from_log(None, rows, len(rows) + 1)
        holes += replica.has_hole
        replica.replay(late)
        assert not replica.has_hole
        assert {"first": "", "second": ""} | replica.texts() == session.texts
    assert holes > 10


def test_what_was_seen_is_no_news_and_what_was_not_is(recorded: list[Session]) -> None:
    for session in recorded:
        replica = Replica()
        for number, described in enumerate(session.updates, 1):
            replica.replay(Row(number, described.data, None))
            assert not replica.knowledge.news_in(read_update(described.data))
        for described in everything_in(session):
            assert not replica.knowledge.news_in(read_update(described.data))
        fresh = Knowledge()
        state = read_update(session.merged[1].data)
        news = fresh.news_in(state)
        assert news
        assert news.touched <= {"first", "second"}
        fresh.absorb(news)
        assert {client: each.end for client, each in fresh.origins.items()} == read_state_vector(
            replica.doc.get_state()
        )
        assert {c: (r.starts, r.ends) for c, r in fresh.deleted.items()} == {
            c: (r.starts, r.ends) for c, r in replica.knowledge.deleted.items()
        }


def test_it_is_known_in_which_text_everything_is(recorded: list[Session]) -> None:
    for session in recorded:
        replica = Replica()
        for number, described in enumerate(session.updates, 1):
            before = {name: str(replica.doc.get(name, type=Text)) for name in ("first", "second")}
            touched = replica.knowledge.news_in(read_update(described.data)).touched
            replica.replay(Row(number, described.data, None))
            changed = {name for name in before if str(replica.doc.get(name, type=Text)) != before[name]}
            assert changed <= touched


def test_the_order_of_who_wrote_what_is_the_order_of_yjs(recorded: list[Session]) -> None:
    for session in recorded:
        replica = Replica()
        people: dict[int, int] = {}
        rows = []
        for number, described in enumerate(session.updates, 1):
            (client,) = {struct[0] for struct in described.structs} or {next(iter(people), 0)}
            person = people.setdefault(client, len(people) + 1)
            rows.append(Row(number, described.data, person))
            replica.replay(rows[-1])
        expected: list[tuple[int, str]] = []
        for client, text in session.writers:
            if expected and expected[-1][0] == people[client]:
                expected[-1] = (people[client], expected[-1][1] + text)
            else:
                expected.append((people[client], text))
        whole = session.texts["first"]
        spans = spans_of(replica.doc.get_update(), ["first"], authors_of([], rows))["first"]
        assert [(span.person_id, whole[span.start : span.start + span.length]) for span in spans] == expected


def test_whoever_sent_an_id_first_is_its_author() -> None:
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("t", type=Text)
    text += "first"
    early = doc.get_update()
    text += "second"
    authors = authors_of([], [Row(1, early, 1), Row(2, doc.get_update(), 2), Row(3, doc.get_update(), 3)])
    assert authors == [Author(7, 0, 5, 1), Author(7, 5, 11, 2)]


def test_an_update_with_a_gap_needs_what_is_in_the_gap() -> None:
    doc: Doc[Text] = Doc(client_id=7)
    text = doc.get("t", type=Text)
    states = []
    updates = []
    for letter in "abc":
        states.append(doc.get_state())
        text += letter
        updates.append(doc.get_update(states[-1]))
    assert read_update(updates[0]).needs() == {}
    assert read_update(updates[2]).needs() == {7: 2}


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_anything_but_refused(data: bytes) -> None:
    for read in (read_update, read_state_vector):
        with contextlib.suppress(MalformedUpdate):
            read(data)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_damaged_update_is_refused_or_harmless(recorded: list[Session], data: st.DataObject) -> None:
    session = recorded[data.draw(st.integers(0, len(recorded) - 1))]
    described = data.draw(st.sampled_from(everything_in(session)))
    damaged = bytearray(described.data)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        update = read_update(bytes(damaged))
        needs = update.needs()
    except MalformedUpdate:
        return
    replica = Replica()
    for number, each in enumerate(session.updates[:20], 1):
        replica.replay(Row(number, each.data, None))
    if not replica.knowledge.lacks(needs):
        replica.replay(Row(99, bytes(damaged), None))
        state = replica.doc.get_update()
        again = Replica.from_log(Base(99, state), [], 99)
        assert again.texts().items() <= replica.texts().items()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it ends too early"),
        (b"\x00", "it ends too early"),
        (b"\x00\x00\x00", "something follows its end"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", "a number is too large"),
        (b"\xff\xff\xff\x7f\x00", "a number is too large"),
        (b"\x01\x01\x07\x00\x04\x01\x01t\x00\x00", "an insertion is empty"),
        (b"\x01\x01\x07\x00\x04\x01\x01t\x02\xff\xfe\x00", "a text in it is not UTF-8"),
        (b"\x01\x01\x07\x00\x07\x01\x01t\x02\x00", "it holds nested type content; only texts are kept here"),
        (b"\x01\x01\x07\x00\x24\x01\x01t\x01k\x01x\x00", "it sets an entry of a map; only texts are kept here"),
        (b"\x01\x01\x07\x00\x04\x00\x08\x00\x01x\x00", "it writes into a nested type; only texts are kept here"),
        (b"\x01\x01\x07\x00\x06\x01\x01t\x01b\x03NaN\x00", "a formatting mark is not JSON"),
        (b"\x01\x01\x07\x00\x06\x01\x01t\x01b\x02{}\x00", "a formatting mark is not a plain value"),
        (b"\x02\x00\x07\x00\x00\x07\x00\x00", "it names a client twice"),
    ],
)
def test_a_refusal_says_why(data: bytes, why: str) -> None:
    with pytest.raises(MalformedUpdate) as refusal:
        read_update(data)
    assert str(refusal.value) == why


def test_structs_that_refer_to_each_other_in_a_circle_are_refused() -> None:
    circle = b"\x02\x01\x07\x00\x84\x08\x00\x01a\x01\x08\x00\x84\x07\x00\x01b\x00"
    update = read_update(circle)
    assert update.needs() == {}
    with pytest.raises(MalformedUpdate, match="in a circle"):
        Knowledge().news_in(update)


def test_a_struct_that_refers_to_its_own_future_is_refused() -> None:
    with pytest.raises(MalformedUpdate, match="its own client"):
        read_update(b"\x01\x01\x07\x00\x84\x07\x05\x01a\x00").needs()


def test_a_run_between_two_texts_is_refused() -> None:
    replica = Replica()
    for number, name in enumerate("tu", 1):
        doc: Doc[Text] = Doc(client_id=number)
        doc.get(name, type=Text).insert(0, "ab")
        replica.replay(Row(number, doc.get_update(), None))
    with pytest.raises(MalformedUpdate, match="between two texts"):
        replica.knowledge.news_in(read_update(b"\x01\x01\x07\x00\xc4\x01\x00\x02\x01\x01x\x00"))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10))), st.integers(0, 70), st.integers(1, 20))
def test_ranges_are_a_set_of_integers(added: list[tuple[int, int]], start: int, length: int) -> None:
    ranges, plain = Ranges(), set()
    for first, count in added:
        ranges.add(first, first + count)
        plain |= set(range(first, first + count))
    missing = {i for begin, end in ranges.outside(start, start + length) for i in range(begin, end)}
    assert missing == set(range(start, start + length)) - plain
    assert all(end < begin for end, begin in zip(ranges.ends, ranges.starts[1:], strict=False))
