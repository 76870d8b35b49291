"""Serving uploads: whoever asks, and each time anew, the policy of what the file is attached to decides."""

import logging
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from files.kinds import file_kind
from files.models import StoredFile

logger = logging.getLogger(__name__)

POLICY = "default-src 'none'; sandbox"
"""The content security policy of every upload: opened by itself it runs nothing and loads nothing."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that this person may read, and whether everybody may."""

    file: StoredFile
    is_public: bool


@require_safe
async def file(request: HttpRequest, uuid: UUID, size: str) -> HttpResponseBase:
    """One size of an image, or a document as a download; 404 for whoever may not read it.

    Whoever keeps a copy must ask again each time, for what is public today may be withdrawn tomorrow; the answer is 304
    where they have the bytes already. What is not public may be kept by the reader's own browser only.
    """
    opening = await sync_to_async(_open)(request, uuid, size)
    stored = opening.file
    headers = {
        "ETag": f'"{stored.pk.hex}-{size}"',
        "Cache-Control": "public, no-cache" if opening.is_public else "private, no-cache",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    unchanged = get_conditional_response(request, etag=headers["ETag"])
    if unchanged is not None:
        for name, value in headers.items():
            unchanged[name] = value
        return unchanged
    path = stored.path(size)
    try:
        data = await sync_to_async(path.read_bytes, thread_sensitive=False)()
    except OSError as error:
        logger.exception("the bytes of upload %s are not there", stored.pk)
        raise Http404 from error
    response = HttpResponse(b"" if request.method == "HEAD" else data, content_type=stored.content_type)
    for name, value in headers.items():
        response[name] = value
    response["Content-Length"] = str(len(data))
    disposition = content_disposition_header(as_attachment=not stored.is_image, filename=stored.original_name)
    if disposition and not stored.is_image:
        response["Content-Disposition"] = disposition
    return response


def _open(request: HttpRequest, pk: UUID, size: str) -> Opening:
    stored = StoredFile.objects.filter(pk=pk).first()
    kind = file_kind(stored.kind) if stored else None
    if stored is None or kind is None or size not in stored.sizes:
        raise Http404
    if kind.may_read(None, stored.key):
        return Opening(stored, is_public=True)
    if request.user.pk is None or not kind.may_read(request.user.pk, stored.key):
        raise Http404
    return Opening(stored, is_public=False)
