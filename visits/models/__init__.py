"""Study visits: their plan, their log, what was learned, and the story that the public reads."""

from visits.models.lengths import COMMENT_LENGTH, LINE_LENGTH, REASON_LENGTH, TEASER_LENGTH, TEXT_LENGTH
from visits.models.lesson import Lesson, LessonRevision
from visits.models.log import LogEntry, LogPhoto, WaitingPhoto
from visits.models.once import SentOnce
from visits.models.story import PublishedLesson, PublishedPhoto, PublishedStory, Story, StoryComment, StoryStep
from visits.models.visit import ProgrammeItem, StudyVisit, VisitParticipant

__all__ = [
    "COMMENT_LENGTH",
    "LINE_LENGTH",
    "REASON_LENGTH",
    "TEASER_LENGTH",
    "TEXT_LENGTH",
    "Lesson",
    "LessonRevision",
    "LogEntry",
    "LogPhoto",
    "ProgrammeItem",
    "PublishedLesson",
    "PublishedPhoto",
    "PublishedStory",
    "SentOnce",
    "Story",
    "StoryComment",
    "StoryStep",
    "StudyVisit",
    "VisitParticipant",
    "WaitingPhoto",
]
