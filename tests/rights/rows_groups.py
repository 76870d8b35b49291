"""Who may do what with a group's members, with profiles and with tokens."""

from allauth.usersessions.models import UserSession

from groups.domain.invitations import invite_to_group
from groups.domain.organisations import write_offer
from groups.domain.requests import ask_to_join
from groups.domain.tokens import make_token
from groups.enums import OfferKind, Role
from groups.models import Mandate, Membership, OfficeHolding
from tests.rights.table import (
    AGENCY,
    COORDINATOR,
    DEPUTY,
    DIRECTOR,
    EVERYBODY,
    LEADERS,
    MANDATE_HOLDER,
    MEMBERS,
    NO_ONE,
    OUTSIDER,
    PARTNER,
    READERS,
    SECRETARIAT,
    SIGNED_IN,
    Row,
    Stage,
)

MANAGERS = LEADERS | {SECRETARIAT}


def objects(stage: Stage) -> dict[str, object]:
    current = Membership.objects.current()
    token, _secret = make_token(person=stage.cast.partner, name="partner's token")
    (letter,) = invite_to_group(
        working_group=stage.agrifood,
        addresses=["planted@invited.example"],
        role=Role.PARTNER,
        organisation=None,
        message="",
        language="en",
        by=stage.cast.coordinator,
    )
    asked = ask_to_join(working_group=stage.agrifood, person=stage.cast.outsider, reason="Planted reason")
    firm = stage.cast.partner.organisation
    assert firm is not None
    offer = write_offer(
        organisation=firm,
        kind=OfferKind.OFFER,
        title="Planted offer",
        description="",
        sectors=[],
        by=stage.cast.partner,
    )
    voice = Mandate.objects.current().get(person=stage.cast.agency)
    session = UserSession.objects.create(user=stage.cast.partner, ip="192.0.2.1", session_key="x" * 32)
    return {
        "session": session.pk,
        "invitation": letter.invitation.pk,
        "secret": letter.secret,
        "request": asked.pk,
        "offer": offer.pk,
        "firm_person": stage.cast.partner.pk,
        "agency_person": stage.cast.agency.pk,
        "deactivated_person": stage.cast.deactivated.pk,
        "director_person": stage.cast.director.pk,
        "mandate": voice.pk,
        "office": OfficeHolding.objects.current().get(person=stage.cast.director).pk,
        "partner_membership": current.get(person=stage.cast.partner).pk,
        "coordinator_membership": current.get(person=stage.cast.coordinator).pk,
        "removed_membership": Membership.objects.get(person=stage.cast.removed).pk,
        "outsider_person": stage.cast.outsider.pk,
        "partner_token": token.pk,
    }


MEMBERS_PAGE = "/groups/agrifood/members/"
PARTNER_PAGE = MEMBERS_PAGE + "{partner_membership}/"
COORDINATOR_PAGE = MEMBERS_PAGE + "{coordinator_membership}/"
NEW_PARTNER = {"person": "{outsider_person}", "role": "partner"}
LETTERS = {"addresses": "new@invited.example", "role": "partner", "language": "en"}
NEWCOMER = {"name": "New Comer", "password": "a long password of mine"}
NEW_PERSON = {"email": "new@cast.example", "name": "New", "language": "en"}
OFFER = {"kind": "need", "title": "A dryer"}
# Everybody of the cast but the agency and the mandate holder is of the firm.
OF_THE_FIRM = SIGNED_IN - {AGENCY, MANDATE_HOLDER}


def _of_secretariat(address: str, **send: object) -> Row:
    return Row("POST", address, may=frozenset({SECRETARIAT}), status=302, sees=SIGNED_IN, send=send)


PROFILE = {"name": "Somebody", "language": "en", "time_zone": "UTC"}

