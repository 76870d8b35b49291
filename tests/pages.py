"""Every page there is (the API's documentation, Swagger UI, is another's), with who looks at it in the demo.

The main ones are taken as pictures (`make screens`), all are walked by tests/workspace/test_accessibility.py. What
stands in braces in an address is filled in with what ``things_of`` finds or makes on a server.
"""

import json
from typing import NamedTuple

from tests.servers import Server


class Place(NamedTuple):
    name: str
    who: str  # the part of a demo address before the @; nobody: ""
    address: str
    status: int = 200


def seen_by(who: str, **addresses: str) -> tuple[Place, ...]:
    return tuple(Place(name.replace("_", "-"), who, address) for name, address in addresses.items())


GROUP, PLAN, MEMBERS = "/groups/agrifood/", "/groups/agrifood/plan/", "/groups/agrifood/members/"
VISIT, TOPIC, ORGANISATION = "/visits/{visit}/", "/topics/{topic}/", "/organisations/{organisation}/"
LOCK = "/accounts/2fa/"

MAIN = (
    *seen_by(
        "",
        home="/",
        group=GROUP,
        group_forming="/groups/life-sciences/",
        region="/regions/lombardia/",
        published_plan=PLAN + "published/",
        story=VISIT + "story/",
        sign_in="/accounts/login/",
        sign_up="/accounts/signup/",
        password_reset="/accounts/password/reset/",
        components="/design/",
    ),
    Place("not-here", "", "/nothing/", 404),
    *seen_by(
        "coordinator",
        overview=GROUP,
        forum=GROUP + "forum/",
        topic=TOPIC,
        plan=PLAN,
        plan_outline=PLAN + "outline/",
        plan_history=PLAN + "history/",
        plan_writers=PLAN + "writers/",
        actions=PLAN + "actions/",
        action=PLAN + "actions/1/",
        new_action=PLAN + "actions/new/",
        versions=PLAN + "versions/",
        version=PLAN + "versions/1/",
        agreement=PLAN + "consultation/",
        agreement_record=PLAN + "consultation/1/record/",
        visits=GROUP + "visits/",
        visit_new=GROUP + "visits/plan/",
        visit=VISIT,
        visit_log=VISIT + "log/",
        story_edit=VISIT + "story/edit/",
        story_review=VISIT + "story/review/",
        members=MEMBERS,
        invite=MEMBERS + "invite/",
        people="/people/",
        person="/people/{person}/",
        organisations="/organisations/",
        organisation=ORGANISATION,
        notices="/notices/",
        notices_mail="/notices/mail/",
        profile="/profile/",
        devices="/accounts/sessions/",
        second_lock=LOCK,
    ),
    *seen_by("agency", home_inside="/", agreement_region=PLAN + "consultation/"),
    *seen_by("outsider", join=GROUP + "join/"),
    Place("not-yours", "partner", MEMBERS + "invite/", 403),
    *seen_by("secretariat", person_secretariat="/people/{person}/"),
)

