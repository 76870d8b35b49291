"""Documents that people write at the same time: a numbered log of updates, and what is derived from it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

MAX_KEY_LENGTH = 200


class Document(models.Model):
    """A Yjs document of named texts, addressed by its kind and that kind's key; ``head`` numbers its last update."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=MAX_KEY_LENGTH)
    head = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="one_document_of_a_kind_and_key"),)

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


class DocumentUpdate(models.Model):
    """One committed update (Yjs format v1), as it was sent by this person's session or made by the server (None).

    ``checksum`` is the CRC-32 of the data, so that a byte that changed on the disk is noticed; old rows have none.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="updates")
    number = models.BigIntegerField()
    data = models.BinaryField()
    checksum = models.PositiveBigIntegerField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("document", "number")
        constraints = (models.UniqueConstraint(fields=("document", "number"), name="one_update_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.document_id}:{self.number}"


class Snapshot(models.Model):
    """A document's whole state at a number of its log, as one update: what opening it starts from.

    ``knowledge`` is what our reader finds in the state (collab/remembered.py); older rows have none.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="snapshots")
    number = models.BigIntegerField()
    state = models.BinaryField()
    knowledge = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("document", "number")
        constraints = (models.UniqueConstraint(fields=("document", "number"), name="one_snapshot_at_a_number"),)

    def __str__(self) -> str:
        return f"{self.document_id} at {self.number}"


class Authorship(models.Model):
    """The ids [clock_start, clock_end) of one Yjs client were first sent by this person's session (None: the server).

    Kept up to the number of the document's newest snapshot; what came later is read from the log itself.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="authorships")
    client = models.BigIntegerField()
    clock_start = models.BigIntegerField()
    clock_end = models.BigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("document", "client", "clock_start")
        constraints = (
            models.UniqueConstraint(fields=("document", "client", "clock_start"), name="one_author_of_an_id"),
        )

    def __str__(self) -> str:
        return f"{self.document_id}: {self.client} {self.clock_start}-{self.clock_end}"


class StoredTexts(models.Model):
    """The texts of a document by name, as they are at one number of its log; of use while that is its head."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="stored_texts")
    number = models.BigIntegerField()
    texts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.document_id} at {self.number}"
