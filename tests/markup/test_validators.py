"""What every stored text has to be."""

import pytest
from django.core.exceptions import ValidationError

from markup.validators import storable


@pytest.mark.parametrize("text", ["", "é", "\N{EAR OF RICE}", "line\nline\t\r", "\ufffe"], ids=repr)
def test_what_a_database_can_hold_is_storable(text: str) -> None:
    storable(text)


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "half \udf3e a pair"], ids=ascii)
def test_a_nul_and_half_a_surrogate_pair_are_not(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        storable(text)
    assert refused.value.code == "storable"
