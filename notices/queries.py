"""Reading notices: never without asking, of all of them at once, what their recipients may see now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.functional import cached_property

from notices.kinds import Told, seen_now, words_of
from notices.models import MailChoice, Notice
from prepared.queries import Prepared

# Unread notices are counted up to here: "99+".
COUNTED = 100
ON_A_PAGE = 30
# Of so many rows a page is made, since some of them may be about what is not to be seen any more.
READ_FOR_A_PAGE = 90


@dataclass(frozen=True)
class NoticeView:
    """A notice that its recipient may see."""

    notice: Notice

    @cached_property
    def words(self) -> str:
        """What happened, in the language that is active."""
        actor = self.notice.actor.get_full_name() if self.notice.actor else ""
        return words_of(self.notice.kind, Told(actor, self.notice.facts))


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """``older``: the id before which the next page begins, None where there is none."""

    notices: list[NoticeView]
    older: int | None


def visible(notices: Iterable[Notice]) -> list[Notice]:
    """Those of the notices whose subject their recipient may see now, in a fixed number of queries per kind."""
    asked = list(notices)
    seen = seen_now((notice.kind, notice.recipient_id, notice.subject) for notice in asked)
    return [notice for notice in asked if (notice.kind, notice.recipient_id, notice.subject) in seen]


def unread_counts(person_ids: Iterable[int]) -> dict[int, int]:
    """How many unread notices each of these people has, of those that they may see; of the newest ``COUNTED``."""
    counts = dict.fromkeys(person_ids, 0)
    place = Window(RowNumber(), partition_by=F("recipient_id"), order_by=F("id").desc())
    newest = Notice.objects.unread().filter(recipient_id__in=counts).annotate(place=place).filter(place__lte=COUNTED)
    for notice in visible(newest):
        counts[notice.recipient_id] += 1
    return counts


def unread_count(person_id: int) -> int:
    """As ``unread_counts``, of one person: what every page of theirs asks."""
    newest = _UNREAD.rows(person_id)
    return len(seen_now((kind, person_id, subject) for kind, subject in newest))


_UNREAD = Prepared(
    lambda person: (
        Notice.objects.unread().filter(recipient_id=person).order_by("-pk").values_list("kind", "subject")[:COUNTED]
    ),
    lambda kind, subject: (kind, subject),
)


def notices_page(person_id: int, *, unread_only: bool, before: int | None = None) -> NoticesPage:
    """This person's newest notices, or those older than the one with the id ``before``."""
    rows = Notice.objects.of(person_id)
    if unread_only:
        rows = rows.unread()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    read = list(rows[:READ_FOR_A_PAGE])
    seen = visible(read)
    shown = seen[:ON_A_PAGE]
    if len(seen) > ON_A_PAGE:
        older: int | None = shown[-1].pk
    else:
        older = read[-1].pk if len(read) == READ_FOR_A_PAGE else None
    return NoticesPage([NoticeView(notice) for notice in shown], older)


def notice_for(person_id: int, pk: int) -> Notice:
    """This person's notice, if they may still see what it is about; raises DoesNotExist."""
    notice = Notice.objects.of(person_id).get(pk=pk)
    if not visible([notice]):
        raise Notice.DoesNotExist
    return notice


def mail_choice_of(person_id: int) -> MailChoice:
    """What this person chose, or what holds for who chose nothing."""
    return MailChoice.objects.filter(person_id=person_id).first() or MailChoice(person_id=person_id)
