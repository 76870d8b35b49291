"""What pages show of consultations: the table of regions, what waits for whose word, the whole record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Mandate, Person, Region
from groups.standing import Standing
from plans.enums import ConsultationState, Position
from plans.models import Consultation, ConsultationQuerySet, ConsultationStep, Endorsement, StrategicPlan, Version

_STATES = {Position.ENDORSES: "lit", Position.RESERVES: "ringed", Position.OBJECTS: "struck"}


def consultations_for(standing: Standing, slug: str) -> ConsultationQuerySet:
    """The consultations on that group's plan which this person may read, with their versions, the newest first."""
    seen = Consultation.objects.visible_to(standing).filter(plan__working_group__slug=slug)
    return seen.select_related("version__frozen_by__organisation", "plan__working_group", "opened_by")


def consultation_for(standing: Standing, slug: str, number: int) -> Consultation:
    """The consultation on the version of this number; raises Consultation.DoesNotExist."""
    return consultations_for(standing, slug).get(version__number=number)


def latest_consultation(standing: Standing, slug: str) -> Consultation | None:
    """The newest that was not withdrawn; where all were, the newest of those."""
    seen = consultations_for(standing, slug)
    return seen.standing_ones().first() or seen.first()


def consulted_plan(standing: Standing, slug: str) -> StrategicPlan:
    """The plan of that group, for who reads a consultation on it; raises StrategicPlan.DoesNotExist."""
    consulted = Consultation.objects.visible_to(standing).values("plan")
    return StrategicPlan.objects.select_related("working_group").get(working_group__slug=slug, pk__in=consulted)


def unconsulted_versions(plan: StrategicPlan) -> QuerySet[Version]:
    """The versions about which the regions may still be asked: newer than the last that was put to them."""
    last = Consultation.objects.standing_ones().filter(plan=plan).first()
    versions = Version.objects.filter(plan=plan, consultation=None).defer("content", "canonical_text")
    return versions.filter(number__gt=last.version.number) if last else versions


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region and its word on a version; ``earlier`` is its last word on an earlier one, while it has not spoken on
    this one. Also a tile of the table of regions (code, name, state, text, url)."""

    region: Region
    word: Endorsement | None
    earlier: Endorsement | None
    speaker: Person | None

    @property
    def code(self) -> str:
        return self.region.code

    @property
    def name(self) -> str:
        return self.region.name

    @property
    def state(self) -> str:
        return _STATES[Position(self.word.position)] if self.word else "dimmed"

    @property
    def url(self) -> str:
        return f"#region-{self.region.code}"

    @property
    def text(self) -> str:
        if self.word is None:
            return _("has spoken on an earlier version only") if self.earlier else _("has not spoken yet")
        return _said(Position(self.word.position))


def _said(position: Position) -> str:
    if position is Position.ENDORSES:
        return _("endorses")
    return _("endorses with a reservation") if position is Position.RESERVES else _("objects")


def region_rows(consultation: Consultation) -> list[RegionRow]:
    """Every region north to south with its word, in three queries."""
    words: dict[int, Endorsement] = {}
    earlier: dict[int, Endorsement] = {}
    for word in _words_until(consultation):
        (words if word.consultation_id == consultation.pk else earlier)[word.region_id] = word
    speakers = _speakers()
    return [
        RegionRow(
            region=region,
            word=words.get(region.pk),
            earlier=None if region.pk in words else earlier.get(region.pk),
            speaker=speakers.get(region.pk),
        )
        for region in Region.objects.all()
    ]


def _words_until(consultation: Consultation) -> Iterable[Endorsement]:
    """The current words on this version and on the earlier ones that were not withdrawn, the oldest version first."""
    before = Q(consultation__version__number__lt=consultation.version.number)
    counted = before & ~Q(consultation__state=ConsultationState.WITHDRAWN)
    words = Endorsement.objects.current().filter(consultation__plan=consultation.plan_id)
    return (
        words.filter(counted | Q(consultation=consultation))
        .select_related("person", "organisation", "consultation__version")
        .defer("consultation__version__content", "consultation__version__canonical_text")
        .order_by("consultation__version__number")
    )


def _speakers() -> dict[int, Person]:
    mandates = Mandate.objects.current().filter(person__is_active=True)
    return {mandate.region_id: mandate.person for mandate in mandates.select_related("person__organisation")}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many regions say what to a version."""

    endorsing: int
    reserving: int
    objecting: int
    silent: int

    @property
    def spoken(self) -> int:
        return self.endorsing + self.reserving + self.objecting

    @property
    def regions(self) -> int:
        return self.spoken + self.silent


