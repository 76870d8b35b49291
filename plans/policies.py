"""Who may do what with a plan, and what ``collab`` and ``live`` are told of it."""

from collections.abc import Mapping, Sequence

from collab.kinds import Rights
from groups.models import Person, WorkingGroup
from groups.standing import Standing, standings_of
from plans.enums import ConsultationState
from plans.models import Consultation, Endorsement, Section, StrategicPlan, Version

CARET_COLOURS = 8
"""How many colours tell carets apart; the design tokens have as many."""


def may_read_plan(standing: Standing, working_group_id: int) -> bool:
    return standing.may_read_group(working_group_id)


def may_write_text(standing: Standing, section: Section) -> bool:
    """A locked section is the leaders' alone; one that was taken out is nobody's."""
    working_group_id = section.plan.working_group_id
    if section.removed_at is not None or not standing.may_write_in(working_group_id):
        return False
    return not section.is_locked or standing.may_lead(working_group_id)


def may_be_assigned(standing: Standing, section: Section) -> bool:
    """Whether a section can be theirs to see to: who writes in the group, even where it is locked just now."""
    return standing.may_write_in(section.plan.working_group_id)


def may_edit_actions(standing: Standing, plan: StrategicPlan) -> bool:
    return standing.may_write_in(plan.working_group_id)


def may_arrange(standing: Standing, plan: StrategicPlan) -> bool:
    """Whether they may add, rename, move, lock and take out sections."""
    return standing.may_lead(plan.working_group_id)


def may_close(standing: Standing, plan: StrategicPlan) -> bool:
    """Whether they may freeze, publish and withdraw versions."""
    return standing.may_lead(plan.working_group_id)


def may_read_consultation(standing: Standing, consultation: Consultation) -> bool:
    """As ``Consultation.objects.visible_to`` has it."""
    if may_read_plan(standing, consultation.plan.working_group_id):
        return True
    return bool(standing.mandates) and consultation.state != ConsultationState.WITHDRAWN


def may_consult(standing: Standing, plan: StrategicPlan) -> bool:
    """Whether they may put a version to the regions, end that early and take it back."""
    return standing.may_lead(plan.working_group_id)


def may_set_deadline(standing: Standing, plan: StrategicPlan) -> bool:
    return standing.is_secretariat or may_consult(standing, plan)


def may_speak_for(standing: Standing, region_id: int) -> bool:
    """Whether they may say what a region says, to any plan that was put to the regions."""
    return region_id in standing.mandates


def document_rights(pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Rights]:
    """For ``collab``: what each (person id, group slug) may read and write of that plan's text.

    A fixed number of queries, however many pairs there are. No entry: the plan is not there or not theirs.
    """
    person_ids = {person_id for person_id, _slug in pairs}
    standings = standings_of(person_ids)
    presences = _presences(person_ids)
    sections: dict[str, list[Section]] = {slug: [] for _person_id, slug in pairs}
    plans = {
        plan.slug: plan
        for plan in StrategicPlan.objects.filter(working_group__slug__in=sections).select_related("working_group")
    }
    for section in Section.objects.filter(plan__in=plans.values()).select_related("plan__working_group"):
        sections[section.plan.slug].append(section)
    rights = {}
    for person_id, slug in pairs:
        standing, plan = standings.get(person_id), plans.get(slug)
        if standing is None or plan is None or not may_read_plan(standing, plan.working_group_id):
            continue
        rights[person_id, slug] = Rights(
            may_read=True,
            keys=frozenset(section.id for section in sections[slug]),
            writable=frozenset(section.id for section in sections[slug] if may_write_text(standing, section)),
            user=presences[person_id],
        )
    return rights


def _presences(person_ids: set[int]) -> dict[int, dict[str, str]]:
    """How others see each person at work: name, region code ("" unknown) and the number of their caret's colour."""
    people = Person.objects.filter(pk__in=person_ids).select_related("organisation__region")
    return {
        person.pk: {
            "id": str(person.pk),
            "name": person.name,
            "region": person.organisation.region.code if person.organisation and person.organisation.region else "",
            "colour": str(person.pk % CARET_COLOURS),
        }
        for person in people
    }


def may_read_image(person_id: int | None, key: str) -> bool:
    """For ``files``: whether somebody may see an image of a plan's text. Who reads the drafts may, who speaks for a
    region once it stands in a version that was put to the regions, and everybody once it stands in the published one.
    """
    slug, _slash, pk = key.partition("/")
    shown = Version.objects.filter(plan__working_group__slug=slug, canonical_text__contains=f"/files/{pk}/")
    if shown.published().exists():
        return True
    standing = standings_of([person_id]).get(person_id) if person_id is not None else None
    if standing is None:
        return False
    if StrategicPlan.objects.visible_to(standing).filter(working_group__slug=slug).exists():
        return True
    return Consultation.objects.visible_to(standing).filter(version__in=shown).exists()


def consultation_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """For ``notices``: which of these (person id, "consultation:<id>" or "consultation:<id>:<deadline>") pairs are of
    people who may read that consultation now."""
    ids = {subject: int(subject.split(":")[1]) for _person_id, subject in pairs}
    consultations = Consultation.objects.filter(pk__in=ids.values()).select_related("plan").in_bulk()
    return _readers_among(pairs, {subject: consultations[pk] for subject, pk in ids.items() if pk in consultations})


def word_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """For ``notices``: which of these (person id, "word:<id>") pairs are of people who may read what the region said
    now; a word that was replaced is not told of any more."""
    ids = {subject: int(subject.removeprefix("word:")) for _person_id, subject in pairs}
    words = Endorsement.objects.current().filter(pk__in=ids.values()).select_related("consultation__plan").in_bulk()
    return _readers_among(pairs, {subject: words[pk].consultation for subject, pk in ids.items() if pk in words})


def _readers_among(pairs: Sequence[tuple[int, str]], consultations: Mapping[str, Consultation]) -> set[tuple[int, str]]:
    """The pairs of people who may read the consultation that their subject is about, if it is about one."""
    standings = standings_of({person_id for person_id, _subject in pairs})
    return {
        (person_id, subject)
        for person_id, subject in pairs
        if person_id in standings
        and subject in consultations
        and may_read_consultation(standings[person_id], consultations[subject])
    }


def assignment_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """For ``notices``: which of these (person id, "section:<id>:<moment>") pairs are of people whose section it is now
    and who may read the plan."""
    ids = {subject: subject.split(":")[1] for _person_id, subject in pairs}
    sections = Section.objects.present().filter(pk__in=ids.values()).select_related("plan").in_bulk()
    standings = standings_of({person_id for person_id, _subject in pairs})
    return {
        (person_id, subject)
        for person_id, subject in pairs
        if person_id in standings
        and ids[subject] in sections
        and sections[ids[subject]].assignee_id == person_id
        and may_read_plan(standings[person_id], sections[ids[subject]].plan.working_group_id)
    }


def stream_readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """For ``live``: which of these (person id, group slug) may read the stream of that plan's outline now."""
    standings = standings_of({person_id for person_id, _slug in pairs})
    slugs = {slug for _person_id, slug in pairs}
    groups = dict(WorkingGroup.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    return {
        (person_id, slug)
        for person_id, slug in pairs
        if person_id in standings and slug in groups and may_read_plan(standings[person_id], groups[slug])
    }
