"""What a topic's page remembers of its posts is never what they were before, nor what another reader sees."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from forums.domain.moderating import resolve_topic
from forums.domain.posting import delete_post, edit_post
from forums.domain.reacting import react
from groups.enums import Role
from groups.models import Membership, Organisation, Person, Region
from tests.conftest import Cast
from tests.forums.conftest import SECRET_TEXT, Conversation

ClientOf = Callable[[Person | None], Client]
Look = Callable[[Person, int], str]


@pytest.fixture
def look(client_of: ClientOf, conversation: Conversation) -> Look:
    """A post as the page shows it to this person, without the form's token."""

    def shown(person: Person, number: int) -> str:
        page = client_of(person).get(f"/topics/{conversation.topic.pk}/?from=1").content.decode()
        found = re.search(rf'<li class="post[^>]* id="post-{number}".*?</article>', page, re.DOTALL)
        assert found is not None
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", found[0])

    return shown


def offered(html: str) -> set[str]:
    """The links and forms below a post that are not hidden, but for that which needs a script."""
    return set(re.findall(r'data-link="(\w+)">', html)) - {"quote"}


def test_an_edit_shows_at_once(cast: Cast, look: Look, conversation: Conversation) -> None:
    assert SECRET_TEXT in look(cast.observer, 1)
    assert offered(look(cast.observer, 1)) == set()
    edit_post(post=conversation.first, editor=cast.partner, source="Thirteen cents.")
    html = look(cast.observer, 1)
    assert "Thirteen cents." in html
    assert SECRET_TEXT not in html
    assert offered(html) == {"edited"}
    assert 'data-revision="1"' in html


def test_a_deletion_shows_at_once_and_only_who_moderates_is_led_to_the_text(
    cast: Cast, look: Look, conversation: Conversation
) -> None:
    assert offered(look(cast.partner, 1)) == {"edit", "delete"}
    delete_post(post=conversation.first, by=cast.partner)
    for person, links in ((cast.partner, set()), (cast.observer, set()), (cast.deputy, {"deleted"})):
        html = look(person, 1)
        assert SECRET_TEXT not in html
        assert "This post was deleted." in html
        assert offered(html) == links


def test_reactions_come_and_go_at_once_and_are_one_s_own_only_to_oneself(
    cast: Cast, look: Look, conversation: Conversation
) -> None:
    before = look(cast.observer, 1)
    react(post=conversation.first, person=cast.agency, kind="thanks", on=True)
    chosen = r'name="{}" value="thanks" data-count="1" aria-pressed="{}" title="Agency">'
    assert re.search(chosen.format("remove", "true"), look(cast.agency, 1))
    assert re.search(chosen.format("add", "false"), look(cast.observer, 1))
    react(post=conversation.first, person=cast.agency, kind="thanks", on=False)
    assert look(cast.observer, 1) == before


def test_a_new_name_organisation_and_region_show_at_once(
    cast: Cast, look: Look, conversation: Conversation, silesia: Region
) -> None:
    react(post=conversation.last, person=cast.partner, kind="agree", on=True)
    assert "Partner</span>, A firm near Milan (Lombardy)" in look(cast.observer, 1)
    assert 'title="Partner"' in look(cast.observer, 4)
    Person.objects.filter(pk=cast.partner.pk).update(name="Paola <Neri>")
    assert "Paola &lt;Neri&gt;</span>, A firm near Milan" in look(cast.observer, 1)
    assert 'title="Paola &lt;Neri&gt;"' in look(cast.observer, 4)
    Organisation.objects.filter(slug="firm").update(name="Neri & Co", region=silesia)
    html = look(cast.observer, 1)
    assert "</span>, Neri &amp; Co (Silesia)" in html
    assert '<abbr class="region-tag" title="Silesia">PL22</abbr>' in html
    Person.objects.filter(pk=cast.partner.pk).update(organisation=None)
    assert "region-tag" not in look(cast.observer, 1)


