"""Sessions in the database, which is not asked for what is no session's key: PostgreSQL refuses to look for a NUL."""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

KEY_FORM = re.compile(r"[a-z0-9]{8,40}", re.ASCII)


class SessionStore(DatabaseSessions):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and KEY_FORM.fullmatch(key) is not None
