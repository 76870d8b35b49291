"""How people come into a group: they are invited, or they ask."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.enums import Answer, Role
from groups.models.network import Organisation, WorkingGroup
from groups.models.people import Person, digest_of

INVITATION_LASTS = timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def valid(self) -> Self:
        """Those that can be accepted now."""
        return self.open().filter(expires_at__gt=timezone.now())

    def with_secret(self, secret: str) -> Self:
        return self.filter(digest=digest_of(secret))


class Invitation(models.Model):
    """A letter to an address: come into this group, as this. Of the secret in its link only the SHA-256 is kept."""

    working_group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("email", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("working_group", "email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_of_an_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.working_group}: {self.role}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def open(self) -> Self:
        """Those that wait for an answer, of people whose accounts are open."""
        return self.filter(answer=Answer.NONE, person__is_active=True)


class JoinRequest(models.Model):
    """Somebody asks to come into a group, and says why. ``words`` are those of whoever declined."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="join_requests")
    working_group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="join_requests")
    reason = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=20, choices=Answer.choices, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "working_group"), condition=Q(answer=""), name="one_open_request_of_a_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} asks to join {self.working_group}"
