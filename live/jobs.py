"""What the job process does for streams."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from live import domain


@db_periodic_task(crontab(hour="3", minute="30"))  # type: ignore[untyped-decorator]  # huey has no types
def prune_streams() -> None:
    domain.prune()
