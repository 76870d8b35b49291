"""What can be done with notices."""

from notices.domain.choosing import BrokenLink, choose_mail, person_of_token, token_for, unsubscribe
from notices.domain.mailing import send_due_mail
from notices.domain.notifying import News, notify
from notices.domain.reading import read_about, read_all, read_notice

__all__ = [
    "BrokenLink",
    "News",
    "choose_mail",
    "notify",
    "person_of_token",
    "read_about",
    "read_all",
    "read_notice",
    "send_due_mail",
    "token_for",
    "unsubscribe",
]
