"""What people hear of a visit's story: the words, and who may see what they are about."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.kinds import Sort, Told, register_notice_kind
from visits.queries.access import stream_readers

STORIES = Sort("stories", gettext_lazy("A visit's story is to be reviewed, is commented on, returned or published"))


def _review_asked(told: Told) -> str:
    return _("%(name)s asks you to review the story “%(story)s”.") % _named(told)


def _returned(told: Told) -> str:
    return _("%(name)s returned the story “%(story)s” with a reason.") % _named(told)


def _published(told: Told) -> str:
    return _("%(name)s published the story “%(story)s”.") % _named(told)


def _commented(told: Told) -> str:
    return _("%(name)s commented on the story “%(story)s”.") % _named(told)


def _named(told: Told) -> dict[str, str]:
    return {"name": told.actor, "story": str(told.facts.get("story", ""))}


WORDS: dict[str, Callable[[Told], str]] = {
    "visits.review_asked": _review_asked,
    "visits.story_returned": _returned,
    "visits.story_published": _published,
    "visits.story_commented": _commented,
}


def readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of these (person id, subject) pairs, those who read the drafts of the group's stories now; a subject is
    ``story:<visit id>:…``."""
    visit_of = {subject: subject.removeprefix("story:").partition(":")[0] for _person, subject in pairs}
    may = stream_readers([(person, visit_of[subject]) for person, subject in pairs], in_group_only=True)
    return {(person, subject) for person, subject in pairs if (person, visit_of[subject]) in may}


def register_story_notices() -> None:
    for kind, words in WORDS.items():
        register_notice_kind(kind, words=words, readers=readers, sort=STORIES)
