"""Hostile texts where people write them: each is posted, logged, learnt, commented, told as a story, put into the plan
and frozen there or said of it, on a real server; and the pages that show it are judged in a browser that was told to
forget our content security policy.

Every sixtieth text here; `make soak` takes each of them (``EVERY``). tests/markup/test_hostile.py judges all of them,
without a server, in every run.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from plans.domain.action_table import ACTIONS_PER_PLAN
from tests.markup.corpus import hostile_texts
from tests.markup.judging import Judge
from tests.servers import Server
from tests.sizes import size

pytestmark = [pytest.mark.server, pytest.mark.browser]

EVERY = size("EVERY", 60)
POSTS_ON_A_PAGE = 50
# How a page is cited is ours to say.
TEXTS = ".prose:not(.citation .prose)"

# Prints where the pages are. A text that is refused in words is shown nowhere.
WRITE = """
import itertools
import json
from datetime import timedelta
from pathlib import Path
from django.core.exceptions import ValidationError
from django.utils import timezone
from collab.domain import rewrite_text
from forums.domain.posting import post_reply, start_topic
from groups.models import Mandate, Person, WorkingGroup
from plans.domain.action_table import ActionTerms, add_action
from plans.domain.consultations import open_consultation
from plans.domain.endorsements import speak_for_region
from plans.domain.versions import freeze_version, publish_version
from plans.enums import Position
from plans.models import Section, StrategicPlan
from visits.domain.lessons import LessonText, write_lesson
from visits.domain.log import EntryText, log_entry
from visits.domain.review import comment_on_story
from visits.domain.stories import StoryText, publish_story, write_story
from visits.enums import StoryState
from visits.models import Story, VisitParticipant
texts = json.loads(Path({path!r}).read_text())
group = WorkingGroup.objects.get(slug="agrifood")
person, leader = (Person.objects.get(email=f"{{who}}@demo.example") for who in ("partner", "coordinator"))
plan = StrategicPlan.objects.get(working_group=group)
section = Section.objects.filter(plan=plan).order_by("position").first()
visit = VisitParticipant.objects.filter(person=person, visit__working_group=group).first().visit
reviewed = Story.objects.get(visit__working_group=group, state=StoryState.IN_REVIEW).visit
topic, _ = start_topic(working_group=group, author=person, title="<b>Hostile</b>", source="first")
written = dict.fromkeys(("posts", "entries", "actions", "lessons", "comments", "reservations"), 0)
def tried(where, write, **fields):
    try:
        write(**fields)
    except ValidationError:
        return False
    written[where] += 1
    return True
taken = []
for text in texts:
    lesson = LessonText(title="<b>x", observed_practice=text, text=text, transferability=text, is_public=True)
    tried("posts", post_reply, topic=topic, author=person, source=text)
    if tried("entries", log_entry, visit=visit, by=person, text=EntryText(source=text)):
        taken.append(text)
    tried("actions", add_action, plan=plan, person=person, terms=ActionTerms(title="<b>x", description=text))
    tried("lessons", write_lesson, visit=visit, by=person, lesson=lesson)
    tried("comments", comment_on_story, visit=reviewed, by=person, source=text)
joined = "\\n\\n".join(taken)
story = StoryText(title="<b>x", teaser="<b>x", source=joined[:100_000])
write_story(visit=reviewed, by=leader, text=story)
write_story(visit=visit, by=leader, text=story)
publish_story(visit=visit, by=leader)
rewrite_text(kind="plan", key="agrifood", name=section.pk, text=joined[:200_000], person_id=person.pk)
version = freeze_version(plan=plan, person=leader, name="<b>x")
publish_version(version=version, person=leader)
asked = open_consultation(version=version, person=leader, deadline=timezone.now() + timedelta(days=9))
mandates = itertools.cycle(Mandate.objects.current().select_related("person", "region"))
for text, held in zip(texts, mandates):
    word = dict(region=held.region, person=held.person, position=Position.RESERVES, text=text)
    tried("reservations", speak_for_region, consultation=asked, **word)
places = {{"topic": topic.pk, "visit": visit.pk, "reviewed": reviewed.pk, "version": version.number}}
print(json.dumps(places | {{"written": written}}))
"""


def test_hostile_texts_do_nothing_on_the_pages_that_show_them(
    server: Server, browser: Browser, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    texts = [text for text in list(hostile_texts())[::EVERY] if len(text) < 20_000]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    places = json.loads(server.shell(WRITE.format(path=str(tmp_path / "texts.json"))))
    written = places["written"]
    # A plan holds so many actions; the demo has some, and a tenth of the texts is refused in words.
    room = {"actions": ACTIONS_PER_PLAN - 20}
    assert all(count > min(len(texts), room.get(place, len(texts))) * 0.9 for place, count in written.items()), written
    topic = f"/topics/{places['topic']}/"
    visit, plan, version = f"/visits/{places['visit']}/", "/groups/agrifood/plan/", places["version"]
    # How many texts stand there at the least.
    pages = {f"{topic}?from={first}": 1 for first in range(1, written["posts"] + 1, POSTS_ON_A_PAGE)} | {
        visit: written["entries"] + written["lessons"],
        f"{visit}story/": 1 + written["lessons"],
        f"/visits/{places['reviewed']}/story/review/": 1 + written["comments"],
        plan: 1,
        f"{plan}actions/": written["actions"],
        f"{plan}versions/{version}/": 1 + written["actions"],
        f"{plan}published/": 1 + written["actions"],
        f"{plan}consultation/": 1,
        f"{plan}consultation/{version}/record/": written["reservations"] + written["actions"],
    }
    with contextlib.closing(browser.new_context(bypass_csp=True)) as context:
        cookies = server.client("partner").cookies
        context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
        for path, least in pages.items():
            page = context.new_page()
            judge = Judge(page, server.url, TEXTS)
            judge.open(path)
            assert page.locator(TEXTS).count() >= least, path
            judge.provoke()
            assert judge.verdict() == [], path
            page.close()
        page = context.new_page()
        judge = Judge(page, server.url, TEXTS)
        judge.open(f"{topic}?from={written['posts']}")
        with contextlib.closing(server.client("agency")) as client:
            for text in texts[:20]:
                client.post(f"/api/topics/{places['topic']}/posts", json={"source": text})
            client.post(f"/api/topics/{places['topic']}/posts", json={"source": "That was all."})
        page.get_by_text("That was all.").first.wait_for(state="attached")
        judge.provoke()
        assert judge.verdict() == []
    record_property("texts in each place", len(texts))
    record_property("pages judged", len(pages) + 1)
