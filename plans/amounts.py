"""Amounts as people of many countries type them: "12 000,50", "12,000.50" and "12.000,50" are one number."""

import re
from decimal import Decimal

# What stands between thousands besides a dot and a comma: the ordinary, no-break, figure, thin and narrow spaces.
_SPACES = " \u00a0\u2007\u2009\u202f"
_CURRENCY = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR)$", re.IGNORECASE)
_SHAPE = re.compile(rf"[-\u2212+]?[0-9.,{_SPACES}]+")
_THOUSANDS = {
    separator: re.compile(rf"[0-9]{{1,3}}(?:[{re.escape(separator)}][0-9]{{3}})+") for separator in (".", ",", _SPACES)
}


class TwoReadings(ValueError):
    """What was typed is one number to some people and another to others: ``thousands`` or ``decimals``."""

    def __init__(self, thousands: Decimal, decimals: Decimal) -> None:
        super().__init__(f"{thousands} or {decimals}")
        self.thousands = thousands
        self.decimals = decimals


def amount_in(typed: str) -> Decimal:
    """The number that was typed, with a comma or a dot before its decimals, thousands apart or not, a sign or EUR.

    Raises TwoReadings where "12.000" may be twelve or twelve thousand, ValueError where it is no number.
    """
    text = _CURRENCY.sub("", typed.strip())
    if not _SHAPE.fullmatch(text):
        raise ValueError("no number")
    sign = -1 if text[0] in "-\u2212" else 1
    digits = text.lstrip("-\u2212+").strip(_SPACES)
    whole, mark, fraction = _parted(digits)
    if not (whole or fraction) or not re.fullmatch("[0-9]*", fraction):
        raise ValueError("no number")
    number = Decimal(f"{_joined(whole)}.{fraction}" if fraction else _joined(whole))
    if mark and len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        raise TwoReadings(sign * Decimal(whole + fraction), sign * number)
    return sign * number


def _parted(digits: str) -> tuple[str, str, str]:
    """What stands before the decimals, the mark between, the decimals."""
    mark = max(".,", key=digits.rfind)
    if digits.count(mark) != 1:
        return digits, "", ""
    whole, _mark, fraction = digits.rpartition(mark)
    return whole, mark, fraction


def _joined(whole: str) -> str:
    """The digits of a whole number whose thousands are apart by one kind of mark, or not apart."""
    if re.fullmatch("[0-9]*", whole):
        return whole or "0"
    for shape in _THOUSANDS.values():
        if shape.fullmatch(whole):
            return re.sub("[^0-9]", "", whole)
    raise ValueError("no number")
