"""Leaders arrange the outline; every change is told to who looks."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from groups.models import WorkingGroup
from live.queries import events_after
from plans.domain import sections as domain
from plans.domain.plans import start_plan
from plans.models import Section, StrategicPlan
from plans.queries import assignable_to, committed_texts, sections_of
from tests.conftest import Cast
from tests.plans.conftest import Write


def told(plan: StrategicPlan) -> list[tuple[str, dict]]:
    backlog = events_after(stream=f"plan:{plan.slug}", after=0, limit=100)
    return [(event.name, event.data) for event in backlog.events]


def outline(plan: StrategicPlan) -> list[str]:
    return [section.heading for section in sections_of(plan)]


def test_an_added_section_comes_last_and_is_told(plan: StrategicPlan, cast: Cast) -> None:
    section = domain.add_section(
        plan=plan, person=cast.deputy, heading="  Risks \n and  doubts ", guidance=" Be frank. "
    )
    assert outline(plan)[-1] == "Risks and doubts"
    assert told(plan) == [
        (
            "section.added",
            {"id": section.id, "heading": "Risks and doubts", "guidance": "Be frank.", "position": 9, "locked": False},
        )
    ]


def test_the_same_section_sent_twice_with_one_key_is_one(plan: StrategicPlan, cast: Cast) -> None:
    sent = {"plan": plan, "person": cast.deputy, "heading": "Risks", "idempotency_key": "k"}
    assert domain.add_section(**sent) == domain.add_section(**sent)
    domain.add_section(**{**sent, "heading": "Doubts"})
    assert outline(plan)[8:] == ["Risks", "Doubts"]
    assert len(told(plan)) == 2


def test_a_section_gets_another_heading_and_keeps_its_id(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    section = domain.rename_section(section=sections[0], person=cast.coordinator, heading="In short", guidance="")
    assert (section.id, outline(plan)[0]) == (sections[0].id, "In short")
    assert [name for name, _data in told(plan)] == ["section.renamed"]


@pytest.mark.parametrize(
    ("moved", "after", "expected"),
    [(7, None, "HABCDEFG"), (7, 1, "ABHCDEFG"), (0, 7, "BCDEFGHA"), (2, 3, "ABDCEFGH")],
)
def test_a_moved_section_stands_after_the_one_that_was_named(
    moved: int, after: int | None, expected: str, plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    letters = {section.id: letter for section, letter in zip(sections, "ABCDEFGH", strict=True)}
    before = None if after is None else sections[after]
    domain.move_section(section=sections[moved], person=cast.coordinator, after=before)
    order = [section.id for section in sections_of(plan)]
    assert "".join(letters[each] for each in order) == expected
    assert told(plan) == [("section.moved", {"id": sections[moved].id, "order": order})]


def test_two_who_arrange_at_once_both_get_what_they_asked_for(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    letters = {section.id: letter for section, letter in zip(sections, "ABCDEFGH", strict=True)}
    domain.move_section(section=sections[7], person=cast.coordinator, after=None)
    domain.move_section(section=sections[1], person=cast.deputy, after=sections[5])
    assert "".join(letters[each.id] for each in sections_of(plan)) == "HACDEFBG"


@pytest.mark.parametrize(("moved", "after"), [(0, None), (3, 2), (3, 3)])
def test_a_section_that_stands_there_already_is_not_moved(
    moved: int, after: int | None, plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    before = None if after is None else sections[after]
    domain.move_section(section=sections[moved], person=cast.coordinator, after=before)
    assert outline(plan) == [section.heading for section in sections]
    assert told(plan) == []


def test_a_section_is_not_put_after_one_that_was_taken_out_or_is_anothers(
    plan: StrategicPlan, sections: list[Section], cast: Cast, tourism: WorkingGroup
) -> None:
    foreign = start_plan(working_group=tourism, person=cast.other_coordinator).sections.first()
    domain.remove_section(section=sections[4], person=cast.deputy)
    for after in (sections[4], foreign):
        with pytest.raises(ValidationError, match="before it has been taken out"):
            domain.move_section(section=sections[0], person=cast.coordinator, after=after)


def test_a_section_is_given_to_somebody_who_writes_in_the_group(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    for _time in range(2):
        domain.assign_section(section=sections[0], person=cast.coordinator, assignee=cast.agency)
    assert sections_of(plan)[0].assignee == cast.agency
    domain.assign_section(section=sections[0], person=cast.deputy, assignee=None)
    assert told(plan) == [
        ("section.assigned", {"id": sections[0].id, "person": cast.agency.pk, "name": "Agency"}),
        ("section.assigned", {"id": sections[0].id, "person": None, "name": ""}),
    ]
    assert assignable_to(plan) == [cast.agency, cast.coordinator, cast.deputy, cast.partner]


@pytest.mark.parametrize("who", ["observer", "outsider", "other_coordinator", "secretariat", "removed", "deactivated"])
def test_a_section_is_not_given_to_who_does_not_write_there(
    who: str, plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    with pytest.raises(ValidationError, match="who writes in this group"):
        domain.assign_section(section=sections[0], person=cast.coordinator, assignee=getattr(cast, who))


def test_locking_is_told_once(plan: StrategicPlan, sections: list[Section], cast: Cast) -> None:
    for _time in range(2):
        assert domain.lock_section(section=sections[1], person=cast.coordinator).is_locked
    for _time in range(2):
        assert not domain.unlock_section(section=sections[1], person=cast.deputy).is_locked
    assert [name for name, _data in told(plan)] == ["section.locked", "section.unlocked"]


def test_a_section_that_was_taken_out_keeps_its_text_and_comes_back_last_with_it(
    plan: StrategicPlan, sections: list[Section], cast: Cast, write: Write
) -> None:
    write(sections[2], "what we know", cast.partner)
    domain.remove_section(section=sections[2], person=cast.coordinator)
    assert sections[2].heading not in outline(plan)
    domain.restore_section(section=sections[2], person=cast.coordinator)
    assert outline(plan)[-1] == sections[2].heading
    assert committed_texts(plan).texts[sections[2].id] == "what we know"
    assert [name for name, _data in told(plan)] == ["section.removed", "section.restored"]


def test_what_was_taken_out_cannot_be_named_moved_locked_or_taken_out_again(
    plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    domain.remove_section(section=sections[2], person=cast.coordinator)
    gone = {"section": sections[2], "person": cast.coordinator}
    for change in (
        lambda: domain.rename_section(**gone, heading="x", guidance=""),
        lambda: domain.move_section(**gone, after=sections[1]),
        lambda: domain.assign_section(**gone, assignee=cast.agency),
        lambda: domain.lock_section(**gone),
        lambda: domain.remove_section(**gone),
    ):
        with pytest.raises(ValidationError, match="taken out"):
            change()


@pytest.mark.parametrize(
    ("heading", "guidance", "field"),
    [
        ("", "", "heading"),
        (" \n ", "", "heading"),
        ("x" * 201, "", "heading"),
        ("x" * 10**6, "", "heading"),
        ("a\x00b", "", "heading"),
        ("a\ud800b", "", "heading"),
        ("fine", "x" * 1001, "guidance"),
        ("fine", "\x00", "guidance"),
    ],
)
def test_a_heading_or_guidance_that_cannot_be_is_refused_at_its_field(
    heading: str, guidance: str, field: str, plan: StrategicPlan, sections: list[Section], cast: Cast
) -> None:
    with pytest.raises(ValidationError) as refused:
        domain.add_section(plan=plan, person=cast.coordinator, heading=heading, guidance=guidance)
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError) as refused:
        domain.rename_section(section=sections[0], person=cast.coordinator, heading=heading, guidance=guidance)
    assert list(refused.value.message_dict) == [field]
    assert told(plan) == []


def test_a_plan_has_at_most_a_hundred_sections_the_taken_out_ones_counted(plan: StrategicPlan, cast: Cast) -> None:
    Section.objects.bulk_create(Section(plan=plan, heading="More", position=place) for place in range(9, 101))
    with pytest.raises(ValidationError, match="as many sections"):
        domain.add_section(plan=plan, person=cast.coordinator, heading="One too many")


NOT_LEADING = ["agency", "partner", "observer", "outsider", "other_coordinator", "secretariat", "director", "removed"]


@pytest.mark.parametrize("who", [*NOT_LEADING, "deactivated"])
def test_only_leaders_arrange(who: str, plan: StrategicPlan, sections: list[Section], cast: Cast) -> None:
    person = getattr(cast, who)
    section = sections[0]
    for change in (
        lambda: domain.add_section(plan=plan, person=person, heading="Mine"),
        lambda: domain.rename_section(section=section, person=person, heading="Mine", guidance=""),
        lambda: domain.move_section(section=section, person=person, after=sections[3]),
        lambda: domain.assign_section(section=section, person=person, assignee=cast.agency),
        lambda: domain.lock_section(section=section, person=person),
        lambda: domain.unlock_section(section=section, person=person),
        lambda: domain.remove_section(section=section, person=person),
        lambda: domain.restore_section(section=section, person=person),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert [each.heading for each in sections_of(plan)] == [each.heading for each in sections]
    assert told(plan) == []
