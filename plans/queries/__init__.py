"""What pages and the API show of plans, shaped for them, one module per concern."""

from plans.queries.action_table import (
    RegionBudget,
    action_for,
    actions_of,
    budgets_by_region,
    removed_actions_of,
    total_budget,
)
from plans.queries.history import comparison_of, history_of, written_plan
from plans.queries.plans import (
    PlanState,
    PublishedPlan,
    assignable_to,
    authors_of,
    committed_texts,
    plan_for,
    plan_state,
    published_plans,
    published_version,
    removed_sections_of,
    section_for,
    sections_of,
    version_for,
    versions_of,
)

__all__ = (
    "PlanState",
    "PublishedPlan",
    "RegionBudget",
    "action_for",
    "actions_of",
    "assignable_to",
    "authors_of",
    "budgets_by_region",
    "committed_texts",
    "comparison_of",
    "history_of",
    "plan_for",
    "plan_state",
    "published_plans",
    "published_version",
    "removed_actions_of",
    "removed_sections_of",
    "section_for",
    "sections_of",
    "total_budget",
    "version_for",
    "versions_of",
    "written_plan",
)
