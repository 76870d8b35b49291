"""The terms of an action in words."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.formats import date_format, number_format


def term_in_words(value: object) -> str:
    """The value of a term of an action in the reader's words; "" where it is not known."""
    if isinstance(value, (tuple, list, QuerySet)):
        return ", ".join(str(each) for each in value)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value, force_grouping=True)
    return str(value or "")
