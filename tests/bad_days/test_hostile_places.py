"""Hostile texts where people write them: each is posted, logged or put into the plan on a real server, and the pages
that show it are judged in a browser that was told to forget our content security policy.

Every thirtieth text here; `make soak` takes each of them (``EVERY``). tests/markup/test_hostile.py judges all of them,
without a server, in every run.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.markup.corpus import hostile_texts
from tests.markup.judging import Judge
from tests.servers import Server
from tests.sizes import size

pytestmark = [pytest.mark.server, pytest.mark.browser]

EVERY = size("EVERY", 30)
POSTS_ON_A_PAGE = 50

# Prints where the pages are. A text that is refused in words is shown nowhere.
WRITE = """
import json
from collections.abc import Callable
from pathlib import Path
from django.core.exceptions import ValidationError
from collab.domain import rewrite_text
from forums.domain.posting import post_reply, start_topic
from groups.models import Person, WorkingGroup
from plans.domain.action_table import ActionTerms, add_action
from plans.models import Section, StrategicPlan
from visits.domain.log import EntryText, log_entry
from visits.models import VisitParticipant
texts = json.loads(Path({path!r}).read_text())
group = WorkingGroup.objects.get(slug="agrifood")
person = Person.objects.get(email="partner@demo.example")
plan = StrategicPlan.objects.get(working_group=group)
section = Section.objects.filter(plan=plan).order_by("position").first()
visit = VisitParticipant.objects.filter(person=person, visit__working_group=group).first().visit
topic, _ = start_topic(working_group=group, author=person, title="<b>Hostile</b>", source="first")
written = dict.fromkeys(("posts", "entries", "actions"), 0)
def tried(where, write):
    try:
        write()
    except ValidationError:
        return
    written[where] += 1
for text in texts:
    tried("posts", lambda: post_reply(topic=topic, author=person, source=text))
    tried("entries", lambda: log_entry(visit=visit, by=person, text=EntryText(source=text)))
    tried("actions", lambda: add_action(plan=plan, person=person, terms=ActionTerms(title="<b>x", description=text)))
text = "\\n\\n".join(texts)[:200_000]
rewrite_text(kind="plan", key="agrifood", name=section.pk, text=text, person_id=person.pk)
print(json.dumps({{"topic": topic.pk, "visit": visit.pk, "written": written}}))
"""


def test_hostile_texts_do_nothing_on_the_pages_that_show_them(
    server: Server, browser: Browser, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    texts = [text for text in list(hostile_texts())[::EVERY] if len(text) < 20_000]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    places = json.loads(server.shell(WRITE.format(path=str(tmp_path / "texts.json"))))
    written = places["written"]
    assert min(written.values()) > len(texts) * 0.9
    topic = f"/topics/{places['topic']}/"
    pages = [f"{topic}?from={first}" for first in range(1, written["posts"] + 1, POSTS_ON_A_PAGE)]
    pages += [f"/visits/{places['visit']}/", "/groups/agrifood/plan/actions/", "/groups/agrifood/plan/"]
    with contextlib.closing(browser.new_context(bypass_csp=True)) as context:
        cookies = server.client("partner").cookies
        context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
        for path in pages:
            page = context.new_page()
            judge = Judge(page, server.url, ".prose")
            judge.open(path)
            assert page.locator(".prose").count() > 0, path
            judge.provoke()
            assert judge.verdict() == [], path
            page.close()
        page = context.new_page()
        judge = Judge(page, server.url, ".prose")
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
