"""What the job process does for notices."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from notices import domain


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey has no types
def send_due_mail() -> None:
    domain.send_due_mail()