REST = (
    *seen_by(
        "",
        offline="/offline/",
        confirm_address="/accounts/confirm-email/",
        confirm_nothing="/accounts/confirm-email/x/",
        account_closed="/accounts/inactive/",
        reset_sent="/accounts/password/reset/done/",
        reset_link="/accounts/password/reset/key/1-set-password/",
        reset_done="/accounts/password/reset/key/done/",
        invitation="/invitations/{secret}/",
        unsubscribe="/notices/unsubscribe/{unsubscribe}/",
    ),
    *seen_by(
        "coordinator",
        other_group="/groups/tourism/",
        sign_out="/accounts/logout/",
        addresses="/accounts/email/",
        password="/accounts/password/change/",
        look_again="/accounts/reauthenticate/",
        codes=LOCK + "totp/activate/",
        passkeys=LOCK + "webauthn/",
        passkey_new=LOCK + "webauthn/add/",
        token_revoke="/profile/tokens/{token}/revoke/",
        notices_all="/notices/?show=all",
        member=MEMBERS + "{membership}/",
        member_new=MEMBERS + "new/",
        member_end=MEMBERS + "{membership}/end/",
        members_history=MEMBERS + "history/",
        request=MEMBERS + "requests/{request}/",
        topic_trace=TOPIC + "trace/",
        post_trace="/topics/{edited_topic}/posts/{edited}/trace/",
        post_delete=TOPIC + "posts/1/delete/",
        compare=PLAN + "history/compare?old=0&new=9",
        publish=PLAN + "versions/2/publish",
        agreement_new=PLAN + "consultation/new/",
        agreement_before=PLAN + "consultation/1/",
        visit_edit=VISIT + "edit/",
        entry_delete="/visits/entries/{entry}/delete/",
        lesson_new=VISIT + "lessons/new/",
        lesson_edit="/visits/lessons/{lesson}/edit/",
        lesson_history="/visits/lessons/{lesson}/history/",
        lesson_delete="/visits/lessons/{lesson}/delete/",
        story_publish="/visits/{reviewed_visit}/story/publish/",
    ),
    *seen_by(
        "partner",
        entry_edit="/visits/entries/{entry}/edit/",
        post_edit="/topics/{partner_topic}/posts/1/edit/",
        about=ORGANISATION + "about/",
        offer_new=ORGANISATION + "offers/new/",
        offer=ORGANISATION + "offers/{offer}/",
    ),
    *seen_by(
        "secretariat",
        home_secretariat="/",
        people_closed="/people/?closed=on",
        person_new="/people/new/",
        person_edit="/people/{person}/edit/",
        person_close="/people/{person}/close/",
        organisation_new="/organisations/new/",
        organisation_edit=ORGANISATION + "edit/",
    ),
)

PAGES = MAIN + REST

FIND = """
import json
from django.conf import settings
from forums.models import Post, Topic
from groups.domain.invitations import invite_to_group
from groups.domain.tokens import make_token
from groups.enums import Role
from groups.models import JoinRequest, Membership, Offer, Person, WorkingGroup
from notices.domain import token_for
from visits.models import Lesson, LogEntry, PublishedStory, Story

group = WorkingGroup.objects.get(slug="agrifood")
coordinator, partner = (Person.objects.get(email=f"{who}@demo.example") for who in ("coordinator", "partner"))
(letter,) = invite_to_group(
    working_group=group, addresses=["someone@invited.example"], role=Role.PARTNER, organisation=None, message="Come.",
    language=settings.LANGUAGES[0][0], by=coordinator,
)
edited = Post.objects.filter(topic__forum__working_group=group, revision__gt=0).first()
told = PublishedStory.objects.first()
print(json.dumps({
    "secret": letter.secret,
    "token": make_token(person=coordinator, name="Laptop")[0].pk,
    "unsubscribe": token_for(coordinator.pk),
    "membership": Membership.objects.get(person=partner, working_group=group).pk,
    "request": JoinRequest.objects.first().pk,
    "person": partner.pk,
    "organisation": partner.organisation.slug,
    "offer": Offer.objects.filter(organisation=partner.organisation).first().pk,
    "topic": Topic.objects.filter(forum__working_group=group).order_by("-pinned_at", "pk").first().pk,
    "partner_topic": Post.objects.filter(number=1, author=partner).first().topic_id,
    "edited_topic": edited.topic_id,
    "edited": edited.number,
    "visit": told.visit_id,
    "reviewed_visit": Story.objects.exclude(visit=told.visit_id).get().visit_id,
    "entry": LogEntry.objects.filter(visit=told.visit_id, author=partner).first().pk,
    "lesson": Lesson.objects.filter(visit=told.visit_id).first().pk,
}))
"""


def things_of(server: Server) -> dict[str, object]:
    """What the addresses name, on this server with the demo's content."""
    things: dict[str, object] = json.loads(server.shell(FIND))
    return things
