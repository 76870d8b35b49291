"""Uploads, each attached to something of the app that took it in."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from files.enums import DOWNLOAD, Size

NAME_LENGTH = 200
ALT_LENGTH = 500


class StoredFile(models.Model):
    """An uploaded image (re-encoded, in three sizes) or another file (as it came).

    ``kind`` and ``key`` say what it is attached to, in the words of the app that registered the kind. Width and
    height are those of the large size, in pixels; an image's ``size`` and ``sha256`` are its large size's too.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    original_name = models.CharField(max_length=NAME_LENGTH)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_image = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("created_at", "uuid")
        indexes = (models.Index(fields=("kind", "key")),)

    def __str__(self) -> str:
        return self.original_name

    @property
    def sizes(self) -> tuple[str, ...]:
        """What may stand for the size in this file's address."""
        return tuple(Size) if self.is_image else (DOWNLOAD,)

    def url(self, size: str) -> str:
        """The address of one size of an image, or of ``download`` for another file; ValueError for any other size."""
        if size not in self.sizes:
            raise ValueError(f"{self.uuid} has no {size}")
        return reverse("files:file", kwargs={"uuid": self.uuid, "size": size})

    def path(self, size: str) -> Path:
        """Where the bytes lie."""
        name = self.uuid.hex
        return Path(settings.MEDIA_ROOT) / name[:2] / f"{name}.{size}"
