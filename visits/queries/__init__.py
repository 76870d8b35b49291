"""What is read of the study visits. Other rooms need no more than these."""

from visits.queries.stories import PublishedVisit, published_visits
from visits.queries.visits import VisitRow, upcoming_visits, visit_for

__all__ = ["PublishedVisit", "VisitRow", "published_visits", "upcoming_visits", "visit_for"]
