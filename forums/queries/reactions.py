"""Who reacted to posts, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from forums.enums import ReactionKind
from forums.events import ReactionsOfKind, Reactor
from forums.models import Post, Reaction
from groups.standing import Standing
from prepared.queries import Prepared


@dataclass(frozen=True, slots=True)
class ReactionView:
    """A kind of reaction to a post: who chose it, and whether the reader did."""

    kind: str
    label: str
    people: tuple[str, ...]
    is_mine: bool


class _Chosen(NamedTuple):
    post_id: int
    kind: str
    person_id: int
    name: str


_COLUMNS = ("post_id", "kind", "person_id", "person__name")
_CHOSEN_BETWEEN = Prepared(
    lambda topic, first, last: (
        Reaction.objects.filter(post__topic_id=topic, post__number__gte=first, post__number__lte=last)
        .order_by("pk")
        .values_list(*_COLUMNS)
    ),
    _Chosen,
)


def reactions_to(posts: Iterable[Post]) -> dict[int, list[ReactionsOfKind]]:
    """Who reacted to each of these posts, by post id and kind, in the kinds' order; one query."""
    pks = [post.pk for post in posts]
    rows = Reaction.objects.filter(post_id__in=pks).order_by("pk").values_list(*_COLUMNS)
    told = _by_post(_Chosen(*row) for row in rows)
    return {pk: told.get(pk, []) for pk in pks}


def reactions_between(topic_id: int, first: int, last: int) -> dict[int, list[ReactionsOfKind]]:
    """As ``reactions_to``, of those of the topic's posts from one number to another that anybody reacted to."""
    return _by_post(_CHOSEN_BETWEEN.rows(topic_id, first, last))


def _by_post(rows: Iterable[_Chosen]) -> dict[int, list[ReactionsOfKind]]:
    found: dict[int, dict[str, list[Reactor]]] = {}
    for row in rows:
        kinds = found.setdefault(row.post_id, {})
        kinds.setdefault(row.kind, []).append(Reactor(id=row.person_id, name=row.name))
    return {
        post_id: [ReactionsOfKind(kind=kind, people=kinds[kind]) for kind in ReactionKind.values if kind in kinds]
        for post_id, kinds in found.items()
    }


def reaction_views(told: Iterable[ReactionsOfKind], standing: Standing) -> tuple[ReactionView, ...]:
    """Every kind of reaction in order, also those that nobody chose."""
    people = {reactions["kind"]: reactions["people"] for reactions in told}
    return tuple(
        ReactionView(
            kind=kind.value,
            label=str(kind.label),
            people=tuple(reactor["name"] for reactor in people.get(kind.value, [])),
            is_mine=any(reactor["id"] == standing.person_id for reactor in people.get(kind.value, [])),
        )
        for kind in ReactionKind
    )
