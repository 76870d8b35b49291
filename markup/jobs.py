"""What the job process does for renderings."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from markup import domain


@db_periodic_task(crontab(hour="3", minute="50"))  # type: ignore[untyped-decorator]  # huey has no types
def forget_old_renderings() -> None:
    domain.forget_old_renderings()
