"""Streams of numbered events: the truth that every reader catches up from."""

from django.db import models
from django.utils import timezone


class Stream(models.Model):
    """Where a stream's numbering stands: ``head`` is its last event's number, ``first`` the first one still kept."""

    name = models.CharField(max_length=200, unique=True)
    head = models.PositiveBigIntegerField(default=0)
    first = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.name} at {self.head}"


class StreamEvent(models.Model):
    """One event. ``data`` is its JSON text, exactly as it is sent; ``subject`` is what it is about, for redaction."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="events")
    number = models.PositiveBigIntegerField()
    name = models.CharField(max_length=100)
    data = models.TextField()
    subject = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("stream", "number")
        constraints = (models.UniqueConstraint(fields=("stream", "number"), name="one_event_per_number"),)
        indexes = (models.Index(fields=("stream", "subject"), name="events_about_a_subject"),)

    def __str__(self) -> str:
        return f"{self.stream_id}:{self.number} {self.name}"
