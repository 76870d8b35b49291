"""Frozen versions, and what the regions say of them, as people take them away or read them."""

from plans.exporters.differences import PlanDifference, differences_between
from plans.exporters.versions import Reading, canonical_file, reading_of

__all__ = ("PlanDifference", "Reading", "canonical_file", "differences_between", "reading_of")
