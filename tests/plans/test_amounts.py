"""Amounts are read as the people of many countries type them; what is two numbers at once is not guessed."""

from decimal import Decimal

import pytest

from plans.amounts import TwoReadings, amount_in


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("0", "0"),
        ("12000", "12000"),
        ("12000,50", "12000.50"),
        ("12000.5", "12000.5"),
        ("12 000,50", "12000.50"),
        ("12\u00a0000,50", "12000.50"),
        ("12\u2009000.50", "12000.50"),
        ("12\u202f000", "12000"),
        ("1 234 567,8", "1234567.8"),
        ("12.000,50", "12000.50"),
        ("12,000.50", "12000.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        (" 7,5 ", "7.5"),
        (",5", "0.5"),
        (".5", "0.5"),
        ("5,", "5"),
        ("-3,25", "-3.25"),
        ("\u22123", "-3"),
        ("+3", "3"),
        ("€ 12 000", "12000"),
        ("12 000 EUR", "12000"),
        ("0.500", "0.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("12 000,500", "12000.5"),
    ],
    ids=repr,
)
def test_a_number_is_read_as_it_is_typed(typed: str, amount: str) -> None:
    assert amount_in(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "thousands", "decimals"),
    [
        ("12.000", "12000", "12"),
        ("1,234", "1234", "1.234"),
        ("-999.999", "-999999", "-999.999"),
        ("€ 1.500", "1500", "1.5"),
    ],
)
def test_what_is_two_numbers_at_once_is_not_guessed(typed: str, thousands: str, decimals: str) -> None:
    with pytest.raises(TwoReadings) as refused:
        amount_in(typed)
    assert (refused.value.thousands, refused.value.decimals) == (Decimal(thousands), Decimal(decimals))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        ",",
        "-",
        "€",
        "12 apples",
        "NaN",
        "Infinity",
        "1e3",
        "1 2",
        "12 00",
        "1.23.456",
        "12,34,567",
        "1,2.3,4",
        "1.000 000",
        "--1",
        "1-",
        "٣",
        "1\n000",
        "1\x00",
        "0x10",
        "1_000",
    ],
    ids=repr,
)
def test_what_is_no_number_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        amount_in(typed)
