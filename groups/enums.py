"""The closed sets of values that the network's rows take."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in one working group."""

    COORDINATOR = "coordinator", _("Coordinator")
    DEPUTY = "deputy", _("Deputy coordinator")
    AGENCY = "agency", _("Regional agency")
    PARTNER = "partner", _("Partner")
    OBSERVER = "observer", _("Observer")


WRITING_ROLES = frozenset({Role.COORDINATOR, Role.DEPUTY, Role.AGENCY, Role.PARTNER})
LEADING_ROLES = frozenset({Role.COORDINATOR, Role.DEPUTY})


class NetworkOffice(models.TextChoices):
    """What a person is for the whole network, whatever groups they are in."""

    SECRETARIAT = "secretariat", _("Secretariat")
    EXCHANGE_DIRECTOR = "exchange_director", _("Exchange director")


class Entrance(models.TextChoices):
    """By which way somebody came to be what they are in a group."""

    ADDED = "added", _("was added")
    INVITED = "invited", _("accepted an invitation")
    ASKED = "asked", _("asked to join")


class Answer(models.TextChoices):
    """What became of a request to join a group."""

    NONE = "", _("Waits for an answer")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OfferKind(models.TextChoices):
    """Whether an organisation has something or looks for it."""

    OFFER = "offer", _("Offer")
    NEED = "need", _("Need")


class Accent(models.TextChoices):
    """The colours that tell working groups apart; in the order in which new groups take them."""

    GREEN = "green", _("Green")
    PETROL = "petrol", _("Petrol")
    TERRACOTTA = "terracotta", _("Terracotta")
    INDIGO = "indigo", _("Indigo")
    PLUM = "plum", _("Plum")
