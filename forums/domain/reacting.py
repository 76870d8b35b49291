"""Reactions to posts."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.domain.announcing import announce_reactions
from forums.domain.posting import locked_post
from forums.enums import ReactionKind
from forums.models import Post, Reaction
from forums.policies import may_react
from groups.models import Person
from groups.standing import standing_of


@transaction.atomic
def react(*, post: Post, person: Person, kind: str, on: bool) -> Post:
    """Adds the person's reaction of this kind (``forums.enums.ReactionKind``) or takes it back; twice is once.

    Raises PermissionDenied for who may not read the topic, ValidationError (field ``kind``) for no kind of reaction
    and for a deleted post.
    """
    if kind not in ReactionKind.values:
        raise ValidationError({"kind": _("There is no such reaction.")})
    topic, held = locked_post(post)
    if not may_react(standing_of(person), topic):
        raise PermissionDenied(_("You may not read this topic."))
    if held.is_deleted:
        raise ValidationError({"kind": _("This post has been deleted meanwhile.")})
    if on:
        _reaction, is_changed = Reaction.objects.get_or_create(post=held, person=person, kind=kind)
    else:
        count, _by_model = Reaction.objects.filter(post=held, person=person, kind=kind).delete()
        is_changed = count > 0
    if is_changed:
        announce_reactions(topic, held)
    return held
