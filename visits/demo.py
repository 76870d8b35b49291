"""The demo's study visits, all invented: one whose story is published, one that runs now, one that is planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from groups.models import Organisation, Person, Region, WorkingGroup
from notices.demo import date_back
from visits.demo_pictures import picture
from visits.domain.lessons import LessonText, write_lesson
from visits.domain.log import EntryText, log_entry
from visits.domain.participation import add_participant
from visits.domain.photos import NewPhoto
from visits.domain.planning import MAX_DAYS, ProgrammeLine, VisitPlan, plan_visit
from visits.domain.review import ask_for_review, comment_on_story, resolve_comment
from visits.domain.stories import StoryText, publish_story, write_story
from visits.enums import Transfer
from visits.models import (
    Lesson,
    LogEntry,
    PublishedStory,
    Story,
    StoryComment,
    StoryStep,
    StudyVisit,
    VisitParticipant,
)

GROUP = "agrifood"
PLANNED_BEFORE = timedelta(days=30)
PUBLISHED_AFTER = timedelta(days=20)
# After the noon of the first day: in the evening, when all that was seen on it is logged.
IN_REVIEW_AFTER = timedelta(hours=7)
BETWEEN = timedelta(minutes=50)


@dataclass(frozen=True)
class Seen:
    """A log entry: who saw it, on which day of the visit, at which hour of the place, and with which pictures."""

    who: str
    day: int
    at: time
    place: str
    text: str
    pictures: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def load_demo_visits(people: Mapping[str, Person]) -> None:
    """Loads the visits of a group that has none. ``people`` are by the part of their demo address before the @."""
    working_group = WorkingGroup.objects.get(slug=GROUP)
    if StudyVisit.objects.filter(working_group=working_group).exists():
        return
    _load_published(working_group, people, "Hops and shared drying in the Mühlviertel (demo)")
    _load_running(working_group, people, "From field to spice mill (demo)")
    _load_planned(working_group, people, "Rice, water and by-products (demo)")
    _date_back(working_group)


def _date_back(working_group: WorkingGroup) -> None:
    """What was written at a visit, before it and after it was not written when the demo was loaded."""
    for visit in StudyVisit.objects.filter(working_group=working_group):
        begun, ended = (datetime.combine(day, time(12), visit.zone) for day in (visit.starts_on, visit.ends_on))
        planned = begun - PLANNED_BEFORE
        StudyVisit.objects.filter(pk=visit.pk).update(planned_at=planned)
        VisitParticipant.objects.filter(visit=visit).update(since=planned)
        LogEntry.objects.filter(visit=visit).update(created_at=F("seen_at"))
        for number, lesson in enumerate(Lesson.objects.filter(visit=visit).order_by("pk"), 1):
            Lesson.objects.filter(pk=lesson.pk).update(created_at=ended + timedelta(days=number))
        PublishedStory.objects.filter(visit=visit).update(published_at=ended + PUBLISHED_AFTER)
        told = begun + IN_REVIEW_AFTER if visit.published_story is None else ended + PUBLISHED_AFTER
        _date_story(visit, told)


def _date_story(visit: StudyVisit, told: datetime) -> None:
    """The draft was put before the group, or published, at this moment; comments came one by one after it."""
    Story.objects.filter(visit=visit).update(edited_at=told - BETWEEN)
    steps = StoryStep.objects.filter(story__visit=visit)
    steps.update(at=told)
    date_back([step.subject for step in steps], told)
    for number, comment in enumerate(StoryComment.objects.filter(story__visit=visit).order_by("pk"), 1):
        said = told + number * BETWEEN
        comments = StoryComment.objects.filter(pk=comment.pk)
        comments.update(created_at=said)
        comments.exclude(resolved_at=None).update(resolved_at=said + BETWEEN / 2)
        date_back([comment.subject], said)


def _load_published(working_group: WorkingGroup, people: Mapping[str, Person], title: str) -> None:
    first = timezone.now().date() - timedelta(days=47)
    days = [first + timedelta(days=number) for number in range(3)]
    plan = VisitPlan(
        title=title,
        host_region=Region.objects.get(code="AT31"),
        host_organisation=Organisation.objects.filter(slug="demo-muehlviertel-hops").first(),
        place="Neufelden",
        starts_on=days[0],
        ends_on=days[-1],
        time_zone="Europe/Vienna",
        objectives=(
            "- See how nine growers run **one** drying hall\n"
            "- Find out who pays when a machine stands still\n"
            "- Ask what a cluster manager does all day"
        ),
        programme=(
            ProgrammeLine(
                day=days[0], starts_at=time(14), ends_at=time(15, 30), title="Welcome", place="Chamber house"
            ),
            ProgrammeLine(day=days[0], starts_at=time(16), ends_at=time(18), title="Walk through the hop gardens"),
            ProgrammeLine(
                day=days[1],
                starts_at=time(9),
                ends_at=time(12),
                title="The shared drying hall",
                place="Growers' hall",
                note="Closed shoes, please",
            ),
            ProgrammeLine(day=days[1], starts_at=time(14), ends_at=time(17), title="The books of the cooperative"),
            ProgrammeLine(day=days[2], starts_at=time(10), ends_at=time(12), title="What we take home"),
        ),
    )
    visit = plan_visit(working_group=working_group, by=people["coordinator"], plan=plan)
    _attend(visit, people, "coordinator", "agency", "partner", "orchards", "mills", "linz", "usti")
    first_walk, hall, _books, evening = _log(
        visit,
        people,
        Seen(
            "partner",
            0,
            time(16, 40),
            "Hop garden above the river",
            "Seven metres of wire, and every grower trains the plants **the same way**, so that a machine can be lent "
            "from one to the next without being set anew.",
            (("hop-garden", "Rows of hop plants climbing tall poles under a clear sky, hills behind them"),),
        ),
        Seen(
            "agency",
            1,
            time(9, 35),
            "Drying hall",
            "One hall for nine farms. A slate by the door says who dries when; all of them pay the clerk, by weight.",
            (("drying-hall", "Stacked wooden crates full of small fruit in the low sun before the hall"),),
        ),
        Seen(
            "mills",
            1,
            time(15, 10),
            "Cooperative's office",
            "They showed us the books. Repairs come from a fund that takes 2 % of each delivery: nobody is asked for "
            "money on the day when something breaks.",
        ),
        Seen(
            "orchards",
            1,
            time(19, 20),
            "On the way back",
            "At home each of us owns a cold store that is empty for seven months. I keep thinking about that.",
            (("evening-orchard", "Apple trees with red fruit in the evening light"),),
        ),
    )
    write_lesson(
        visit=visit,
        by=people["orchards"],
        lesson=LessonText(
            title="Share the machine, not the risk",
            observed_practice="Nine growers own one drying hall. Each pays by the weight that they bring, and a share "
            "of 2 % goes into a repair fund.",
            text="It holds because the rule is simple enough to be written on a slate, and because one paid clerk, not "
            "the most patient grower, keeps the order.",
            transferability="A shared cold store for apples in Silesia: six growers within 15 km, empty from March to "
            "September today. It needs a clerk from the first day.",
            transfer=Transfer.ADAPTED,
            seen_by=tuple(people[name].pk for name in ("orchards", "agency", "mills")),
            figures_source="The growers' account book, seen on the second day (invented)",
            is_public=True,
        ),
    )
    write_lesson(
        visit=visit,
        by=people["agency"],
        lesson=LessonText(
            title="The same wire everywhere",
            observed_practice="All gardens are built to one measure.",
            text="Lending needs a standard first.",
            transfer=Transfer.HARD,
            seen_by=(people["agency"].pk, people["partner"].pk),
        ),
    )
    photos = [entry.photos.get().pk for entry in (first_walk, hall, evening)]
    write_story(
        visit=visit,
        by=people["coordinator"],
        text=StoryText(
            title="Nine farms, one drying hall",
            teaser="What growers from five regions saw in the hop gardens of Upper Austria, and why one of them went "
            "home thinking about an empty cold store.",
            source=(
                "Hops have to be dry within hours of being picked, and a dryer costs more than a small farm earns in "
                "a year. In the Mühlviertel nine growers have stopped arguing about that and built one together.\n\n"
                f"[photo {photos[0]}]\n\n"
                "## It begins with a wire\n\n"
                "The gardens look alike because they **are** alike: the poles stand to one measure, so that a machine "
                "can go from one farm to the next. “Lending needs a standard first,” our colleague noted.\n\n"
                f"[photo {photos[1]}]\n\n"
                "## Two per cent\n\n"
                "Each delivery pays two per cent into a fund for repairs. Nobody is asked for money on the day when "
                "something breaks, and so nobody has ever left in anger.\n\n"
                "> At home each of us owns a cold store that is empty for seven months. I keep thinking about that.\n\n"
                f"[photo {photos[2]}]\n\n"
                "The group has written down what could be taken home, and under which conditions. It now goes into the "
                "strategic plan.\n\n"
                "*This story belongs to the demo: the visit, the growers and their hall are invented.*"
            ),
        ),
    )
    publish_story(visit=visit, by=people["coordinator"])


def _load_running(working_group: WorkingGroup, people: Mapping[str, Person], title: str) -> None:
    first = timezone.now().date() - timedelta(days=1)
    # A month's exchange: whoever tries the demo some weeks after its first start still finds it running.
    days = [first + timedelta(days=number) for number in range(MAX_DAYS)]
    plan = VisitPlan(
        title=title,
        host_region=Region.objects.get(code="HU21"),
        host_organisation=Organisation.objects.filter(slug="demo-aranykalasz").first(),
        place="Székesfehérvár",
        starts_on=days[0],
        ends_on=days[-1],
        time_zone="Europe/Budapest",
        objectives=(
            "A month at the mill, a week for each of us: how does a food cluster agree on **one quality mark**, and "
            "who checks it?"
        ),
        programme=(
            ProgrammeLine(
                day=days[0], starts_at=time(15), ends_at=time(17), title="Paprika fields", place="East of town"
            ),
            ProgrammeLine(
                day=days[0],
                starts_at=time(17, 30),
                ends_at=time(19),
                title="Market hall",
                note="Mark and price",
            ),
            ProgrammeLine(day=days[1], starts_at=time(9), ends_at=time(12), title="The spice mill"),
            ProgrammeLine(day=days[1], starts_at=time(14), ends_at=time(16), title="How the cluster decides"),
            *(
                ProgrammeLine(day=days[number], starts_at=time(9), ends_at=time(11), title="Handing over the week")
                for number in (7, 14, 21)
            ),
            ProgrammeLine(day=days[-1], starts_at=time(10), ends_at=time(12), title="What we take home"),
        ),
    )
    visit = plan_visit(working_group=working_group, by=people["deputy"], plan=plan)
    _attend(visit, people, "deputy", "agency", "partner", "pannon", "rice")
    _log(
        visit,
        people,
        Seen(
            "partner",
            0,
            time(15, 20),
            "Paprika fields",
            "Welcome to my home fields. Each row has a number, and it goes with the crate all the way to the jar.",
            (("paprika-field", "Rows of paprika plants with ripe red fruit, running towards low hills"),),
        ),
        Seen(
            "agency",
            0,
            time(16, 10),
            "Paprika fields",
            "The tag is paper, written by hand. It works because the mill **sends crates back** that have none.",
        ),
        Seen(
            "rice",
            0,
            time(17, 50),
            "Market hall",
            "Three stalls, one quality mark, three prices. The mark is checked by a neighbour from another village, "
            "chosen by lot.",
            (("market-hall", "Crates of yellow fruit, stacked for the market"),),
        ),
    )
    _load_review(visit, people)


def _load_review(visit: StudyVisit, people: Mapping[str, Person]) -> None:
    """A story that the members have before them, with what two of them say about it."""
    write_story(
        visit=visit,
        by=people["deputy"],
        text=StoryText(
            title="A number on every crate",
            teaser="How paper tags, written by hand, take a crate of paprika from its row to the jar.",
            source=(
                "Each row has a number. It is written on a paper tag, the tag hangs on the crate, and the mill sends "
                "back whatever comes without one.\n\n"
                "## Checked by lot\n\n"
                "The quality mark is checked by a neighbour from another village, chosen by lot: nobody knows in "
                "spring whose fields they will walk in autumn.\n\n"
                "*This story belongs to the demo: the mill and its tags are invented.*"
            ),
        ),
    )
    ask_for_review(visit=visit, by=people["deputy"])
    settled = comment_on_story(
        visit=visit, by=people["agency"], source="Please say that the tags are **paper**: we all expected a chip."
    )
    resolve_comment(comment=settled, by=people["deputy"])
    comment_on_story(
        visit=visit, by=people["partner"], source="Who draws the lot? At home that would be the first question."
    )


def _load_planned(working_group: WorkingGroup, people: Mapping[str, Person], title: str) -> None:
    first = timezone.now().date() + timedelta(days=24)
    plan = VisitPlan(
        title=title,
        host_region=Region.objects.get(code="ITC4"),
        host_organisation=Organisation.objects.filter(slug="demo-lomellina-rice").first(),
        place="Mortara",
        starts_on=first,
        ends_on=first + timedelta(days=1),
        time_zone="Europe/Rome",
        objectives="- Who uses rice husks, and at what price?\n- How is water shared in a dry year?",
        programme=(
            ProgrammeLine(day=first, starts_at=time(11), ends_at=time(13), title="Arrival and the mill's yard"),
            ProgrammeLine(day=first, starts_at=time(15), title="Canals and their keepers"),
        ),
    )
    visit = plan_visit(working_group=working_group, by=people["coordinator"], plan=plan)
    _attend(visit, people, "rice", "deputy", "pannon")


def _attend(visit: StudyVisit, people: Mapping[str, Person], *who: str) -> None:
    for name in who:
        add_participant(visit=visit, person=people[name], by=visit.planned_by)


def _log(visit: StudyVisit, people: Mapping[str, Person], *all_seen: Seen) -> list[LogEntry]:
    entries = []
    for seen in all_seen:
        day = visit.starts_on + timedelta(days=seen.day)
        logged = log_entry(
            visit=visit,
            by=people[seen.who],
            text=EntryText(source=seen.text, place=seen.place, seen_at=datetime.combine(day, seen.at, visit.zone)),
            photos=[NewPhoto(upload=picture(name), description=words) for name, words in seen.pictures],
        )
        entries.append(logged.entry)
    return entries
