"""People hear of what others do to their place in the network, and not of what they do themselves."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.domain.memberships import add_member, change_role, remove_member
from groups.domain.offices import end_mandate, give_mandate
from groups.domain.people import deactivate_person
from groups.domain.requests import approve_request, ask_to_join, decline_request
from groups.enums import Role
from groups.models import Membership, Person, Region, WorkingGroup
from notices.kinds import seen_now
from notices.models import Notice
from notices.queries import notices_page
from tests.conftest import Cast


def heard(person: Person) -> list[str]:
    """What this person reads in their notices, the newest first."""
    return [view.words for view in notices_page(person.pk, unread_only=True).notices]


def held(person: Person) -> Membership:
    return Membership.objects.current().get(person=person)


def test_who_is_added_gets_another_role_and_is_removed_hears_of_each(cast: Cast, tourism: WorkingGroup) -> None:
    newcomer = Person.objects.create_user("new@cast.example", "a long password", name="Newcomer")
    for _time in range(2):
        add_member(working_group=tourism, person=newcomer, role=Role.PARTNER, by=cast.secretariat)
        change_role(membership=held(newcomer), role=Role.DEPUTY, by=cast.secretariat)
        change_role(membership=held(newcomer), role=Role.DEPUTY, by=cast.secretariat)
        add_member(working_group=tourism, person=newcomer, role=Role.DEPUTY, by=cast.secretariat)
        remove_member(membership=held(newcomer), by=cast.secretariat)
    told = [
        "Secretariat removed you from Tourism. What you wrote there stays, with your name.",
        "Secretariat changed your role in Tourism from Partner to Deputy coordinator.",
        "Secretariat admitted you to Tourism. Your role: Partner.",
    ]
    assert heard(newcomer) == told * 2
    assert set(Notice.objects.values_list("url", "recipient")) == {("/groups/tourism/", newcomer.pk)}


def test_who_leaves_or_names_themself_hears_nothing(cast: Cast, tourism: WorkingGroup) -> None:
    add_member(working_group=tourism, person=cast.secretariat, role=Role.COORDINATOR, by=cast.secretariat)
    remove_member(membership=held(cast.secretariat), by=cast.secretariat)
    remove_member(membership=held(cast.partner), by=cast.partner)
    assert not Notice.objects.exists()


def test_an_answer_that_goes_by_letter_stands_in_the_notices_and_in_no_second_mail(
    cast: Cast, agrifood: WorkingGroup
) -> None:
    first = ask_to_join(working_group=agrifood, person=cast.outsider, reason="We grow hops.")
    decline_request(request=first, words="Ask again in May.", by=cast.deputy)
    second = ask_to_join(working_group=agrifood, person=cast.outsider, reason="It is May.")
    approve_request(request=second, role=Role.PARTNER, organisation=None, by=cast.deputy)
    assert heard(cast.outsider) == [
        "Deputy admitted you to Agrifood. Your role: Partner.",
        "Deputy declined your request to join Agrifood.",
    ]
    assert not Notice.objects.awaiting_mail().filter(recipient=cast.outsider).exists()
    assert Notice.objects.awaiting_mail().filter(recipient=cast.coordinator).exists()


def test_a_mandate_that_passes_on_is_told_to_both_once(cast: Cast, silesia: Region) -> None:
    for _time in range(2):
        give_mandate(person=cast.partner, region=silesia, by=cast.secretariat)
    assert heard(cast.agency) == [
        "Secretariat ended your mandate of Silesia: you do not speak for the region any more."
    ]
    assert heard(cast.partner) == ["Secretariat gave you the mandate of Silesia: you speak for the region now."]
    mandate = cast.partner.mandates.get()
    for _time in range(2):
        end_mandate(mandate=mandate, by=cast.secretariat)
    assert len(heard(cast.partner)) == 2
    assert set(Notice.objects.values_list("url", flat=True)) == {"/regions/slaskie/"}


def test_nobody_else_may_see_it_and_no_closed_account_hears_of_it(cast: Cast, silesia: Region) -> None:
    give_mandate(person=cast.partner, region=silesia, by=cast.secretariat)
    change_role(membership=held(cast.observer), role=Role.PARTNER, by=cast.coordinator)
    subjects = list(Notice.objects.values_list("kind", "subject", "recipient"))
    assert len(subjects) == 3
    people = cast.everyone().values()
    asked = {(kind, person.pk, subject) for kind, subject, _recipient in subjects for person in people}
    wrong = {(kind, cast.partner.pk, subject) for kind, _, _ in subjects for subject in ("membership:x", "mandate:²")}
    with CaptureQueriesContext(connection) as captured:
        assert seen_now(asked | wrong) == {(kind, recipient, subject) for kind, subject, recipient in subjects}
    assert len(captured) == 2
    deactivate_person(person=cast.agency, by=cast.secretariat)
    remove_member(membership=held(cast.agency), by=cast.coordinator)
    assert not Notice.objects.filter(kind="groups.removed").exists()
