"""A topic in two browsers at once: live, in order, once, with nothing typed lost and nothing shown that is not true."""

import re
from collections.abc import Callable
from contextlib import closing
from time import monotonic

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.backing import wait_until
from tests.browsers import AT_ONCE_MS
from tests.forums.test_on_a_server import new_topic, post, posts_of
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]
PageOf = Callable[..., Page]


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def post_many(server: Server, topic: int, words: str, count: int) -> None:
    """Adds so many posts by the agency, numbered from 0, faster than by asking for each."""
    server.shell(
        "from forums.domain.posting import post_reply; from forums.models import Topic;"
        "from groups.models import Person;"
        f"topic = Topic.objects.get(pk={topic}); agency = Person.objects.get(email='agency@demo.example');"
        f"[post_reply(topic=topic, author=agency, source=f'{words} {{number}}') for number in range({count})]"
    )


def open_topic(page: Page, topic: int, query: str = "") -> None:
    page.goto(f"/topics/{topic}/{query}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator('[data-state="live"]')).to_be_visible()


def write(page: Page, text: str) -> None:
    page.fill("textarea", text)
    page.get_by_role("button", name="Post", exact=True).click()


def shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator('[data-part="posts"] > .post [data-part="body"]').all_inner_texts()]


def test_two_people_see_each_others_posts_at_once_and_in_the_same_order(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
    agency, partner = page_of(server, "agency"), page_of(server, "partner", width=390, height=844)
    for page in (agency, partner):
        open_topic(page, topic)
    for turn in range(3):
        for page, who in ((agency, "agency"), (partner, "partner")):
            page.fill("textarea", f"{who} says {turn}")
            page.press("textarea", "Control+Enter")
    for page in (agency, partner):
        expect(page.locator("#post-7")).to_be_attached()
        expect(page.locator(".post-on-its-way")).to_have_count(0)
    assert shown(agency) == shown(partner)
    assert len(shown(agency)) == 7
    expect(agency.locator("#post-7 .region-tag")).not_to_be_empty()
    before = shown(agency)
    agency.reload()
    assert shown(agency) == before


def test_a_post_that_arrives_looks_as_it_does_after_a_reload(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        post(client, topic, "With *Markdown*:\n\n- one\n- two", "k")
        expect(page.locator("#post-2 em")).to_have_text("Markdown")

        def look() -> str:
            text = page.locator("#post-2").inner_text()
            return re.sub(r"\s+", " ", text)

        arrived = look()
        page.reload()
        expect(page.locator("html[data-ready]")).to_be_attached()
        assert look() == arrived


# What is seen of the posts and the composer: their words and heights.
LOOKS = "[...document.querySelectorAll('.post, .composer')].map((each) => [each.innerText, each.offsetHeight])"


def test_a_topic_looks_before_its_scripts_have_come_as_it_does_after(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        client.put(f"/api/topics/{topic}/posts/1/reactions/thanks")
    page = page_of(server, "partner")
    held: list[Route] = []
    is_holding = True
    page.route("**/*.js", lambda route: held.append(route) if is_holding else route.continue_())
    page.goto(f"/topics/{topic}/", wait_until="commit")
    expect(page.locator("#post-1").get_by_role("button", name="React")).to_be_visible()
    expect(page.locator("#post-1").get_by_role("button", name="Quote")).to_be_visible()
    expect(page.locator("#post-1").get_by_role("button", name="Thank you")).to_be_visible()
    expect(page.locator("#post-1").get_by_role("button", name="I agree")).to_be_hidden()
    expect(page.locator(".composer")).to_be_visible()
    before = page.evaluate(LOOKS)
    is_holding = False
    for route in held:
        route.continue_()
    expect(page.locator("html[data-ready]")).to_be_attached()
    assert page.evaluate(LOOKS) == before


def test_who_runs_no_scripts_sees_every_reaction_and_nothing_that_needs_one(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
    page = page_of(server, "partner", java_script_enabled=False)
    page.goto(f"/topics/{topic}/")
    first = page.locator("#post-1")
    for words in ("I agree", "Thank you", "Same with us", "New to me", "I doubt it"):
        expect(first.get_by_role("button", name=words)).to_be_visible()
    for words in ("React", "Quote"):
        expect(first.get_by_role("button", name=words)).to_be_hidden()
    expect(page.get_by_role("button", name="Post", exact=True)).to_be_visible()
    first.get_by_role("button", name="Same with us").click()
    expect(first.get_by_role("button", name="Same with us")).to_have_attribute("aria-pressed", "true")


def test_edits_and_deletions_arrive_and_a_deleted_text_is_gone_from_the_page(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        client.patch(f"/api/topics/{topic}/posts/1", json={"source": "The first post, corrected"})
        expect(page.locator("#post-1 [data-part=body]")).to_have_text("The first post, corrected")
        expect(page.locator("#post-1 [data-link=edited]")).to_have_text("edited")
        client.delete(f"/api/topics/{topic}/posts/1")
        expect(page.locator("#post-1 [data-part=body]")).to_have_text("This post was deleted.")
        assert "corrected" not in page.content()


def test_nothing_is_told_to_be_below_while_the_end_is_on_screen(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "observer")
        open_topic(page, topic)
        post(client, topic, "In sight at once", "k")
        expect(page.locator('[data-part="summary"]')).to_have_text("1 new post")
        expect(page.locator("#post-2")).to_be_in_viewport()
        expect(page.locator('[data-part="newcomers"]')).to_be_hidden()


def test_what_one_reads_does_not_move_when_posts_arrive_and_a_link_tells_of_them(
    server: Server, page_of: PageOf
) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        for number in range(12):
            post(client, topic, f"Filling {number}\n\n" + "line\n\n" * 4, f"f{number}")
        page = page_of(server, "partner")
        open_topic(page, topic)
        page.locator("#post-3").scroll_into_view_if_needed()
        position = page.evaluate("[scrollY, document.querySelector('#post-3').getBoundingClientRect().top]")
        post(client, topic, "Far below", "below")
        expect(page.locator('[data-part="newcomers"]')).to_have_text("1 new post below")
        expect(page.locator('[data-part="summary"]')).to_have_text("1 new post")
        assert page.evaluate("[scrollY, document.querySelector('#post-3').getBoundingClientRect().top]") == position


def test_a_button_does_not_slip_away_from_who_presses_it_when_a_post_arrives(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page, witness = page_of(server, "partner"), page_of(server, "observer")
        for each in (page, witness):
            open_topic(each, topic)
        page.fill("textarea", "Pressed")
        page.get_by_role("button", name="Post", exact=True).hover()
        page.mouse.down()
        post(client, topic, "Moved\n\n" * 8, "k")
        expect(witness.locator("#post-2")).to_be_attached()
        expect(page.locator("#post-2")).to_have_count(0)
        page.mouse.up()
        for each in (page, witness):
            expect(each.locator("#post-3")).to_contain_text("Pressed")
            expect(each.locator("#post-2")).to_contain_text("Moved")
        page.mouse.down(button="right")  # a menu may take the release
        post(client, topic, "Not held back", "m")
        expect(page.locator("#post-4")).to_contain_text("Not held back")


def test_a_draft_survives_a_reload_and_is_gone_once_posted(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "agency")
        open_topic(page, topic)
        page.fill("textarea", "Half a thought")
        expect(page.locator('[data-part="draft-state"]')).to_have_text("Draft saved")
        page.reload()
        expect(page.locator("textarea")).to_have_value("Half a thought")
        other = page_of(server, "agency", width=390, height=844)
        open_topic(other, topic)
        expect(other.locator("textarea")).to_have_value("Half a thought")
        open_topic(page, topic)
        write(page, "Half a thought, made whole")
        expect(page.locator("#post-2")).to_be_attached()
        page.reload()
        expect(page.locator("textarea")).to_have_value("")
        assert [each["source"] for each in posts_of(client, topic)] == ["The first post", "Half a thought, made whole"]


def test_a_draft_that_another_window_saved_is_offered_and_not_overwritten(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        office, train = page_of(server, "agency"), page_of(server, "agency", width=390, height=844)
        for page in (office, train):
            open_topic(page, topic)
        office.fill("textarea", "From the office")
        expect(office.locator('[data-part="draft-state"]')).to_have_text("Draft saved")
        train.fill("textarea", "From the train")
        expect(train.locator('[data-part="draft-state"]')).to_contain_text("another window of yours")
        train.get_by_role("button", name="Take that one").click()
        expect(train.locator("textarea")).to_have_value("From the office")
        train.troubles.clear()  # type: ignore[attr-defined]  # the browser reports the refusal as an error


def test_a_topic_that_is_being_written_survives_a_reload(server: Server, page_of: PageOf) -> None:
    page = page_of(server, "agency")
    page.goto("/groups/agrifood/forum/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.fill("input[name=title]", "A title")
    page.fill("textarea", "and its text")
    expect(page.locator('[data-part="draft-state"]')).to_have_text("Draft saved")
    page.reload()
    expect(page.locator("input[name=title]")).to_have_value("A title")
    expect(page.locator("textarea")).to_have_value("and its text")
    page.get_by_role("button", name="Open the topic").click()
    expect(page.locator("h1")).to_have_text("A title")
    page.goto("/groups/agrifood/forum/")
    expect(page.locator("textarea")).to_have_value("")


def test_what_is_posted_without_a_connection_stands_there_marked_and_arrives_once(
    server: Server, page_of: PageOf
) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "agency")
        open_topic(page, topic)
        page.context.set_offline(True)
        write(page, "Written in a tunnel")
        write(page, "And another")
        waiting = page.locator(".post-on-its-way")
        expect(waiting.nth(0)).to_contain_text("Written in a tunnel")
        expect(waiting.nth(0).locator(".state")).to_contain_text("Not sent yet", timeout=AT_ONCE_MS)
        assert len(posts_of(client, topic)) == 1
        page.context.set_offline(False)
        expect(page.locator("#post-3")).to_be_attached()
        expect(waiting).to_have_count(0)
        assert shown(page)[1:] == ["Written in a tunnel", "And another"]
        assert [each["source"] for each in posts_of(client, topic)][1:] == ["Written in a tunnel", "And another"]
        page.troubles.clear()  # type: ignore[attr-defined]  # of the failed attempts


def test_a_post_whose_answer_was_lost_is_sent_again_and_stands_there_once(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "agency")
        open_topic(page, topic)
        lost = []

        def lose_the_answer(route: Route) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.continue_()

        page.route(f"**/api/topics/{topic}/posts", lose_the_answer)
        write(page, "Only once")
        expect(page.locator("#post-2")).to_be_attached()
        expect(page.locator(".post-on-its-way")).to_have_count(0)
        assert lost == [201]
        assert shown(page) == ["The first post", "Only once"]
        assert len(posts_of(client, topic)) == 2
        page.troubles.clear()  # type: ignore[attr-defined]  # of the lost answer


def test_what_was_on_its_way_is_sent_after_a_reload(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "agency")
        open_topic(page, topic)
        page.route(f"**/api/topics/{topic}/posts", lambda route: route.abort())
        write(page, "Still on its way")
        expect(page.locator(".post-on-its-way .state")).to_contain_text("Not sent yet", timeout=AT_ONCE_MS)
        page.unroute_all()
        page.reload()
        expect(page.locator("#post-2")).to_contain_text("Still on its way")
        expect(page.locator(".post-on-its-way")).to_have_count(0)
        assert [each["source"] for each in posts_of(client, topic)] == ["The first post", "Still on its way"]
        page.troubles.clear()  # type: ignore[attr-defined]  # of the failed attempt


def test_a_text_that_is_refused_stays_with_its_reason_and_can_be_taken_back(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "agency")
        open_topic(page, topic)
        write(page, "x" * 100_001)
        refused = page.locator(".post-on-its-way")
        expect(refused.locator(".state")).to_contain_text("1 character too long")
        refused.get_by_role("button", name="Take it back into the form").click()
        assert len(page.input_value("textarea")) == 100_001
        expect(refused).to_have_count(0)
        page.troubles.clear()  # type: ignore[attr-defined]  # the browser reports the refusal as an error


def unread(client: httpx.Client, topic: int) -> int:
    topics = client.get("/api/groups/agrifood/topics").json()["topics"]
    return int(next(each["unread"] for each in topics if each["id"] == topic))


def test_the_mark_moves_over_what_was_on_screen_and_no_further(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client, closing(server.client("observer")) as reader:
        topic = new_topic(client)
        for number in range(14):
            post(client, topic, f"Filling {number}\n\n" + "line\n\n" * 4, f"f{number}")
        assert unread(reader, topic) == 15
        page = page_of(server, "observer")
        open_topic(page, topic)
        wait_until(lambda: unread(reader, topic) < 15, "the mark's first move")
        assert unread(reader, topic) > 8
        for number in range(1, 16):
            page.locator(f"#post-{number}").scroll_into_view_if_needed()
        page.keyboard.press("End")
        wait_until(lambda: unread(reader, topic) == 0, "the mark's arrival at the end")
        expect(page.locator('[data-part="unread"]')).to_have_count(0)
        post(client, topic, "One more", "more")
        expect(page.locator("#post-16")).to_be_attached()
        page.keyboard.press("End")
        wait_until(lambda: unread(reader, topic) == 0, "the mark's move to the post that arrived")


def test_somebody_demoted_and_then_removed_with_the_page_open_keeps_only_what_they_typed(
    new_server: Callable[..., Server], page_of: PageOf
) -> None:
    server = new_server()
    with closing(server.client("coordinator")) as coordinator:
        topic = new_topic(coordinator)
        page = page_of(server, "partner")
        post(server.client("partner"), topic, "The partner's own", "own")
        open_topic(page, topic)
        expect(page.locator("#post-2").get_by_role("link", name="Edit")).to_be_visible()
        server.shell(
            "from groups.models import Membership;"
            "Membership.objects.filter(person__email='partner@demo.example').update(role='observer')"
        )
        page.fill("textarea", "Half a thought")
        expect(page.get_by_text("You may read this forum, but not write in it.")).to_be_visible()
        expect(page.get_by_role("button", name="Post", exact=True)).to_have_count(0)
        expect(page.get_by_label("What you had written here")).to_have_value("Half a thought")
        expect(page.locator("#post-2").get_by_role("link", name="Edit")).to_have_count(0)
        members = coordinator.get("/groups/agrifood/members/").text
        ends = {address: coordinator.get(address) for address in re.findall(r'href="([^"]+/end/)"', members)}
        if not ends:
            edits = re.findall(r'href="(/groups/agrifood/members/\d+/)"', members)
            ends = {f"{address}end/": coordinator.get(f"{address}end/") for address in edits}
        address = next(address for address, answer in ends.items() if "Piroska" in answer.text)
        answer = coordinator.post(address, data={"csrfmiddlewaretoken": coordinator.cookies["csrftoken"]})
        assert answer.status_code == 200
        since = monotonic()
        expect(page.get_by_text("You can no longer read this topic.")).to_be_visible(timeout=4000)
        assert monotonic() - since < 2
        assert "The first post" not in page.content()
        expect(page.locator('[data-part="state"], [data-part="newcomers"], [data-part="unread"]')).to_have_count(0)
        post(coordinator, topic, "Not for the partner", "after")
        assert page.goto(f"/topics/{topic}/").status == 404  # type: ignore[union-attr]
        page.troubles.clear()  # type: ignore[attr-defined]  # the browser reports the 403 and the 404 as errors


def test_a_page_catches_up_after_the_server_was_killed(new_server: Callable[..., Server], page_of: PageOf) -> None:
    server = new_server()
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        server.kill()
        expect(page.locator('[data-state="connecting"], [data-state="polling"]')).to_be_visible()
        server.start()
        post(client, topic, "After the restart", "k")
        expect(page.locator("#post-2")).to_contain_text("After the restart", timeout=20_000)
        assert len(shown(page)) == 2
        page.troubles.clear()  # type: ignore[attr-defined]  # of the attempts while it was down


def test_a_laptop_that_slept_through_many_posts_shows_the_last_ones_once(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        page.context.set_offline(True)
        post_many(server, topic, "While you slept", 160)
        page.context.set_offline(False)
        expect(page.locator("#post-161")).to_be_attached(timeout=20_000)
        expect(page.locator('[data-state="live"]')).to_be_visible()
        numbers = page.locator('[data-part="posts"] > .post').evaluate_all("all => all.map(one => one.dataset.number)")
        assert numbers == sorted(set(numbers), key=int)
        assert numbers[-1] == "161"
        post(client, topic, "And on", "on")
        expect(page.locator("#post-162")).to_contain_text("And on")
        page.troubles.clear()  # type: ignore[attr-defined]  # of the attempts while it was offline


def test_a_page_that_slept_misses_none_of_what_is_posted_while_it_catches_up(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        asked: list[str] = []

        def lose_one_and_answer_the_next_late(route: Route) -> None:
            if route.request.resource_type != "fetch":
                route.continue_()
                return
            asked.append(route.request.url)
            if len(asked) == 1:
                route.abort()
                return
            answer = route.fetch()
            for number in range(20 if len(asked) == 2 else 0):
                post(client, topic, f"While you caught up {number}", f"c{number}")
            route.fulfill(response=answer)

        page.route(re.compile(rf"/topics/{topic}/\?before=\d+$"), lose_one_and_answer_the_next_late)
        page.context.set_offline(True)
        post_many(server, topic, "While you slept", 300)
        write(page, "Written asleep")
        page.context.set_offline(False)
        expect(page.locator("#post-322")).to_be_attached(timeout=60_000)
        post(client, topic, "The last", "last")
        expect(page.locator("#post-323")).to_contain_text("The last", timeout=60_000)
        expect(page.locator(".post-on-its-way")).to_have_count(0, timeout=20_000)
        assert len(asked) >= 2
        page.unroute_all()
        sources = [each["source"] for each in posts_of(client, topic)]
        numbers = page.locator('[data-part="posts"] > .post').evaluate_all("all => all.map(one => +one.dataset.number)")
        assert numbers == list(range(numbers[0], 324))
        assert shown(page) == sources[numbers[0] - 1 :]
        assert "Written asleep" in shown(page)
        page.troubles.clear()  # type: ignore[attr-defined]  # of the attempts while it was offline


def test_a_long_text_that_cannot_be_had_is_linked_and_comes_when_it_can(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        topic = new_topic(client)
        page = page_of(server, "partner")
        open_topic(page, topic)
        page.route(f"**/api/topics/{topic}/posts/2", lambda route: route.abort())
        post(client, topic, "\N{EAR OF RICE}" * 50_000, "long")
        body = page.locator("#post-2 [data-part=body]")
        expect(body.get_by_role("link")).to_have_attribute("href", f"/topics/{topic}/?from=2#post-2", timeout=20_000)
        page.unroute_all()
        expect(body).to_contain_text("\N{EAR OF RICE}" * 9, timeout=60_000)
        expect(body.get_by_role("link")).to_have_count(0)
        page.troubles.clear()  # type: ignore[attr-defined]  # of the attempts that failed


def test_a_new_topic_appears_in_the_list_and_a_new_post_moves_its_topic_up(server: Server, page_of: PageOf) -> None:
    with closing(server.client("agency")) as client:
        first = new_topic(client, "Older")
        page = page_of(server, "partner")
        page.goto("/groups/agrifood/forum/")
        expect(page.locator('[data-state="live"]')).to_be_visible()
        new_topic(client, "Newer")
        below_the_pinned = page.locator(".topic-row").filter(has_not=page.get_by_text("Pinned", exact=True))
        titles = below_the_pinned.locator(".row-title a")
        expect(titles.first).to_have_text("Newer")
        expect(page.locator('[data-part="summary"]')).to_have_text("1 new topic")
        post(client, first, "Up again", "k")
        expect(titles.first).to_have_text("Older")
        expect(below_the_pinned.first).to_contain_text("2 posts")


def test_everything_works_without_a_script(server: Server, page_of: PageOf) -> None:
    page = page_of(server, "agency", java_script_enabled=False)
    page.goto("/groups/agrifood/forum/")
    page.fill("input[name=title]", "Opened without a script")
    page.fill("textarea", "Plain")
    page.get_by_role("button", name="Open the topic").click()
    expect(page.locator("h1")).to_have_text("Opened without a script")
    write(page, "And answered")
    expect(page.locator("#post-2")).to_contain_text("And answered")
    page.locator("#post-2").get_by_role("link", name="Edit").click()
    page.fill("textarea", "And answered better")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#post-2")).to_contain_text("And answered better")
    page.locator("#post-2").get_by_role("link", name="edited").click()
    expect(page.locator(".trace-entry")).to_contain_text("And answered")
    page.get_by_role("link", name="Back to the topic").click()
    page.locator("#post-2").get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the post").click()
    expect(page.locator("#post-2")).to_contain_text("This post was deleted.")