def tally_of(rows: Iterable[RegionRow]) -> Tally:
    positions = [row.word.position if row.word else "" for row in rows]
    return Tally(
        endorsing=positions.count(Position.ENDORSES),
        reserving=positions.count(Position.RESERVES),
        objecting=positions.count(Position.OBJECTS),
        silent=positions.count(""),
    )


def words_of(consultation: Consultation) -> QuerySet[Endorsement]:
    """Every word that was said, in the order of time, with who said it."""
    return consultation.endorsements.select_related("region", "person", "organisation")


def steps_of(consultation: Consultation) -> QuerySet[ConsultationStep]:
    """What was done to the consultation, in the order of time."""
    return consultation.steps.select_related("by__organisation")


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """An open consultation in which regions that a person speaks for are silent; ``again``: one of them has spoken on
    an earlier version, so that it is shown what changed since."""

    slug: str
    group_name: str
    accent: str
    version_name: str
    deadline: datetime
    regions: tuple[Region, ...]
    again: bool

    @property
    def region_names(self) -> str:
        return ", ".join(region.name for region in self.regions)


def plans_waiting_for(standing: Standing) -> list[WaitingPlan]:
    """The plans that wait for the word of a region this person speaks for, by deadline; three queries at most."""
    if not standing.mandates:
        return []
    open_now = Consultation.objects.filter(state=ConsultationState.OPEN, deadline__gt=timezone.now())
    consultations = list(open_now.select_related("version", "plan__working_group").order_by("deadline", "pk"))
    regions = list(Region.objects.filter(pk__in=standing.mandates)) if consultations else []
    words = Endorsement.objects.current().exclude(consultation__state=ConsultationState.WITHDRAWN)
    said = words.filter(region__in=standing.mandates, consultation__plan__in=[each.plan_id for each in consultations])
    spoken = set(said.values_list("consultation", "region"))
    spoken_before = set(said.values_list("consultation__plan", "region"))
    waiting = []
    for each in consultations:
        silent = tuple(region for region in regions if (each.pk, region.pk) not in spoken)
        if silent:
            waiting.append(
                WaitingPlan(
                    slug=each.plan.slug,
                    group_name=each.plan.working_group.name,
                    accent=each.plan.working_group.accent,
                    version_name=each.version.name,
                    deadline=each.deadline,
                    regions=silent,
                    again=any((each.plan_id, region.pk) in spoken_before for region in silent),
                )
            )
    return waiting


@dataclass(frozen=True, slots=True)
class PublicWord:
    """What a region says to a version, as the public reads it: a tile with a reservation's text."""

    code: str
    name: str
    state: str
    text: str
    reservation: str


@dataclass(frozen=True, slots=True)
class PublicAgreement:
    """What the regions said to ``version``, the published one or the last one before it that they were asked about."""

    version: Version
    is_published_text: bool
    words: tuple[PublicWord, ...]
    endorsing: int


def agreement_on(published: Version) -> PublicAgreement | None:
    """What the public reads beside a published version of who stands behind it; None where no region has spoken."""
    consultations = Consultation.objects.standing_ones().filter(
        plan=published.plan_id, version__number__lte=published.number
    )
    consultation = consultations.select_related("version").first()
    if consultation is None:
        return None
    said = {word.region_id: word for word in consultation.endorsements.filter(replaced_at=None)}
    if not said:
        return None
    words = []
    for region in Region.objects.all():
        word = said.get(region.pk)
        row = RegionRow(region, word, None, None)
        reservation = word.text if word and word.position == Position.RESERVES else ""
        words.append(PublicWord(row.code, row.name, row.state, row.text, reservation))
    return PublicAgreement(
        version=consultation.version,
        is_published_text=consultation.digest == published.digest,
        words=tuple(words),
        endorsing=sum(word.state in {"lit", "ringed"} for word in words),
    )
