"""The table of actions as pages and the API show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from groups.models import Region
from groups.standing import Standing
from plans.models import Action, StrategicPlan


def action_for(standing: Standing, slug: str, number: int) -> Action:
    """An action of that plan, taken out or not; raises Action.DoesNotExist."""
    actions = Action.objects.visible_to(standing).select_related("plan__working_group", "lead__region", "changed_by")
    return actions.get(plan__working_group__slug=slug, number=number)


def actions_of(plan: StrategicPlan) -> QuerySet[Action]:
    """The plan's present actions in order, with their organisations and regions: two queries when read."""
    actions = Action.objects.present().filter(plan=plan).select_related("plan__working_group", "lead__region")
    return actions.prefetch_related("partners__region")


def removed_actions_of(plan: StrategicPlan) -> QuerySet[Action]:
    """The actions that were taken out, the last one first."""
    removed = Action.objects.filter(plan=plan, removed_at__isnull=False).order_by("-removed_at")
    return removed.select_related("plan__working_group", "changed_by")


def total_budget(actions: Iterable[Action]) -> Decimal:
    """The sum of the budgets that are known, in EUR."""
    return sum((action.budget for action in actions if action.budget is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class RegionBudget:
    """The actions led from one region (None: of no region, or nobody's yet) and their known budgets, in EUR."""

    region: Region | None
    actions: int
    budget: Decimal


def budgets_by_region(actions: Iterable[Action]) -> list[RegionBudget]:
    """The actions by the region of their lead, north to south, those of no region last."""
    by_region: dict[Region | None, list[Action]] = {}
    for action in actions:
        by_region.setdefault(action.lead.region if action.lead else None, []).append(action)
    known = sorted((region for region in by_region if region), key=lambda region: (region.position, region.code))
    order: list[Region | None] = [*known, *([None] if None in by_region else [])]
    return [RegionBudget(region, len(by_region[region]), total_budget(by_region[region])) for region in order]
