"""What people type about a plan, turned into the domain's terms, one module per concern."""

from plans.forms.action_table import ActionChangeForm, ActionForm, changes_in, seen_of
from plans.forms.plans import NewSectionForm, SectionForm, VersionForm

__all__ = (
    "ActionChangeForm",
    "ActionForm",
    "NewSectionForm",
    "SectionForm",
    "VersionForm",
    "changes_in",
    "seen_of",
)