def test_each_reader_is_offered_what_they_may_do_now_whoever_looked_before(
    cast: Cast, look: Look, conversation: Conversation
) -> None:
    def all_offered() -> dict[str, set[str]]:
        people = ("partner", "agency", "deputy", "observer", "director")
        return {name: offered(look(cast.everyone()[name], 1)) for name in people}

    own, moderates = {"edit", "delete"}, {"delete"}
    expected = {"partner": own, "agency": set(), "deputy": moderates, "observer": set(), "director": set()}
    assert all_offered() == expected
    assert all_offered() == expected
    membership = Membership.objects.filter(person=cast.partner)
    membership.update(role=Role.OBSERVER)
    assert all_offered() == expected | {"partner": set()}
    membership.update(role=Role.COORDINATOR)
    assert all_offered() == expected | {"partner": own}
    Membership.objects.filter(person=cast.deputy).update(role=Role.AGENCY)
    assert all_offered() == expected | {"partner": own, "deputy": set()}


def test_who_lost_their_membership_sees_nothing_that_was_remembered(
    cast: Cast, client_of: ClientOf, look: Look, conversation: Conversation
) -> None:
    assert SECRET_TEXT in look(cast.partner, 1)
    Membership.objects.filter(person=cast.partner).update(ended_at=timezone.now())
    answer = client_of(cast.partner).get(f"/topics/{conversation.topic.pk}/")
    assert answer.status_code == 404
    assert SECRET_TEXT not in answer.content.decode()


def test_the_answer_and_who_may_name_it_show_at_once(cast: Cast, look: Look, conversation: Conversation) -> None:
    assert offered(look(cast.coordinator, 2)) == {"edited", "delete", "answer"}
    assert "is-answer" not in look(cast.observer, 2)
    resolve_topic(topic=conversation.topic, by=cast.partner, resolved=True, answer=2)
    assert offered(look(cast.coordinator, 2)) == {"edited", "delete"}
    assert "post is-answer" in look(cast.observer, 2)
    resolve_topic(topic=conversation.topic, by=cast.partner, resolved=False)
    assert "is-answer" not in look(cast.observer, 2)


def test_each_reader_reads_in_their_own_language_and_time_zone(
    cast: Cast, look: Look, conversation: Conversation
) -> None:
    conversation.first.created_at = timezone.now() - timedelta(days=30)
    conversation.first.save()
    told = {}
    for language, zone in (("en", "Europe/Rome"), ("it", "Europe/Rome"), ("en", "Asia/Tokyo"), ("en", "Europe/Rome")):
        Person.objects.filter(pk=cast.observer.pk).update(language=language, time_zone=zone)
        html = look(cast.observer, 1)
        time = re.search(r'<time datetime="([^"]+)" title="([^"]+)"', html)
        assert time is not None
        told.setdefault((language, zone), set()).add((time[2], "I agree" in html, time[1]))
    assert [len(each) for each in told.values()] == [1, 1, 1]
    ((rome,), (italian,), (tokyo,)) = told.values()
    assert len({rome[0], italian[0], tokyo[0]}) == 3
    assert (rome[1], italian[1], tokyo[1]) == (True, False, True)
    assert rome[2] == italian[2] == tokyo[2]


def test_a_post_grows_older(cast: Cast, look: Look, conversation: Conversation) -> None:
    begun = conversation.first.created_at
    for age, words in ((10, "just now"), (70, "1 minute ago"), (130, "2 minutes ago"), (7300, "2 hours ago")):
        with time_machine.travel(begun + timedelta(seconds=age), tick=False):
            assert f">{words}</time>" in look(cast.observer, 1)


def test_a_page_carries_one_token_of_its_own(cast: Cast, client_of: ClientOf, conversation: Conversation) -> None:
    client = client_of(cast.coordinator)
    tokens = [
        set(
            re.findall(
                r'name="csrfmiddlewaretoken" value="(\w{64})"',
                client.get(f"/topics/{conversation.topic.pk}/").content.decode(),
            )
        )
        for _ in range(2)
    ]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
