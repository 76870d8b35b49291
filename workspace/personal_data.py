"""What a person wrote in the rooms, for the file with their data: their own words, and where they stand.

Titles and what others wrote beside them are left out: whoever has left a group takes along what is theirs and no more.
"""

from forums.models import Post
from groups.kinds import Rows, register_personal_data
from plans.models import Endorsement
from visits.models import Lesson, LogEntry


def posts(person_id: int) -> Rows:
    for row in Post.objects.filter(author_id=person_id, deleted_at=None).order_by("pk"):
        yield {
            "address": f"/topics/{row.topic_id}/#post-{row.number}",
            "source": row.source,
            "created_at": row.created_at,
            "edited_at": row.edited_at,
        }


def log_entries(person_id: int) -> Rows:
    for row in LogEntry.objects.filter(author_id=person_id, deleted_at=None).order_by("pk"):
        yield {
            "address": f"/visits/{row.visit_id}/",
            "seen_at": row.seen_at,
            "place": row.place,
            "source": row.source,
            "created_at": row.created_at,
            "edited_at": row.edited_at,
        }


def lessons(person_id: int) -> Rows:
    for row in Lesson.objects.filter(author_id=person_id, deleted_at=None).order_by("pk"):
        yield {
            "address": f"/visits/{row.visit_id}/",
            "title": row.title,
            "observed_practice": row.observed_practice,
            "text": row.text,
            "transferability": row.transferability,
            "created_at": row.created_at,
        }


def endorsements(person_id: int) -> Rows:
    for row in Endorsement.objects.filter(person_id=person_id).select_related("region").order_by("pk"):
        yield {
            "region": row.region.code,
            "position": row.position,
            "text": row.text,
            "digest": row.digest,
            "said_at": row.said_at,
        }


def register_what_people_wrote() -> None:
    for rows_of in (posts, log_entries, lessons, endorsements):
        register_personal_data(rows_of.__name__, rows_of)
