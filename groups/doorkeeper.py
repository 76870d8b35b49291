"""Tells the sockets who is at their other end, by the session or by the bearer token, and whether that still holds."""

from collections.abc import Set
from functools import lru_cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from groups.models import AccessToken, Person
from groups.queries import valid_token
from groups.session_store import KEY_FORM
from sockets.visitors import Visitor


class PeopleDoorkeeper:
    """Lets in active people; see ``sockets.visitors.Doorkeeper``."""

    def identify(self, *, session_key: str | None, bearer: str | None) -> Visitor | None:
        if bearer is not None:
            return _by_token(bearer)
        return _by_session(session_key) if session_key else None

    def still_welcome(self, visitors: Set[Visitor]) -> set[Visitor]:
        """Asks three queries: for the people, their sessions and their tokens."""
        passwords = dict(
            Person.objects.filter(pk__in={visitor.person_id for visitor in visitors}, is_active=True).values_list(
                "pk", "password"
            )
        )
        session_keys = {visitor.session_key for visitor in visitors if visitor.session_key is not None}
        sessions = set(
            Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now()).values_list(
                "session_key", flat=True
            )
        )
        token_ids = {visitor.token_id for visitor in visitors if visitor.token_id is not None}
        tokens = set(AccessToken.objects.filter(pk__in=token_ids, revoked_at__isnull=True).values_list("pk", flat=True))

        def is_welcome(visitor: Visitor) -> bool:
            password = passwords.get(visitor.person_id)
            if password is None:
                return False
            if visitor.token_id is not None:
                return visitor.token_id in tokens
            return visitor.session_key in sessions and visitor.fingerprint == _session_hash(password)

        return {visitor for visitor in visitors if is_welcome(visitor)}


@lru_cache(maxsize=4096)
def _session_hash(password: str) -> str:
    """What Django keeps in the session of a person with this stored password."""
    return Person(password=password).get_session_auth_hash()


def _by_session(session_key: str) -> Visitor | None:
    if not KEY_FORM.fullmatch(session_key):
        return None
    session = Session.objects.filter(pk=session_key, expire_date__gt=timezone.now()).first()
    if session is None:
        return None
    data = session.get_decoded()
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = Person.objects.filter(pk=str(data.get(SESSION_KEY)), is_active=True).first()
    if person is None:
        return None
    kept = str(data.get(HASH_SESSION_KEY, ""))
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    if not any(constant_time_compare(kept, one) for one in hashes):
        return None
    return Visitor(person.pk, person.name, session_key, None, hashes[0])


def _by_token(bearer: str) -> Visitor | None:
    token = valid_token(bearer)
    return Visitor(token.person_id, token.person.name, None, token.pk, "") if token else None
