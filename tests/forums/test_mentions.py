"""Mentions: whom one can name, whom a text means, and who hears of it."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums.domain.posting import delete_post, edit_post, post_reply, start_topic
from forums.domain.reading import mark_read
from forums.queries import mentionables_of
from groups.models import Person, WorkingGroup
from notices.models import Notice
from tests.conftest import Cast
from tests.forums.conftest import Conversation

ClientOf = Callable[[Person | None], Client]


def handles(group: WorkingGroup, typed: str) -> list[str]:
    return [entry.handle for entry in mentionables_of(group).matching(typed, 50)]


def heard() -> set[tuple[str, str]]:
    """Who was told, and of what."""
    return set(Notice.objects.values_list("recipient__name", "kind"))


def test_readers_of_the_forum_and_their_regions_can_be_mentioned_and_nobody_else(
    cast: Cast, agrifood: WorkingGroup
) -> None:
    assert handles(agrifood, "") == [
        *("Agency", "Coordinator", "Deputy", "Director", "Observer", "Partner", "Secretariat"),
        *("Silesia", "Lombardy"),
    ]


@pytest.mark.parametrize(
    ("typed", "expected"), [("ag", ["Agency"]), ("LOM", ["Lombardy"]), ("rossi", ["Anna.Rossi"]), ("zz", [])], ids=repr
)
def test_what_is_typed_finds_the_beginning_of_any_word(
    typed: str, expected: list[str], cast: Cast, agrifood: WorkingGroup
) -> None:
    Person.objects.filter(pk=cast.partner.pk).update(name="Anna Rossi")
    assert handles(agrifood, typed) == expected


def test_two_of_one_name_are_told_apart(cast: Cast, agrifood: WorkingGroup) -> None:
    Person.objects.filter(pk__in=[cast.agency.pk, cast.partner.pk]).update(name="Anna Rossi")
    Person.objects.filter(pk=cast.deputy.pk).update(name="Lombardy")
    Person.objects.filter(pk=cast.observer.pk).update(name="!!!")
    assert set(handles(agrifood, "anna")) == {f"Anna.Rossi.{cast.agency.pk}", f"Anna.Rossi.{cast.partner.pk}"}
    assert handles(agrifood, "lombardy") == [f"Lombardy.{cast.deputy.pk}", "Lombardy"]
    found = mentionables_of(agrifood).people_meant([f"anna.rossi.{cast.agency.pk}", str(cast.observer.pk), "Nobody"])
    assert set(found) == {cast.agency.pk, cast.observer.pk}


def test_nobody_takes_the_handle_that_tells_another_apart(cast: Cast, agrifood: WorkingGroup) -> None:
    Person.objects.filter(pk__in=[cast.agency.pk, cast.partner.pk]).update(name="Anna Rossi")
    Person.objects.filter(pk=cast.observer.pk).update(name=f"Anna Rossi {cast.agency.pk}")
    found = mentionables_of(agrifood).people_meant([f"Anna.Rossi.{cast.agency.pk}"])
    assert set(found) == {cast.agency.pk}
    assert f"Anna.Rossi.{cast.agency.pk}.{cast.observer.pk}" in handles(agrifood, "anna")


def test_a_mention_a_region_and_an_answer_are_each_told_once_to_those_who_may_read(
    cast: Cast, conversation: Conversation
) -> None:
    Notice.objects.all().delete()
    source = "@Agency and @Lombardy, see this. @Outsider @Removed @Director `@Deputy`"
    post, _ = post_reply(topic=conversation.topic, author=cast.coordinator, source=source)
    expected = {
        ("Agency", "forums.mention"),
        ("Director", "forums.mention"),
        *((name, "forums.region_mention") for name in ("Deputy", "Observer", "Partner")),
    }
    assert heard() == expected
    edit_post(post=post, editor=cast.coordinator, source=source + " Once more.")
    assert heard() == expected
    assert Notice.objects.count() == 5


def test_an_answer_is_told_to_who_opened_the_topic_and_to_whom_it_quotes(
    cast: Cast, conversation: Conversation
) -> None:
    Notice.objects.all().delete()
    link = f"[Agency, #2](/topics/{conversation.topic.pk}/?from=2#post-2)"
    post_reply(topic=conversation.topic, author=cast.director, source=f"> Twelve\n>\n> {link}\n\nEleven.")
    assert heard() == {("Agency", "forums.reply"), ("Partner", "forums.reply")}
    url = Notice.objects.values_list("url", flat=True)
    assert set(url) == {f"/topics/{conversation.topic.pk}/?from=5#post-5"}


def test_what_was_read_is_no_news_any_more_and_a_deleted_post_is_none(
    cast: Cast, client_of: ClientOf, conversation: Conversation
) -> None:
    Notice.objects.all().delete()
    post, _ = post_reply(topic=conversation.topic, author=cast.coordinator, source="@Agency, @Observer: twelve.")
    mark_read(topic=conversation.topic, person=cast.agency, number=5)
    assert list(Notice.objects.unread().values_list("recipient__name", flat=True).order_by("recipient__name")) == [
        "Observer",
        "Partner",
    ]
    page = client_of(cast.observer).get("/notices/").content.decode()
    assert "Coordinator mentioned you" in page
    delete_post(post=post, by=cast.coordinator)
    assert "Coordinator mentioned you" not in client_of(cast.observer).get("/notices/").content.decode()


def test_a_mention_in_a_new_topic_is_told_too(cast: Cast, agrifood: WorkingGroup) -> None:
    start_topic(working_group=agrifood, author=cast.agency, title="Soil", source="@deputy, what about lime?")
    assert heard() == {("Deputy", "forums.mention")}


def test_the_api_completes_for_those_who_write(cast: Cast, client_of: ClientOf, agrifood: WorkingGroup) -> None:
    answer = client_of(cast.agency).get("/api/groups/agrifood/mentionable?q=sil")
    assert answer.json() == {
        "mentionable": [{"kind": "region", "handle": "Silesia", "name": "Silesia", "detail": "PL22"}]
    }
    for odd in ("%00", "x" * 5000, "%F0%9F%8C%BE", ".*["):
        assert client_of(cast.agency).get(f"/api/groups/agrifood/mentionable?q={odd}").status_code in (200, 422)


@pytest.mark.once("the queries are as many with any database")
def test_finding_who_is_meant_takes_as_many_queries_for_many_as_for_few(
    cast: Cast, conversation: Conversation, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def posting(source: str) -> int:
        return count_queries(lambda: post_reply(topic=conversation.topic, author=cast.director, source=source))

    few, many = "@Silesia @Partner @Lombardy", "@Agency @Partner @Deputy @Observer @Coordinator @Lombardy"
    posting(f"First {many}")  # makes what each reader's stream begins with
    assert posting(f"Again {many}") == posting(few)
