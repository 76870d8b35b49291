"""Sessions in the database, which is not asked for what is no session's key: PostgreSQL refuses to look for a NUL."""

import re
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from prepared.queries import Prepared

KEY_FORM = re.compile(r"[a-z0-9]{8,40}", re.ASCII)


class SessionStore(DatabaseSessions):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and KEY_FORM.fullmatch(key) is not None

    def load(self) -> dict[str, Any]:
        """As Django's, which writes the same query anew for each request."""
        found = _SESSION.first(self.session_key)
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return {}
        return self.decode(found.session_data)


_SESSION: Prepared[Session] = Prepared(lambda key: Session.objects.filter(session_key=key))
