"""What the job process does for documents."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from collab import domain


@db_periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey has no types
def compact_documents() -> None:
    domain.compact_documents()
