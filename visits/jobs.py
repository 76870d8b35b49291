"""What is done about visits at night."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from visits.domain import photos


@db_periodic_task(crontab(hour="3", minute="10"))  # type: ignore[untyped-decorator]  # huey has no types
def sweep_waiting_photos() -> None:
    """Throw away photos that were sent a month ago for an entry that nobody wrote."""
    photos.sweep_waiting()
