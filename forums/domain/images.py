"""Images in posts: uploaded while one writes, and shown to others once a post shows them."""

import re
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from files.domain import Upload, prepare_image
from forums.models import ExchangeForum, ForumImage, Post, Topic
from forums.policies import may_post
from groups.models import Person, WorkingGroup
from groups.standing import standing_of

FILE_KIND = "forum"
# What somebody may have uploaded to a forum without a post that shows it.
MOST_UNPOSTED = 50
_SHOWN = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


def upload_image(*, working_group: WorkingGroup, by: Person, upload: Upload, alt: str) -> ForumImage:
    """Keeps an image for a post that is being written in the group's forum; ``alt`` says in words what it shows.

    Raises PermissionDenied for who may not post there, ValidationError in words (field ``image`` or ``alt``).
    """
    _require_may_post(by, working_group)
    key = uuid.uuid4()
    try:
        file = prepare_image(upload=upload, kind=FILE_KIND, key=str(key), person_id=by.pk, alt=alt)
    except ValidationError as error:
        raise ValidationError({"alt" if error.code == "alt" else "image": error.messages}) from None
    with transaction.atomic():
        _require_may_post(by, working_group)
        forum, _made = ExchangeForum.objects.get_or_create(working_group=working_group)
        if ForumImage.objects.filter(forum=forum, uploader=by, posts=None).count() >= MOST_UNPOSTED:
            message = _("You have uploaded %(count)d images that no post shows. Post some of them first.")
            raise ValidationError({"image": message % {"count": MOST_UNPOSTED}})
        file.save(force_insert=True)
        return ForumImage.objects.create(key=key, forum=forum, uploader=by, file=file)


def show_images(topic: Topic, post: Post) -> None:
    """Ties the post to the images that its text shows: the author's own, and those that another post shows already."""
    found = {uuid.UUID(text) for text in _SHOWN.findall(post.source)}
    if not found and post.revision == 0:
        return
    own_or_shown = Q(uploader_id=post.author_id) | Q(posts__deleted_at=None, posts__isnull=False)
    images = ForumImage.objects.filter(own_or_shown, forum_id=topic.forum_id, file_id__in=found)
    post.images.set(images.distinct())


def _require_may_post(person: Person, working_group: WorkingGroup) -> None:
    if not may_post(standing_of(person), working_group.pk):
        raise PermissionDenied(_("You may read this forum, but not write in it."))
