"""What helps while one writes: drafts, images, a preview, whom one can mention."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from ninja import Router, Status

from files.enums import Size
from forums.api.schemas import (
    DraftIn,
    DraftOut,
    DraftRefused,
    HtmlOut,
    ImageOut,
    MentionablesOut,
    TextIn,
    draft_data,
    person_of,
)
from forums.domain.images import upload_image
from forums.domain.reading import AlreadyPosted, DraftConflict, save_draft
from forums.domain.wording import checked_draft
from forums.models import SOURCE_LENGTH, Topic
from forums.policies import may_post, may_reply
from forums.queries import mentionables_of, preview_of, topic_for
from groups.models import WorkingGroup
from groups.queries import group_for
from groups.standing import PersonRequest

MENTIONABLE_IN_AN_ANSWER = 8
IMAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "properties": {
                        "image": {"type": "string", "format": "binary"},
                        "alt": {"type": "string", "maxLength": 500, "description": "What the image shows."},
                    },
                }
            }
        },
    }
}

router = Router()


@router.put("/topics/{int:topic_id}/draft", response={200: DraftOut, 409: DraftRefused})
def keep_reply(request: PersonRequest, topic_id: int, body: DraftIn) -> Status[Any]:
    """Keeps a reply that is being written; empty texts remove it."""
    topic = topic_for(request.standing, topic_id)
    return _keep(request, topic.working_group, topic, body)


@router.put("/groups/{slug:slug}/draft", response={200: DraftOut, 409: DraftRefused})
def keep_new_topic(request: PersonRequest, slug: str, body: DraftIn) -> Status[Any]:
    """Keeps a topic that is being written; empty texts remove it."""
    return _keep(request, group_for(request.standing, slug), None, body)


def _keep(request: PersonRequest, group: WorkingGroup, topic: Topic | None, body: DraftIn) -> Status[Any]:
    try:
        draft = save_draft(working_group=group, topic=topic, person=person_of(request), **body.dict())
    except DraftConflict as conflict:
        return Status(409, {"detail": str(conflict), "reason": "newer", "draft": draft_data(conflict.held)})
    except AlreadyPosted as posted:
        return Status(409, {"detail": str(posted), "reason": "posted", "draft": draft_data(None)})
    return Status(200, draft_data(draft))


@router.post("/groups/{slug:slug}/preview", response=HtmlOut)
def preview(request: PersonRequest, slug: str, body: TextIn) -> dict[str, str]:
    """The text as a post would show it. Nothing is kept."""
    _group_to_write_in(request, slug)
    return _shown(body)


@router.post("/topics/{int:topic_id}/preview", response=HtmlOut)
def preview_reply(request: PersonRequest, topic_id: int, body: TextIn) -> dict[str, str]:
    """The same for whoever may reply in the topic, guests of an opened one too."""
    if not may_reply(request.standing, topic_for(request.standing, topic_id)):
        raise PermissionDenied(_("You may read this topic, but not write in it."))
    return _shown(body)


def _shown(body: TextIn) -> dict[str, str]:
    return {"html": preview_of(checked_draft(body.source, field="source", max_length=SOURCE_LENGTH))}


@router.post("/groups/{slug:slug}/images", response={201: ImageOut}, openapi_extra=IMAGE_BODY)
def add_image(request: PersonRequest, slug: str) -> Status[Any]:
    """Uploads an image for a post. It is one's own until a post shows it."""
    group = _group_to_write_in(request, slug)
    upload = request.FILES.get("image")
    if upload is None:
        raise ValidationError({"image": _("There is no image in what was sent.")})
    image = upload_image(working_group=group, by=person_of(request), upload=upload, alt=request.POST.get("alt", ""))
    stored = image.file
    url = stored.url(Size.MEDIUM)
    words = stored.alt.translate(str.maketrans("[]\\", "()/"))
    shown = {"url": url, "width": stored.width, "height": stored.height, "alt": stored.alt}
    return Status(201, {**shown, "markdown": f"![{words}]({url})"})


@router.get("/groups/{slug:slug}/mentionable", response=MentionablesOut)
def list_mentionable(request: PersonRequest, slug: str, q: str = "") -> dict[str, Any]:
    """People who read the group's forum, and regions, whose name begins with what was typed."""
    group = _group_to_write_in(request, slug)
    found = mentionables_of(group).matching(q[:100], MENTIONABLE_IN_AN_ANSWER)
    return {"mentionable": found}


def _group_to_write_in(request: PersonRequest, slug: str) -> WorkingGroup:
    group = group_for(request.standing, slug)
    if not may_post(request.standing, group.pk):
        raise PermissionDenied(_("You may read this forum, but not write in it."))
    return group
