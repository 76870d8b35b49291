"""Where a person is signed in: each session with the device it began on, ended from any other."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Person
from groups.session_store import SessionStore
from sockets.watch import rights_changed

# The first that is found in what a browser says of itself: each claims to be those after it, too.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session; ``is_here`` is the one that asks."""

    pk: int
    device: str
    ip: str
    since: datetime
    is_here: bool


def sessions_of(person: Person, session_key: str | None) -> list[SignedIn]:
    """The person's sessions that hold now, the one with this key first, then the newest. Two queries."""
    known = list(UserSession.objects.filter(user=person).order_by("-created_at", "-pk"))
    stored = SessionStore.get_model_class().objects.filter(
        pk__in=[each.session_key for each in known], expire_date__gt=timezone.now()
    )
    alive = set(stored.values_list("pk", flat=True))
    found = [
        SignedIn(each.pk, device_of(each.user_agent), each.ip, each.created_at, each.session_key == session_key)
        for each in known
        if each.session_key in alive
    ]
    return sorted(found, key=lambda each: not each.is_here)


@transaction.atomic
def end_session(*, person: Person, pk: int) -> bool:
    """Ends one of the person's own sessions, its open sockets too; False where there is no such."""
    return _end(UserSession.objects.filter(user=person, pk=pk)) > 0


@transaction.atomic
def end_other_sessions(*, person: Person, session_key: str | None) -> int:
    """Ends all of the person's sessions but the one with this key; returns how many there were."""
    return _end(UserSession.objects.filter(user=person).exclude(session_key=session_key))


def device_of(user_agent: str) -> str:
    """What a person would call the device, such as "Firefox on Windows"."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Another program")


def _end(sessions: QuerySet[Any]) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    SessionStore.get_model_class().objects.filter(pk__in=keys).delete()
    sessions.delete()
    rights_changed()
    return len(keys)
