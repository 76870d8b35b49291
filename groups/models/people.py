"""Persons, and the access tokens they made."""

import hashlib
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.network import Organisation


class PersonManager(BaseUserManager["Person"]):
    """People are told apart by their e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person whose address somebody vouches for; those who sign up by themselves confirm theirs first."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        person.confirm_address()
        return person

    def confirmed(self) -> models.QuerySet["Person"]:
        """Those whose address is known to be theirs; who signed up and did not confirm it is nobody yet."""
        return self.filter(pk__in=self.model.objects.filter(emailaddress__verified=True).values("pk"))

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. A person who left is deactivated, never deleted: what they wrote keeps their name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="people")
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Rome")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def confirm_address(self) -> None:
        """Writes down for allauth that the person receives what is sent to their address."""
        from allauth.account.models import EmailAddress  # which refers to this class

        EmailAddress.objects.update_or_create(user=self, email=self.email, defaults={"verified": True, "primary": True})

    def get_full_name(self) -> str:
        return self.name


def digest_of(secret: str) -> str:
    """The SHA-256 of a token's secret, in hex: the only form in which it is stored."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def valid(self) -> Self:
        """Tokens that open something: not revoked, and their owner's account is not closed."""
        return self.filter(revoked_at=None, person__is_active=True)

    def with_secret(self, secret: str) -> Self:
        return self.filter(digest=digest_of(secret))


class AccessToken(models.Model):
    """A bearer token that a person made for a program of theirs. Only its SHA-256 is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="access_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name
