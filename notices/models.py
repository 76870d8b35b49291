"""Notices: what happened that a person should hear of, and how they want to be told when they are not here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from notices.enums import Mail


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person_id: int) -> "NoticeQuerySet":
        """This person's, newest first. Which of them they may see now is another question: ``queries.visible``."""
        return self.filter(recipient_id=person_id).select_related("actor").order_by("-pk")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def awaiting_mail(self) -> "NoticeQuerySet":
        return self.filter(read_at=None, settled_at=None)


class Notice(models.Model):
    """One thing that one person should hear of. ``subject`` ("post:81") is what it is about, ``url`` the path where
    that is, ``facts`` what the kind's wording needs. ``settled_at``: since when no mail has to tell of it, because one
    did, or because this person wants none or may not see it any more."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("recipient", "kind", "subject"), name="one_notice_of_a_kind_per_subject"),
        )
        indexes = (
            models.Index(fields=("recipient", "-id"), name="notices_of_a_person"),
            models.Index(fields=("recipient", "-id"), condition=Q(read_at=None), name="unread_notices_of_a_person"),
            models.Index(
                fields=("created_at",), condition=Q(read_at=None, settled_at=None), name="notices_awaiting_mail"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} about {self.subject} for {self.recipient_id}"


class MailChoice(models.Model):
    """How a person wants to be told by e-mail; without a row, ``Mail.SOON``. ``unwanted`` names the sorts
    (``notices.kinds``) that they want no e-mail about. ``claimed_at``: when a job began to write to them, until it has
    noted that the mail is sent."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choice")
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.SOON)
    unwanted = models.JSONField(default=list)
    claimed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.mail}"
