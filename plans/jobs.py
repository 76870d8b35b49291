"""What the job process does for plans."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from plans.domain import telling


@db_periodic_task(crontab(minute="17"))  # type: ignore[untyped-decorator]  # huey has no types
def remind_of_deadlines() -> None:
    telling.remind_of_deadlines()
