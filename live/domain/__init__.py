"""Everything that is written to streams."""

from live.domain.keeping import prune, redact
from live.domain.publishing import publish
from live.events import Event

__all__ = ["Event", "prune", "publish", "redact"]
