"""What differs between two texts is told in whole words, completely, and near the changes alone where that is asked."""

import time

from hypothesis import given
from hypothesis import strategies as st

from markup.differences import Segment, word_differences

WORDS = st.lists(st.sampled_from(["soil", "Żywiec", "è", "😀", " ", "\n\n", "**", "- ", "2012", "\u0301", "\x1f"])).map(
    "".join
)


def told(old: str, new: str, **options: int) -> list[tuple[str, str]]:
    return [(segment.kind, segment.text) for segment in word_differences(old, new, **options)]


def test_a_changed_word_is_told_as_a_whole_word() -> None:
    assert told("Ten regions share one laboratory.", "Ten regions share two laboratories.") == [
        ("same", "Ten regions share "),
        ("removed", "one laboratory"),
        ("added", "two laboratories"),
        ("same", "."),
    ]


def test_letters_beyond_ascii_belong_to_their_word() -> None:
    assert told("wizyta w Żywcu", "wizyta w Żywcach") == [
        ("same", "wizyta w "),
        ("removed", "Żywcu"),
        ("added", "Żywcach"),
    ]


@given(WORDS, WORDS)
def test_the_segments_hold_both_texts_and_nothing_else(old: str, new: str) -> None:
    segments = word_differences(old, new)
    assert "".join(each.text for each in segments if each.kind != "added") == old
    assert "".join(each.text for each in segments if each.kind != "removed") == new
    assert all(each.text and each.kind != "gap" for each in segments)


def test_far_from_a_change_a_gap_stands_for_what_both_have() -> None:
    same = " ".join(f"word{number}" for number in range(50))
    assert told(f"{same} old {same} gone", f"{same} new {same}", context=8) == [
        ("gap", ""),
        ("same", " word49 "),
        ("removed", "old"),
        ("added", "new"),
        ("same", " word0 word1"),
        ("gap", ""),
        ("same", "word48 word49"),
        ("removed", " gone"),
    ]


def test_of_two_same_texts_only_a_gap_is_told() -> None:
    assert told("the same", "the same", context=40) == [("gap", "")]
    assert told("", "", context=40) == []


def test_two_long_texts_with_nothing_in_common_do_not_hold_a_page_up() -> None:
    old = " ".join(f"a{number % 977}" for number in range(20_000))
    new = " ".join(f"a{number * 7 % 983}" for number in range(20_000))
    started = time.monotonic()
    segments = word_differences(old, new, seconds=0.2)
    assert time.monotonic() - started < 20
    assert "".join(each.text for each in segments if each.kind != "removed") == new


def test_a_segment_says_what_it_is() -> None:
    assert word_differences("", "new") == (Segment("added", "new"),)
    assert word_differences("old", "") == (Segment("removed", "old"),)


def test_texts_that_repeat_themselves_are_compared_within_the_time() -> None:
    old, new = "x " + "a b " * 100_000, "y " + "b a " * 100_000
    begun = time.monotonic()
    found = word_differences(old, new, seconds=0.2)
    assert time.monotonic() - begun < 15
    assert "".join(segment.text for segment in found if segment.kind != "removed") == new
    assert "".join(segment.text for segment in found if segment.kind != "added") == old
