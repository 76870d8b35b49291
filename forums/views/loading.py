"""What every page of the forum begins with: who asks, and for what."""

from typing import cast

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from forums.models import Post, Topic
from forums.queries import post_for, topic_for
from groups.models import Person
from groups.standing import PersonRequest

GET_OR_POST = ["GET", "HEAD", "POST"]


def person_of(request: PersonRequest) -> Person:
    """Who asks: signed in, or the page would not have been reached."""
    return cast(Person, request.user)


def topic_or_404(request: PersonRequest, topic_id: int) -> Topic:
    try:
        return topic_for(request.standing, topic_id)
    except Topic.DoesNotExist:
        raise Http404 from None


def post_or_404(request: PersonRequest, topic_id: int, number: int) -> Post:
    try:
        return post_for(request.standing, topic_id, number)
    except ObjectDoesNotExist:
        raise Http404 from None


def address_of(post: Post) -> str:
    """The topic's page at this post."""
    return f"{post.topic.get_absolute_url()}?from={post.number}#post-{post.number}"


def number_in(text: str | None) -> int | None:
    """A post's number from an address or a form; None where it is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
