"""What is sent once, however often the request for it arrives."""

from django.db import models

from groups.repeats import KEY_LENGTH


class SentOnce(models.Model):
    """A row that remembers the idempotency key it came with, unique among its author's.

    ``sent_digest`` is the SHA-256 of all that came with the key, so that a repeated request is told from another one.
    """

    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True)
    sent_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True
