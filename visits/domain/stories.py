"""The story of a visit: drafted by who leads the group, published for everybody, withdrawn again."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Organisation, Person, Region
from groups.standing import standing_of
from live.domain import publish
from visits import events
from visits.domain.review import about_the_story, noted, tell
from visits.domain.visit_lock import held
from visits.domain.wording import Faults, rendered, unchanged_since
from visits.enums import Heading, Step, StoryState
from visits.models import (
    LINE_LENGTH,
    TEASER_LENGTH,
    TEXT_LENGTH,
    LogPhoto,
    PublishedLesson,
    PublishedPhoto,
    PublishedStory,
    Story,
    StudyVisit,
)
from visits.policies import may_moderate, may_plan
from visits.story_text import TextPart, parts_of, photo_ids_in


@dataclass(frozen=True, kw_only=True)
class StoryText:
    """A story's words. ``source`` is Markdown; a line ``[photo 12]`` places that photo of the visit's log."""

    title: str
    teaser: str
    source: str


@transaction.atomic
def write_story(*, visit: StudyVisit, by: Person, text: StoryText, expected_revision: int | None = None) -> Story:
    """Saves the draft, which the group reads and the public does not.

    Raises PermissionDenied for all but the group's coordinator and deputies, ValidationError (by field of StoryText;
    without one where ``expected_revision`` is given and somebody saved since; 0 is "not begun").
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("The story is written by the group's coordinator and deputies."))
    story = Story.objects.filter(visit=visit).first() or Story(visit=visit)
    unchanged_since(story.revision, expected_revision)
    checked = _checked(text)
    _photos_placed(visit, checked.source)
    texts = [part.source for part in parts_of(checked.source) if isinstance(part, TextPart)]
    rendered(*texts, heading=Heading.STORY)
    story.title, story.teaser, story.source = checked.title, checked.teaser, checked.source
    story.revision += 1
    story.edited_by, story.edited_at = by, timezone.now()
    story.save()
    publish(events.story_changed(visit.pk))
    return story


@transaction.atomic
def publish_story(*, visit: StudyVisit, by: Person) -> PublishedStory:
    """Shows the draft to everybody as it stands now, with the photos it places and the lessons marked as public.

    What is edited later shows only when it is published again. Raises PermissionDenied for all but the group's
    coordinator and deputies, ValidationError where there is no draft, the visit has not begun, or a photo that the
    draft places is gone or has no description.
    """
    visit = held(visit)
    if not may_plan(standing_of(by), visit.working_group_id):
        raise PermissionDenied(_("The story is published by the group's coordinator and deputies."))
    story = Story.objects.filter(visit=visit).first()
    if story is None:
        raise ValidationError(_("There is no story yet. Write it first."))
    if visit.today < visit.starts_on:
        raise ValidationError(_("The visit has not begun yet. Its story can be published once it has."))
    photos = _photos_placed(visit, story.source)
    undescribed = [photo.pk for photo in photos if not photo.description]
    if undescribed:
        message = ngettext(
            "This photo needs a description for those who cannot see it: %(photos)s.",
            "These photos need a description for those who cannot see them: %(photos)s.",
            len(undescribed),
        )
        raise ValidationError(message % {"photos": ", ".join(f"[photo {pk}]" for pk in undescribed)})
    published = PublishedStory.objects.create(
        visit=visit,
        title=story.title,
        teaser=story.teaser,
        source=story.source,
        visit_title=visit.title,
        host_region=visit.host_region,
        host_organisation=visit.host_organisation,
        place=visit.place,
        starts_on=visit.starts_on,
        ends_on=visit.ends_on,
        published_by=by,
    )
    published.regions.set(Region.objects.filter(organisations__people__attended_visits__visit=visit).distinct())
    published.organisations.set(Organisation.objects.filter(people__attended_visits__visit=visit).distinct())
    PublishedPhoto.objects.bulk_create(
        PublishedPhoto(story=published, photo=photo, description=photo.description) for photo in photos
    )
    PublishedLesson.objects.bulk_create(
        PublishedLesson(
            story=published,
            title=lesson.title,
            observed_practice=lesson.observed_practice,
            text=lesson.text,
            transferability=lesson.transferability,
            transfer=lesson.transfer,
            figures_source=lesson.figures_source,
            evidence=lesson.evidence,
        )
        for lesson in visit.lessons.filter(deleted_at=None, is_public=True)
    )
    visit.published_story = published
    visit.save(update_fields=["published_story"])
    story.state = StoryState.DRAFT
    story.save(update_fields=["state"])
    step = noted(story, Step.PUBLISHED, by)
    tell(step, "visits.story_published", by, about_the_story(story))
    publish(events.story_changed(visit.pk))
    return published


@transaction.atomic
def withdraw_story(*, visit: StudyVisit, by: Person) -> None:
    """Takes the story and its photos away from the public; the draft stays. Withdrawing twice is withdrawing once.

    Raises PermissionDenied for all but the group's coordinator and deputies and the secretariat.
    """
    visit = held(visit)
    if not may_moderate(standing_of(by), visit):
        raise PermissionDenied(_("The story is withdrawn by those who moderate the group."))
    if visit.published_story_id is None:
        return
    PublishedStory.objects.filter(pk=visit.published_story_id).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    visit.published_story = None
    visit.save(update_fields=["published_story"])
    noted(Story.objects.get(visit=visit), Step.WITHDRAWN, by)
    publish(events.story_changed(visit.pk))


def _checked(text: StoryText) -> StoryText:
    faults = Faults()
    title = faults.line(text.title, field="title", max_length=LINE_LENGTH)
    teaser = faults.line(text.teaser, field="teaser", max_length=TEASER_LENGTH)
    source = faults.text(text.source, field="source", max_length=TEXT_LENGTH, required=True)
    faults.refuse()
    return StoryText(title=title, teaser=teaser, source=source)


def _photos_placed(visit: StudyVisit, source: str) -> list[LogPhoto]:
    """The photos that the text places, in their order; ValidationError (``source``) for one that the log has not."""
    wanted = photo_ids_in(source)
    found = LogPhoto.objects.filter(entry__visit=visit, entry__deleted_at=None).in_bulk(list(wanted))
    missing = [pk for pk in wanted if pk not in found]
    if missing:
        message = ngettext(
            "The log has no such photo: %(photos)s.", "The log has no such photos: %(photos)s.", len(missing)
        )
        raise ValidationError({"source": message % {"photos": ", ".join(f"[photo {pk}]" for pk in missing)}})
    return [found[pk] for pk in wanted]
