"""What is done about files at night."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from files import domain


@db_periodic_task(crontab(hour="3", minute="20"))  # type: ignore[untyped-decorator]  # huey has no types
def sweep_orphans() -> None:
    """Remove bytes that no row speaks of, a day after they were written."""
    domain.sweep_orphans()
