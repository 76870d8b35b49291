"""The names of months and days, which Django translates from its own catalogues where ours has none.

Django's Italian writes them with a capital, as at the beginning of a sentence; people, and browsers, do not. Our
catalogue goes before Django's, so it is enough that these words are in it.
"""

from django.utils.translation import gettext_noop as _

MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
