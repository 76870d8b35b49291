"""Stories: what the public reads, and what the group drafts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from groups.models import Organisation, Region, WorkingGroup
from visits.enums import Heading
from visits.models import LogPhoto, PublishedLesson, PublishedPhoto, PublishedStory
from visits.queries.log import html_of
from visits.queries.visits import RegionTile, tiles_of
from visits.story_text import PhotoPart, TextPart, parts_of, photo_ids_in


@dataclass(frozen=True, slots=True)
class PublishedVisit:
    """A published visit on a card: ``id`` is the visit's, ``lead_photo`` the story's first that is still there."""

    id: int
    title: str
    teaser: str
    host_region: Region
    place: str
    starts_on: date
    ends_on: date
    working_group: WorkingGroup
    lead_photo: PublishedPhoto | None


def published_visits(
    limit: int | None = None, *, working_group: WorkingGroup | None = None, region: Region | None = None
) -> list[PublishedVisit]:
    """What the public reads, the last visit first, in two queries; of one group or of one host region if given."""
    stories = PublishedStory.objects.current().select_related("host_region", "visit__working_group")
    if working_group is not None:
        stories = stories.filter(visit__working_group=working_group)
    if region is not None:
        stories = stories.filter(host_region=region)
    chosen = list(stories.order_by("-starts_on", "-pk")[:limit])
    leads: dict[int, PublishedPhoto] = {}
    shown = PublishedPhoto.objects.filter(story__in=chosen, photo__entry__deleted_at=None)
    for photo in shown.select_related("photo__file").order_by("-pk"):
        leads[photo.story_id] = photo
    return [
        PublishedVisit(
            id=story.visit_id,
            title=story.title,
            teaser=story.teaser,
            host_region=story.host_region,
            place=story.place,
            starts_on=story.starts_on,
            ends_on=story.ends_on,
            working_group=story.visit.working_group,
            lead_photo=leads.get(story.pk),
        )
        for story in chosen
    ]


@dataclass(frozen=True, slots=True)
class StoryPart:
    """A stretch of the story: either HTML, or a photo with its description."""

    html: str
    photo: LogPhoto | None
    description: str


def story_parts(source: str, photos: Mapping[int, tuple[LogPhoto, str]]) -> list[StoryPart]:
    """The story's parts in their order; a photo that is not among ``photos`` (id: photo, description) is left out."""
    parts = parts_of(source)
    html = html_of((part.source for part in parts if isinstance(part, TextPart)), Heading.STORY)
    shown = []
    for part in parts:
        if isinstance(part, PhotoPart):
            if part.photo_id in photos:
                photo, description = photos[part.photo_id]
                shown.append(StoryPart("", photo, description))
        else:
            shown.append(StoryPart(html[part.source], None, ""))
    return shown


@dataclass(frozen=True, slots=True)
class PublishedLessonView:
    """A lesson of a published story."""

    lesson: PublishedLesson
    title: str
    observed_practice: str
    text: str
    transferability: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A published story as the public reads it: ``lead`` is its first photo, shown before the text, if it has one."""

    story: PublishedStory
    lead: StoryPart | None
    parts: list[StoryPart]
    lessons: list[PublishedLessonView]
    regions: list[Region]
    organisations: list[Organisation]
    tiles: list[RegionTile]

    @property
    def guests(self) -> list[Region]:
        """The regions that took part, but for the host's."""
        return [region for region in self.regions if region != self.story.host_region]


def published_story_of(visit_id: int) -> PublishedStory:
    """The visit's story that is published now; raises PublishedStory.DoesNotExist."""
    related = ("host_region", "host_organisation", "visit__working_group__network")
    return PublishedStory.objects.current().select_related(*related).get(visit__pk=visit_id)


def story_page(story: PublishedStory) -> StoryPage:
    """All that the story's page shows, in a number of queries that does not depend on the story."""
    photos = {
        published.photo_id: (published.photo, published.description)
        for published in story.photos.filter(photo__entry__deleted_at=None).select_related("photo__file")
    }
    regions = list(story.regions.all())
    parts = story_parts(story.source, photos)
    lead = next((part for part in parts if part.photo is not None), None)
    return StoryPage(
        story=story,
        lead=lead,
        parts=[part for part in parts if part is not lead],
        lessons=_lessons_of(story),
        regions=regions,
        organisations=list(story.organisations.select_related("region").order_by("region__position", "name")),
        tiles=tiles_of(host=story.host_region, taking_part=(region.pk for region in regions)),
    )


def missing_photos(source: str, photos: Iterable[LogPhoto]) -> list[int]:
    """The ids of photos that a draft places and the log has not."""
    there = {photo.pk for photo in photos}
    return [pk for pk in photo_ids_in(source) if pk not in there]


def draft_parts(source: str, photos: Iterable[LogPhoto]) -> list[StoryPart]:
    """A draft's parts, with the photos of the visit's log."""
    return story_parts(source, {photo.pk: (photo, photo.description) for photo in photos})


def _lessons_of(story: PublishedStory) -> list[PublishedLessonView]:
    lessons = list(story.lessons.all())
    html = html_of(
        (text for lesson in lessons for text in (lesson.observed_practice, lesson.text, lesson.transferability)),
        Heading.LOG,
    )
    return [
        PublishedLessonView(
            lesson=lesson,
            title=lesson.title,
            observed_practice=html[lesson.observed_practice],
            text=html[lesson.text],
            transferability=html[lesson.transferability],
        )
        for lesson in lessons
    ]
