"""Who may do what with a study visit. Whoever may not read a group's visits does not get to see them at all."""

from groups.standing import Standing
from visits.models import Lesson, LogEntry, StoryComment, StudyVisit


def may_plan(standing: Standing, working_group_id: int) -> bool:
    """Visits are planned, edited, staffed and published by the group's coordinator and deputies."""
    return standing.may_lead(working_group_id)


def may_moderate(standing: Standing, visit: StudyVisit) -> bool:
    """Whether they may delete what others wrote, leaving a trace, and withdraw a story."""
    return standing.may_lead(visit.working_group_id) or standing.is_secretariat


def may_join(standing: Standing, visit: StudyVisit) -> bool:
    """Whether they may say themselves that they take part; observers are put on the list by who plans the visit."""
    return standing.may_write_in(visit.working_group_id)


def may_log(standing: Standing, visit: StudyVisit, *, attends: bool) -> bool:
    """Who attends and may write in the group logs what they see; a coordinator who stays at home does not."""
    return attends and standing.may_write_in(visit.working_group_id)


def may_edit_entry(standing: Standing, visit: StudyVisit, entry: LogEntry) -> bool:
    """A log is a witness's: its words are changed by its author alone, while they may write in the group."""
    is_author = standing.person_id is not None and entry.author_id == standing.person_id
    return is_author and not entry.is_deleted and standing.may_write_in(visit.working_group_id)


def may_delete_entry(standing: Standing, visit: StudyVisit, entry: LogEntry) -> bool:
    if entry.is_deleted:
        return False
    return may_edit_entry(standing, visit, entry) or may_moderate(standing, visit)


def may_write_lesson(standing: Standing, visit: StudyVisit, *, attends: bool) -> bool:
    """Who attends, and who leads the group, writes down what was learned."""
    return may_log(standing, visit, attends=attends) or standing.may_lead(visit.working_group_id)


def may_edit_lesson(standing: Standing, visit: StudyVisit, lesson: Lesson) -> bool:
    is_author = standing.person_id is not None and lesson.author_id == standing.person_id
    if lesson.deleted_at is not None:
        return False
    return standing.may_lead(visit.working_group_id) or (is_author and standing.may_write_in(visit.working_group_id))


def may_delete_lesson(standing: Standing, visit: StudyVisit, lesson: Lesson) -> bool:
    if lesson.deleted_at is not None:
        return False
    return may_edit_lesson(standing, visit, lesson) or may_moderate(standing, visit)


def may_open(standing: Standing, visit: StudyVisit) -> bool:
    """Whether they may open the visit's log to all who are signed in, and close it again."""
    return standing.may_lead(visit.working_group_id)


def may_review(standing: Standing, visit: StudyVisit) -> bool:
    """Drafts are the group's to read, also where the log was opened to the network."""
    return standing.may_read_group(visit.working_group_id)


def may_comment(standing: Standing, visit: StudyVisit) -> bool:
    """Members comment on a story in review; observers read what is said."""
    return standing.may_write_in(visit.working_group_id)


def may_resolve(standing: Standing, visit: StudyVisit, comment: StoryComment) -> bool:
    """Who leads the group says that a comment is dealt with, and so does who made it."""
    is_author = standing.person_id is not None and comment.author_id == standing.person_id
    return standing.may_lead(visit.working_group_id) or (is_author and standing.may_write_in(visit.working_group_id))
