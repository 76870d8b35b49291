"""The network and its people: who there is, and where each of them belongs."""

from groups.models.joining import Invitation, JoinRequest
from groups.models.network import Milestone, Network, Organisation, Region, WorkingGroup
from groups.models.offers import Offer
from groups.models.people import AccessToken, AccessTokenQuerySet, Person, PersonManager, digest_of
from groups.models.terms import Closure, Mandate, Membership, MembershipQuerySet, OfficeHolding, TermQuerySet

__all__ = (
    "AccessToken",
    "AccessTokenQuerySet",
    "Closure",
    "Invitation",
    "JoinRequest",
    "Mandate",
    "Membership",
    "MembershipQuerySet",
    "Milestone",
    "Network",
    "Offer",
    "OfficeHolding",
    "Organisation",
    "Person",
    "PersonManager",
    "Region",
    "TermQuerySet",
    "WorkingGroup",
    "digest_of",
)
