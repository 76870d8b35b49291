"""How people come into a group: invited, or because they asked; and what is written down of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.domain.invitations import Letter, accept_invitation, addresses_in, invite_to_group
from groups.domain.memberships import change_role, remove_member
from groups.domain.requests import ask_to_join, withdraw_request
from groups.enums import Role
from groups.models import Invitation, JoinRequest, Membership, Organisation, Person, WorkingGroup
from groups.standing import standing_of
from groups.trace import trace_of_group, trace_of_member
from notices.models import Notice
from notices.queries import notices_page
from tests.conftest import Cast

ClientOf = Callable[[Person | None], Client]
MEMBERS = "/groups/agrifood/members/"
PASSWORD = "a long password of mine"


def letter_to(cast: Cast, group: WorkingGroup, *addresses: str, role: Role = Role.PARTNER) -> Letter:
    firm = cast.partner.organisation
    return invite_to_group(
        working_group=group,
        addresses=addresses,
        role=role,
        organisation=firm,
        message="",
        language="en",
        by=cast.deputy,
    )[0]


def link_in(text: str) -> str:
    (link,) = re.findall(r"http://\S+?(/invitations/\S+)", text)
    return str(link)


def test_addresses_are_read_as_people_write_them() -> None:
    text = " a@b.example, Zofia <Z@B.example>;c@d.example\nA@b.example\r\ne@f.example g@h.example"
    assert addresses_in(text) == ["a@b.example", "z@b.example", "c@d.example", "e@f.example", "g@h.example"]


@pytest.mark.parametrize(
    "text", ["", " ,; ", "nobody", "a@b.example, x@", "a@b", "\0@b.example", f"{'x' * 300}@b.example"]
)
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        addresses_in(text)
    assert list(refusal.value.message_dict) == ["addresses"]


def test_at_most_fifty_addresses_go_at_once() -> None:
    with pytest.raises(ValidationError, match="At most 50 addresses"):
        addresses_in(",".join(f"{number}@b.example" for number in range(51)))


@pytest.mark.parametrize(
    "text", ["(" * 15_000, "a," * 5_000, "(" * 400, '"a\x01b"@b.example', "a@b.example " * 100_000]
)
def test_what_only_takes_long_to_read_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        addresses_in(text)
    assert list(refusal.value.message_dict) == ["addresses"]


def test_several_are_invited_at_once_each_with_a_link_of_their_own(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    client = client_of(cast.deputy)
    form = {"addresses": "a@new.example\nb@new.example", "role": "partner", "language": "en", "message": "Come & see."}
    page = client.post(f"{MEMBERS}invite/", form, follow=True).content.decode()
    assert "2 invitations are sent." in page
    assert "a@new.example" in page
    assert [message.to for message in mail.outbox] == [["a@new.example"], ["b@new.example"]]
    assert mail.outbox[0].subject == "Deputy invites you into the working group Agrifood"
    assert "Come & see." in mail.outbox[0].body
    assert link_in(mail.outbox[0].body) != link_in(mail.outbox[1].body)
    stored = Invitation.objects.get(email="a@new.example")
    assert link_in(mail.outbox[0].body).split("/")[2] not in (stored.digest, stored.email)
    assert stored.sent_at is not None


def test_the_letter_is_in_the_language_that_was_chosen(cast: Cast, client_of: ClientOf, agrifood: WorkingGroup) -> None:
    form = {"addresses": "a@new.example", "role": "partner", "language": "it"}
    client_of(cast.coordinator).post(f"{MEMBERS}invite/", form)
    assert Invitation.objects.get().language == "it"
    page = Client().get(link_in(mail.outbox[0].body))
    assert page.status_code == 200


def test_nothing_typed_is_lost_where_an_address_is_wrong_or_a_member_s(cast: Cast, client_of: ClientOf) -> None:
    form = {"addresses": "partner@cast.example, x", "role": "partner", "language": "en", "message": "Come."}
    answer = client_of(cast.coordinator).post(f"{MEMBERS}invite/", form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"addresses": ["“x” is no e-mail address."]}
    assert "partner@cast.example, x</textarea>" in answer.content.decode()
    answer = client_of(cast.coordinator).post(f"{MEMBERS}invite/", form | {"addresses": "partner@cast.example"})
    assert answer.context["form"].errors == {"addresses": ["partner@cast.example is already a member of this group."]}
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_somebody_new_comes_in_by_the_link_with_an_account_and_its_address_confirmed(
    cast: Cast, agrifood: WorkingGroup
) -> None:
    letter = letter_to(cast, agrifood, "new@new.example")
    client, address = Client(), f"/invitations/{letter.secret}/"
    page = client.get(address).content.decode()
    assert "Deputy invites you" in page
    assert "You will sign in as new@new.example." in page
    answer = client.post(address, {"name": "New Comer", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/groups/agrifood/")
    person = Person.objects.get(email="new@new.example")
    assert standing_of(person).role_in(agrifood.pk) is Role.PARTNER
    assert person.organisation == cast.partner.organisation
    assert client.get(MEMBERS).status_code == 200
    assert Client().get(address).status_code == 404
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": "new@new.example", "password": PASSWORD})
    assert elsewhere.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\0b"), ("name", "\u202e"), ("password", "short"), ("password", "new@new.example")],
)
def test_a_wrong_name_or_password_makes_no_account(cast: Cast, agrifood: WorkingGroup, field: str, value: str) -> None:
    letter = letter_to(cast, agrifood, "new@new.example")
    sent = {"name": "New Comer", "password": PASSWORD, field: value}
    answer = Client().post(f"/invitations/{letter.secret}/", sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Person.objects.filter(email="new@new.example").exists()
    assert Invitation.objects.valid().exists()


def test_somebody_with_an_account_signs_in_and_comes_in(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    letter = letter_to(cast, agrifood, "outsider@cast.example", role=Role.OBSERVER)
    address = f"/invitations/{letter.secret}/"
    assert f"/accounts/login/?next={address}" in Client().get(address).content.decode()
    assert Client().post(address, {"name": "Thief", "password": PASSWORD}).status_code == 422
    page = client_of(cast.outsider).post(address, follow=True).content.decode()
    assert "Welcome to the working group Agrifood." in page
    assert standing_of(cast.outsider).role_in(agrifood.pk) is Role.OBSERVER
    assert client_of(cast.outsider).get(address)["Location"] == "/groups/agrifood/"


def test_a_letter_opens_nothing_to_somebody_else_who_is_signed_in(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    letter = letter_to(cast, agrifood, "new@new.example")
    answer = client_of(cast.outsider).post(f"/invitations/{letter.secret}/")
    assert answer.status_code == 422
    assert "you are signed in as Outsider" in answer.content.decode()
    with pytest.raises(PermissionDenied):
        accept_invitation(secret=letter.secret, person=cast.outsider)
    assert standing_of(cast.outsider).role_in(agrifood.pk) is None


def test_a_link_that_was_sent_anew_withdrawn_or_is_too_old_opens_nothing(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    letter = letter_to(cast, agrifood, "new@new.example")
    at = f"{MEMBERS}invitations/{letter.invitation.pk}/"
    Invitation.objects.update(invited_at=timezone.now() - timedelta(minutes=1))
    client.post(f"{at}resend/")
    newer = link_in(mail.outbox[-1].body)
    assert Client().get(f"/invitations/{letter.secret}/").status_code == 404
    assert Client().get(newer).status_code == 200
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "This invitation holds no more" in Client().get(newer).content.decode()
    assert "Expired" in client.get(MEMBERS).content.decode()
    client.post(f"{at}resend/")
    newest = link_in(mail.outbox[-1].body)
    assert Client().get(newest).status_code == 200
    client.post(f"{at}withdraw/")
    assert Client().get(newest).status_code == 404
    assert Client().post(newest, {"name": "Late", "password": PASSWORD}).status_code == 404
    assert "was accepted or withdrawn already" in client.post(f"{at}resend/", follow=True).content.decode()


def test_an_invitation_holds_no_longer_than_the_right_of_whoever_wrote_it(cast: Cast, agrifood: WorkingGroup) -> None:
    letter = letter_to(cast, agrifood, "outsider@cast.example")
    remove_member(membership=Membership.objects.current().get(person=cast.deputy), by=cast.coordinator)
    with pytest.raises(Invitation.DoesNotExist):
        accept_invitation(secret=letter.secret, person=cast.outsider)


def test_an_address_has_one_open_invitation(cast: Cast, agrifood: WorkingGroup) -> None:
    first = letter_to(cast, agrifood, "new@new.example")
    again = letter_to(cast, agrifood, "new@new.example", role=Role.OBSERVER)
    assert again.invitation == first.invitation
    assert Invitation.objects.get().role == "observer"


def test_who_sends_twice_writes_one_letter_whose_link_stays_good(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    client = client_of(cast.coordinator)
    form = {"addresses": "a@new.example", "role": "partner", "language": "en"}
    for _time in range(2):
        assert client.post(f"{MEMBERS}invite/", form).status_code == 302
    (letter,) = mail.outbox
    page = client.post(f"{MEMBERS}invitations/{Invitation.objects.get().pk}/resend/", follow=True).content.decode()
    assert "This was sent a moment ago." in page
    assert Client().get(link_in(letter.body)).status_code == 200
    client.post(f"{MEMBERS}invite/", form | {"role": "observer"})
    assert len(mail.outbox) == 2


def test_whoever_signed_up_without_confirming_does_not_keep_an_invited_address(
    cast: Cast, agrifood: WorkingGroup
) -> None:
    Client().post("/accounts/signup/", {"name": "Squatter", "email": "new@new.example", "password1": PASSWORD})
    assert Person.objects.get(email="new@new.example").name == "Squatter"
    letter = letter_to(cast, agrifood, "new@new.example")
    Client().post(f"/invitations/{letter.secret}/", {"name": "New Comer", "password": "another long password"})
    person = Person.objects.get(email="new@new.example")
    assert (person.name, person.check_password("another long password")) == ("New Comer", True)


def test_a_letter_that_could_not_be_sent_is_said_and_kept(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("groups.letters.send_mail", fail)
    form = {"addresses": "a@new.example", "role": "partner", "language": "en"}
    page = client_of(cast.coordinator).post(f"{MEMBERS}invite/", form, follow=True).content.decode()
    assert "1 letter could not be sent now." in page
    assert "The letter could not be sent" in page
    assert Invitation.objects.get().sent_at is None


def test_somebody_asks_to_join_and_is_let_in(cast: Cast, agrifood: WorkingGroup, client_of: ClientOf) -> None:
    client = client_of(cast.outsider)
    for _time in range(2):
        page = client.post("/groups/agrifood/join/", {"reason": "We dry apples."}, follow=True).content.decode()
        assert "You have asked to join" in page
    (asked,) = JoinRequest.objects.all()
    leader = client_of(cast.deputy)
    assert "We dry apples." in leader.get(MEMBERS).content.decode()
    address = f"{MEMBERS}requests/{asked.pk}/"
    assert "Outsider asks to join" in leader.get(address).content.decode()
    leader.post(address, {"role": "partner"})
    assert standing_of(cast.outsider).role_in(agrifood.pk) is Role.PARTNER
    assert [message.to for message in mail.outbox] == [["outsider@cast.example"]]
    assert "You are now in the working group Agrifood." in mail.outbox[0].body
    assert leader.post(address, {"role": "partner"}).status_code == 422
    assert client.get("/groups/agrifood/join/")["Location"] == "/groups/agrifood/"


def test_those_who_lead_the_group_hear_of_a_request(cast: Cast, agrifood: WorkingGroup) -> None:
    asked = ask_to_join(working_group=agrifood, person=cast.outsider, reason="We dry apples.")
    ask_to_join(working_group=agrifood, person=cast.outsider, reason="We dry apples.")
    told = Notice.objects.order_by("recipient")
    assert [notice.recipient_id for notice in told] == sorted([cast.coordinator.pk, cast.deputy.pk])
    assert {notice.url for notice in told} == {f"{MEMBERS}requests/{asked.pk}/"}
    (shown,) = notices_page(cast.coordinator.pk, unread_only=True, before=None).notices
    assert shown.words == "Outsider asks to join Agrifood."
    remove_member(membership=Membership.objects.current().get(person=cast.deputy), by=cast.coordinator)
    (left,) = notices_page(cast.deputy.pk, unread_only=True, before=None).notices
    assert left.notice.kind == "groups.removed"


def test_a_request_is_declined_with_a_reason_that_the_person_reads_and_may_ask_again(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    asked = ask_to_join(working_group=agrifood, person=cast.outsider, reason="We dry apples.")
    address = f"{MEMBERS}requests/{asked.pk}/"
    leader = client_of(cast.coordinator)
    answer = leader.post(address, {"words": " "})
    assert (answer.status_code, answer.context["refusal"].errors.keys()) == (422, {"words"})
    leader.post(address, {"words": "Tourism fits better."})
    assert "Tourism fits better." in mail.outbox[0].body
    page = client_of(cast.outsider).get("/groups/agrifood/join/").content.decode()
    assert "Tourism fits better." in page
    assert "Ask to join</button>" in page


def test_a_request_is_withdrawn_by_who_made_it(cast: Cast, agrifood: WorkingGroup, client_of: ClientOf) -> None:
    asked = ask_to_join(working_group=agrifood, person=cast.outsider, reason="We dry apples.")
    assert client_of(cast.removed).post("/groups/agrifood/join/withdraw/").status_code == 404
    client_of(cast.outsider).post("/groups/agrifood/join/withdraw/")
    asked.refresh_from_db()
    assert asked.answer == "withdrawn"
    assert client_of(cast.coordinator).get(f"{MEMBERS}requests/{asked.pk}/").status_code == 404


def test_who_asks_over_and_over_is_told_to_wait(cast: Cast, agrifood: WorkingGroup) -> None:
    for _time in range(3):
        request = ask_to_join(working_group=agrifood, person=cast.outsider, reason="Please")
        withdraw_request(request=request, by=cast.outsider)
    with pytest.raises(ValidationError, match="several times today"):
        ask_to_join(working_group=agrifood, person=cast.outsider, reason="Please")
    JoinRequest.objects.update(asked_at=timezone.now() - timedelta(days=2))
    assert ask_to_join(working_group=agrifood, person=cast.outsider, reason="Please").pk


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 1001, "a\0b", "a\u202eb", "x" * 1_000_000])
def test_a_request_wants_a_reason_that_can_be_read(cast: Cast, client_of: ClientOf, reason: str) -> None:
    answer = client_of(cast.outsider).post("/groups/agrifood/join/", {"reason": reason})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"reason"}


def test_who_did_what_is_written_down_and_shown_to_those_who_lead(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    letter = letter_to(cast, agrifood, "outsider@cast.example")
    held = accept_invitation(secret=letter.secret, person=cast.outsider)
    held = change_role(membership=held, role=Role.OBSERVER, by=cast.coordinator)
    remove_member(membership=held, by=cast.deputy)
    assert [one.sentence for one in trace_of_member(agrifood, cast.outsider)] == [
        "Deputy removed Outsider, Observer",
        "Coordinator changed the role of Outsider from Partner to Observer",
        "Outsider came in as Partner, invited by Deputy",
    ]
    sentences = [one.sentence for one in trace_of_group(agrifood)]
    assert "Deputy invited outsider@cast.example as Partner" in sentences
    page = client_of(cast.coordinator).get(f"{MEMBERS}history/").content.decode()
    assert "Deputy removed Outsider, Observer" in page


def test_members_are_listed_by_region_and_role(cast: Cast, client_of: ClientOf) -> None:
    def named(query: str) -> list[str]:
        page = client_of(cast.observer).get(f"{MEMBERS}?{query}").content.decode()
        return [name for name in ("Coordinator", "Agency", "Partner") if f">{name}</a>" in page]

    assert named("") == ["Coordinator", "Agency", "Partner"]
    assert named("region=PL22") == ["Agency"]
    assert named("role=partner") == ["Partner"]
    assert named("region=PL22&role=partner") == []
    assert named("region=nowhere%00&role=king") == ["Coordinator", "Agency", "Partner"]


@pytest.mark.once("the queries are as many with any database")
def test_the_members_page_takes_no_more_queries_for_more_invitations_and_requests(
    cast: Cast, agrifood: WorkingGroup, client_of: ClientOf
) -> None:
    def counted() -> list[int]:
        numbers = []
        for address in (MEMBERS, f"{MEMBERS}history/"):
            with CaptureQueriesContext(connection) as context:
                assert client_of(cast.coordinator).get(address).status_code == 200
            numbers.append(len(context))
        return numbers

    letter_to(cast, agrifood, "first@new.example")
    ask_to_join(working_group=agrifood, person=cast.outsider, reason="Why not.")
    counted()
    before = counted()
    letter_to(cast, agrifood, *(f"{number}@new.example" for number in range(50)))
    for number in range(50):
        organisation = Organisation.objects.create(slug=f"o{number}", name="O")
        person = Person.objects.create_user(f"{number}@other.example", name="Y", organisation=organisation)
        ask_to_join(working_group=agrifood, person=person, reason="Why not.")
    assert counted() == before
