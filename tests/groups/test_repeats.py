"""What an idempotency key may be, and what tells a repetition from something else."""

import pytest
from django.core.exceptions import ValidationError

from groups.repeats import checked_key, digest_of, new_key


def test_each_form_has_a_key_of_its_own_that_is_one() -> None:
    first, second = new_key(), new_key()
    assert first != second
    assert checked_key(first) == first


@pytest.mark.parametrize("key", [None, "k", "~" * 200])
def test_a_key_stays_as_it_is(key: str | None) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["", "k" * 201, "a\x00", "ключ", "a\nb", "\ud800"], ids=repr)
def test_what_is_no_key_is_refused_at_its_field(key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        checked_key(key)
    assert list(refused.value.message_dict) == ["idempotency_key"]


def test_texts_are_told_apart_in_their_places() -> None:
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert digest_of("ab", "") != digest_of("", "ab")
    assert digest_of("\ud800") == digest_of("\ud800")
