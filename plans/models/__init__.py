"""What a working group writes together, the versions that are frozen of it, and what the regions say to these."""

from plans.models.action_table import Action
from plans.models.consultations import (
    NOTE_LENGTH,
    WORD_LENGTH,
    Consultation,
    ConsultationQuerySet,
    ConsultationStep,
    Endorsement,
)
from plans.models.plan import PartQuerySet, RemovablePartQuerySet, StrategicPlan
from plans.models.sections import Section, new_section_id
from plans.models.versions import Version, VersionQuerySet

__all__ = (
    "NOTE_LENGTH",
    "WORD_LENGTH",
    "Action",
    "Consultation",
    "ConsultationQuerySet",
    "ConsultationStep",
    "Endorsement",
    "PartQuerySet",
    "RemovablePartQuerySet",
    "Section",
    "StrategicPlan",
    "Version",
    "VersionQuerySet",
    "new_section_id",
)
