"""The e-mail about notices that stay unread.

Which mail is due follows from the notices alone, so a job that was lost is made good by the next one. Whoever writes to
a person claims them first, and notes afterwards that it is done: a job that is repeated, or two at the same moment,
send one mail. Between the sending and the noting a process may die; then the mail is sent a second time, with the same
Message-ID, since the other choice would be to lose it.
"""

import logging
import zoneinfo
from datetime import UTC, datetime, time, timedelta, tzinfo
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from notices.domain.choosing import token_for
from notices.enums import Mail
from notices.models import MailChoice, Notice
from notices.queries import NoticeView, visible

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)
MORNING = time(7)
# After so long a claim counts as that of a process that died, or of a mail server that was away. The longer the
# notices have waited, the longer this is: an address that takes no mail is not tried for ever every ten minutes.
CLAIM = timedelta(minutes=10)
CLAIM_PER_AGE = 0.25
LISTED = 30
LONGEST_SUBJECT = 150


def send_due_mail(now: datetime | None = None) -> int:
    """Writes to everybody whose notices have stayed unread for as long as they chose; returns how many mails it
    sent. What a recipient may not see any more is in none."""
    now = now or timezone.now()
    waiting = Notice.objects.awaiting_mail().order_by().values("recipient_id").annotate(oldest=Min("created_at"))
    oldest_of = dict(waiting.values_list("recipient_id", "oldest"))
    people = get_user_model().objects.filter(pk__in=oldest_of).values_list("pk", "time_zone", "mail_choice__mail")
    due = [pk for pk, zone, mail in people if oldest_of[pk] <= _written_before(mail, zone, now)]
    return sum(_write_to(person_id, now, age=now - oldest_of[person_id]) for person_id in due)


def _written_before(mail: str | None, time_zone: str, now: datetime) -> datetime:
    """Mail is due to whoever has a notice from before this moment."""
    if mail == Mail.DAILY:
        return _last_morning(time_zone, now)
    return now - PATIENCE


def _last_morning(time_zone: str, now: datetime) -> datetime:
    """The last time that it was ``MORNING`` in this zone (UTC where it is not known any more)."""
    zone: tzinfo = UTC
    try:
        zone = zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        logger.info("Nobody knows the time zone %r", time_zone)
    today = datetime.combine(now.astimezone(zone), MORNING, zone)
    return today if today <= now else datetime.combine(today.date() - timedelta(days=1), MORNING, zone)


def _write_to(person_id: int, now: datetime, age: timedelta) -> bool:
    """Sends this person one mail about all that they have not read, unless somebody else is at it."""
    if not _claim(person_id, now, age):
        return False
    waiting = list(Notice.objects.awaiting_mail().of(person_id))
    views = [NoticeView(notice) for notice in visible(waiting)]
    if views and not _sent(views):
        return False
    with transaction.atomic():
        Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(settled_at=timezone.now())
        MailChoice.objects.filter(person_id=person_id).update(claimed_at=None)
    return bool(views)


def _claim(person_id: int, now: datetime, age: timedelta) -> bool:
    MailChoice.objects.get_or_create(person_id=person_id)
    is_free = Q(claimed_at=None) | Q(claimed_at__lt=now - max(CLAIM, age * CLAIM_PER_AGE))
    return bool(MailChoice.objects.filter(is_free, person_id=person_id).update(claimed_at=now))


def _sent(views: list[NoticeView]) -> bool:
    """Whether the mail about these notices, all of one person's, was handed over."""
    person = views[0].notice.recipient
    if not person.is_active:
        return True
    try:
        language = translation.get_supported_language_variant(person.language)
    except LookupError:
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        mail = _mail(views)
    try:
        mail.send()
    except OSError as trouble:  # every error of smtplib is one
        logger.warning("The mail about notices to person %s could not be sent: %s", person.pk, trouble)
        return False
    return True


def _mail(views: list[NoticeView]) -> EmailMessage:
    person, count = views[0].notice.recipient, len(views)
    unsubscribe = _absolute(reverse("notices:unsubscribe", args=[token_for(person.pk)]))
    words = {
        "name": person.get_full_name(),
        "count": count,
        "notices": [
            (view.words, _absolute(reverse("notices:notice", args=[view.notice.pk]))) for view in views[:LISTED]
        ],
        "more": max(0, count - LISTED),
        "all": _absolute(reverse("notices:notices")),
        "choose": _absolute(reverse("notices:mail")),
        "unsubscribe": unsubscribe,
    }
    subject = (
        views[0].words
        if count == 1
        else ngettext("%(count)d unread notice", "%(count)d unread notices", count) % {"count": count}
    )
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        " ".join(subject.split())[:LONGEST_SUBJECT],
        render_to_string("notices/mail.txt", words),
        None,
        [person.email],
        headers={
            "Message-ID": f"<notices.{person.pk}.{views[-1].notice.pk}.{views[0].notice.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
