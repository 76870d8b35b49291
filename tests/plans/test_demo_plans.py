"""The demo's plans: loaded once, complete, and clearly invented."""

import hashlib
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from collab.models import DocumentUpdate
from collab.verification import problems as problems_of_documents
from groups.domain.demo_people import load_demo_people
from groups.models import WorkingGroup
from live.models import StreamEvent
from live.verification import problems as problems_of_streams
from notices.models import Notice
from plans.demo import load_demo_plans
from plans.models import Action, Consultation, Endorsement, Section, StrategicPlan, Version
from plans.queries import committed_texts, published_plans
from plans.queries.consultations import region_rows, tally_of


def load() -> None:
    call_command("load_network", verbosity=0)
    load_demo_plans(load_demo_people())


def test_every_group_of_the_network_has_a_plan_with_some_text(db: None) -> None:
    load()
    plans = list(StrategicPlan.objects.select_related("working_group"))
    assert {plan.slug for plan in plans} == set(WorkingGroup.objects.values_list("slug", flat=True))
    assert all(any(committed_texts(plan).texts.values()) for plan in plans)


def test_agrifood_has_six_actions_and_one_published_version_that_its_draft_has_left_behind(db: None) -> None:
    load()
    version = Version.objects.get(number=1)
    assert version.is_published
    assert hashlib.sha256(version.canonical_text.encode()).hexdigest() == version.digest
    assert (version.plan.slug, Action.objects.filter(plan=version.plan).count()) == ("agrifood", 6)
    monitoring = Section.objects.get(plan=version.plan, heading="Monitoring")
    later = committed_texts(version.plan).texts[monitoring.id]
    assert later
    assert later not in version.canonical_text
    assert len(version.content["authors"]) == 4
    (published,) = published_plans()
    assert published.summary.startswith("Ten regions grow, mill, bottle")


def test_loading_it_again_changes_nothing(db: None) -> None:
    load()

    def loaded() -> list[object]:
        counts = [model.objects.count() for model in (Section, Action, Consultation, Endorsement)]
        return [*counts, *Version.objects.values_list("frozen_at", flat=True)]

    before = loaded()
    load()
    assert loaded() == before


def test_the_regions_are_being_asked_and_one_of_them_has_yet_to_read_what_changed(db: None) -> None:
    load()
    later, first = Consultation.objects.select_related("version")
    assert (first.state, later.state, later.takes_words) == ("superseded", "open", True)
    rows = region_rows(later)
    tally = tally_of(rows)
    assert (tally.endorsing, tally.reserving, tally.objecting, tally.regions) == (3, 1, 1, 10)
    assert [row.code for row in rows if row.earlier] == ["PL22"]


def test_the_plans_were_written_in_their_time_and_the_logs_and_streams_tell_it_in_that_order(db: None) -> None:
    load()
    yesterday = timezone.now() - timedelta(days=1)
    versions = Version.objects.order_by("number")
    asked = Consultation.objects.order_by("version__number")
    moments = [
        StrategicPlan.objects.get(working_group__slug="agrifood").started_at,
        *DocumentUpdate.objects.filter(document__key="agrifood", created_at__lt=versions[0].frozen_at)
        .order_by("number")
        .values_list("created_at", flat=True),
        versions[0].frozen_at,
        versions[0].published_at,
        asked[0].opened_at,
        *asked[0].endorsements.values_list("said_at", flat=True),
        DocumentUpdate.objects.filter(document__key="agrifood").latest("number").created_at,
        versions[1].frozen_at,
        asked[1].opened_at,
        *asked[1].endorsements.values_list("said_at", flat=True),
    ]
    assert len(moments) == 1 + 7 + 3 + 3 + 1 + 2 + 5
    assert moments == sorted(moments)
    assert max(moments) < yesterday
    assert not Action.objects.filter(changed_at__gte=versions[0].frozen_at).exists()
    told = StreamEvent.objects.filter(stream__name="plan:agrifood").order_by("number")
    assert list(told.values_list("created_at", flat=True)) == sorted(told.values_list("created_at", flat=True))
    spoken = Endorsement.objects.values_list("said_at", flat=True)
    heard = Notice.objects.filter(kind__startswith="plans.").values_list("created_at", flat=True)
    assert set(heard) == {asked[0].opened_at, asked[1].opened_at, *spoken}
    assert [*problems_of_streams(str), *problems_of_documents(str)] == []
