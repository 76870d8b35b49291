"""What the demo's people have under way: offers and needs of their organisations, an invitation, a request to join."""

from datetime import timedelta

from django.utils import timezone

from groups.domain.invitations import invite_to_group
from groups.enums import OfferKind, Role
from groups.models import Invitation, JoinRequest, Offer, Organisation, Person, WorkingGroup

OFFER, NEED = OfferKind.OFFER, OfferKind.NEED

# slug of the organisation, who wrote it, kind, title, description, sectors, days ago
OFFERS = (
    (
        *("demo-aranykalasz", "partner", OFFER, "Two days at our shared drying hall"),
        "Nine farms share one hall and one timetable. We show how costs are divided and what we would change.",
        *(("agrifood", "energy-environment"), 40),
    ),
    (
        *("demo-aranykalasz", "partner", NEED, "A partner who labels food in several languages"),
        "Small lots, five languages, changing rules: we look for somebody who does this every day.",
        *(("agrifood", "ict"), 21),
    ),
    (
        *("demo-lomellina-rice", "rice", OFFER, "Rice husks for trials with building boards"),
        "About 200 kg a week from October on, dried and bagged, free for trials within the network.",
        *(("agrifood", "energy-environment"), 33),
    ),
    (
        *("demo-beskid-orchards", "orchards", NEED, "Cold storage for late apples, November to March"),
        "We lack some 80 pallet places, within two hours by lorry.",
        *(("agrifood",), 12),
    ),
    (
        *("demo-kranj-software-park", "software", OFFER, "Sensors for fields and stores, installed and explained"),
        "Moisture and temperature every ten minutes, read on a phone. We lend a set of six for one season.",
        *(("ict", "agrifood"), 26),
    ),
    (
        *("demo-julian-trails", "outsider", NEED, "Producers along the trails who receive guests"),
        "Walkers want to see where cheese and honey come from. We bring small groups, by appointment.",
        *(("tourism", "agrifood"), 9),
    ),
    (
        *("demo-sudeten-wind", "wind", OFFER, "A seat in our course for caretakers of small wind turbines"),
        "Three days each spring, with the climbing certificate.",
        *(("energy-environment",), 17),
    ),
)  # fmt: skip

ABOUT = {
    "demo-aranykalasz": "Mills, farms and bakeries around Székesfehérvár. Invented for this demonstration.",
    "demo-lomellina-rice": "A family mill that grows, husks and packs rice. Invented for this demonstration.",
}


def load_demo_life(people: dict[str, Person]) -> None:
    """Once: what was changed or taken back in the demo since stays so. ``people`` by the part before the @."""
    if Offer.objects.filter(written_by__in=people.values()).exists():
        return
    groups = {group.slug: group for group in WorkingGroup.objects.all()}
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    now = timezone.now()
    for slug, about in ABOUT.items():
        Organisation.objects.filter(slug=slug, about="").update(about=about)
    for slug, login, kind, title, description, sectors, days in OFFERS:
        offer = Offer.objects.create(
            organisation=organisations[slug],
            kind=kind,
            title=title,
            description=description,
            written_by=people[login],
            written_at=now - timedelta(days=days),
        )
        offer.sectors.set(groups[sector] for sector in sectors)
    JoinRequest.objects.create(
        working_group=groups["agrifood"],
        person=people["outsider"],
        reason="We lead walkers to farms and dairies, and would like to plan with those who receive them.",
        asked_at=now - timedelta(days=2),
    )
    (letter,) = invite_to_group(
        working_group=groups["agrifood"],
        addresses=["cascina@invited.example"],
        role=Role.PARTNER,
        organisation=organisations["demo-lomellina-rice"],
        message="We spoke of you at the last meeting: come and have a look.",
        language="it",
        by=people["coordinator"],
    )
    sent = now - timedelta(days=1)
    Invitation.objects.filter(pk=letter.invitation.pk).update(invited_at=sent, sent_at=sent)