ROWS = [
    Row("GET", MEMBERS_PAGE, may=READERS, shows="A firm near Milan"),
    Row("GET", MEMBERS_PAGE + "new/", may=MANAGERS | {DIRECTOR}, sees=MEMBERS),
    # The director may add, but is offered the coordinator's role only: the form says so.
    Row("POST", MEMBERS_PAGE + "new/", may=MANAGERS, status=302, sees=MEMBERS, but={DIRECTOR: 422}, send=NEW_PARTNER),
    # And a deputy is offered every role but that one.
    Row(
        *("POST", MEMBERS_PAGE + "new/"),
        may=frozenset({COORDINATOR, DIRECTOR, SECRETARIAT}),
        status=302,
        sees=MEMBERS,
        but={DEPUTY: 422},
        send={"person": "{outsider_person}", "role": "coordinator"},
    ),
    # Whoever is in the group sees who its members are; what was, only those who lead and the member.
    Row("GET", PARTNER_PAGE, may=READERS, shows="A firm near Milan"),
    Row(
        "GET",
        PARTNER_PAGE,
        may=MANAGERS | {PARTNER},
        sees=NO_ONE,
        but=dict.fromkeys(READERS - MANAGERS, 200),
        shows="What happened",
    ),
    Row("POST", PARTNER_PAGE, may=MANAGERS, status=302, sees=MEMBERS, but={DIRECTOR: 422}, send={"role": "observer"}),
    Row("GET", COORDINATOR_PAGE, may=READERS),
    # The last coordinator may not step down before there is a successor: the page says so.
    Row(
        *("POST", COORDINATOR_PAGE),
        may=frozenset({SECRETARIAT}),
        status=302,
        sees=READERS,
        but={COORDINATOR: 422},
        send={"role": "partner"},
    ),
    Row("GET", PARTNER_PAGE + "end/", may=MANAGERS | {PARTNER}, sees=READERS),
    Row("POST", PARTNER_PAGE + "end/", may=MANAGERS | {PARTNER}, status=302, sees=READERS),
    Row("GET", COORDINATOR_PAGE + "end/", may=frozenset({COORDINATOR, SECRETARIAT}), sees=READERS),
    Row(
        *("POST", COORDINATOR_PAGE + "end/"),
        may=frozenset({SECRETARIAT}),
        status=302,
        sees=READERS,
        but={COORDINATOR: 422},
    ),
    Row("GET", MEMBERS_PAGE + "{removed_membership}/", may=MANAGERS, shows="Removed, Partner, left"),
    Row("POST", MEMBERS_PAGE + "{removed_membership}/", may=NO_ONE, sees=MANAGERS),
    Row("GET", MEMBERS_PAGE, may=MANAGERS, but=dict.fromkeys(READERS - MANAGERS, 200), shows="planted@invited.example"),
    Row("GET", MEMBERS_PAGE, may=MANAGERS, but=dict.fromkeys(READERS - MANAGERS, 200), shows="Planted reason"),
    Row("GET", MEMBERS_PAGE + "invite/", may=MANAGERS | {DIRECTOR}, sees=MEMBERS),
    Row("POST", MEMBERS_PAGE + "invite/", may=MANAGERS, status=302, sees=MEMBERS, but={DIRECTOR: 422}, send=LETTERS),
    Row(
        *("POST", MEMBERS_PAGE + "invite/"),
        may=frozenset({COORDINATOR, DIRECTOR, SECRETARIAT}),
        status=302,
        sees=MEMBERS,
        but={DEPUTY: 422},
        send=LETTERS | {"role": "coordinator"},
    ),
    Row("GET", MEMBERS_PAGE + "history/", may=MANAGERS, sees=READERS, shows="planted@invited.example"),
    Row("POST", MEMBERS_PAGE + "invitations/{invitation}/resend/", may=MANAGERS, status=302, sees=READERS),
    Row("POST", MEMBERS_PAGE + "invitations/{invitation}/withdraw/", may=MANAGERS, status=302, sees=READERS),
    Row("GET", MEMBERS_PAGE + "requests/{request}/", may=MANAGERS, sees=READERS, shows="Planted reason"),
    Row("POST", MEMBERS_PAGE + "requests/{request}/", may=MANAGERS, status=302, sees=READERS, send={"role": "partner"}),
    Row("POST", MEMBERS_PAGE + "requests/{request}/", may=MANAGERS, status=302, sees=READERS, send={"words": "Full."}),
    # Whoever is in the group need not ask.
    Row("GET", "/groups/agrifood/join/", may=SIGNED_IN - MEMBERS, otherwise=302),
    Row("POST", "/groups/agrifood/join/", may=SIGNED_IN, status=302, send={"reason": "We grow apples."}),
    Row("POST", "/groups/agrifood/join/withdraw/", may=frozenset({OUTSIDER}), status=302),
    # The letter is for whoever has the link; whoever is somebody else is told so.
    Row("GET", "/invitations/{secret}/", may=EVERYBODY, shows="Agrifood"),
    Row("POST", "/invitations/{secret}/", may=NO_ONE, otherwise=422, nobody=302, send=NEWCOMER),
    Row("GET", "/invitations/nothing/", may=NO_ONE, nobody=404),
    Row("GET", "/people/", may=SIGNED_IN, shows="A firm near Milan"),
    Row("GET", "/people/?closed=on", may=frozenset({SECRETARIAT}), otherwise=200, shows="Deactivated"),
    Row("GET", "/people/new/", may=frozenset({SECRETARIAT}), sees=SIGNED_IN),
    Row("POST", "/people/new/", may=frozenset({SECRETARIAT}), status=302, sees=SIGNED_IN, send=NEW_PERSON),
    Row("GET", "/people/{firm_person}/", may=SIGNED_IN, shows="A firm near Milan"),
    Row("GET", "/people/{firm_person}/", may=frozenset({SECRETARIAT}), otherwise=200, shows="partner@cast.example"),
    Row("GET", "/people/{deactivated_person}/", may=frozenset({SECRETARIAT})),
    Row("GET", "/people/{firm_person}/edit/", may=frozenset({SECRETARIAT}), sees=SIGNED_IN),
    Row(
        "POST",
        "/people/{firm_person}/edit/",
        may=frozenset({SECRETARIAT}),
        status=302,
        sees=SIGNED_IN,
        send={"name": "X"},
    ),
    _of_secretariat("/people/{firm_person}/mandates/", region="PL22"),
    _of_secretariat("/people/{agency_person}/mandates/{mandate}/end/"),
    _of_secretariat("/people/{firm_person}/offices/", office="exchange_director"),
    _of_secretariat("/people/{director_person}/offices/{office}/end/"),
    Row("GET", "/people/{firm_person}/close/", may=frozenset({SECRETARIAT}), sees=SIGNED_IN),
    _of_secretariat("/people/{firm_person}/close/"),
    _of_secretariat("/people/{deactivated_person}/reopen/"),
    Row("GET", "/organisations/", may=SIGNED_IN, shows="A firm near Milan"),
    Row("GET", "/organisations/firm/", may=SIGNED_IN, shows="Planted offer"),
    Row("GET", "/organisations/firm/", may=SIGNED_IN, shows="/people/{firm_person}/"),
    Row("GET", "/organisations/new/", may=frozenset({SECRETARIAT}), sees=SIGNED_IN),
    Row(
        "POST",
        "/organisations/new/",
        may=frozenset({SECRETARIAT}),
        status=302,
        sees=SIGNED_IN,
        send={"name": "New firm"},
    ),
    Row("GET", "/organisations/firm/edit/", may=frozenset({SECRETARIAT}), sees=SIGNED_IN),
    _of_secretariat("/organisations/firm/edit/", name="Renamed"),
    Row("GET", "/organisations/firm/about/", may=OF_THE_FIRM, sees=SIGNED_IN),
    Row("POST", "/organisations/firm/about/", may=OF_THE_FIRM, status=302, sees=SIGNED_IN, send={"about": "We dry."}),
    Row("GET", "/organisations/firm/offers/new/", may=OF_THE_FIRM, sees=SIGNED_IN),
    Row("POST", "/organisations/firm/offers/new/", may=OF_THE_FIRM, status=302, sees=SIGNED_IN, send=OFFER),
    Row("GET", "/organisations/firm/offers/{offer}/", may=OF_THE_FIRM, sees=SIGNED_IN),
    Row("POST", "/organisations/firm/offers/{offer}/", may=OF_THE_FIRM, status=302, sees=SIGNED_IN, send=OFFER),
    Row("POST", "/organisations/firm/offers/{offer}/withdraw/", may=OF_THE_FIRM, status=302, sees=SIGNED_IN),
    Row("GET", "/organisations/nothing/", may=NO_ONE),
    Row("GET", "/profile/", may=SIGNED_IN),
    Row("POST", "/profile/", may=SIGNED_IN, status=302, send=PROFILE),
    Row("POST", "/profile/tokens/", may=SIGNED_IN, send={"token-name": "laptop"}),
    Row("GET", "/profile/tokens/{partner_token}/revoke/", may=frozenset({PARTNER}), shows="partner&#x27;s token"),
    Row("POST", "/profile/tokens/{partner_token}/revoke/", may=frozenset({PARTNER}), status=302),
    Row("GET", "/api/me", may=SIGNED_IN),
    Row("GET", "/api/groups", may=SIGNED_IN),
    Row("GET", "/api/groups/agrifood/members", may=READERS, shows="A firm near Milan"),
    Row("GET", "/api/organisations", may=SIGNED_IN, shows="Planted offer"),
    Row("GET", "/profile/data/", may=SIGNED_IN),
    Row("GET", "/profile/data/", may=frozenset({PARTNER}), otherwise=200, shows="partner's token"),
    Row("POST", "/profile/sessions/{session}/end/", may=frozenset({PARTNER}), status=302),
    Row("GET", "/api/openapi.json", may=EVERYBODY),
    Row("GET", "/api/docs", may=EVERYBODY),
    Row("GET", "/api/", may=NO_ONE, nobody=404),
    Row("GET", "/api/nothing/there", may=NO_ONE, nobody=404),
]
