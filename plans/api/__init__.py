"""Plans over HTTP, for the pages' own scripts and for programs of the people's own. The text is written on /ws/docs."""

from ninja import Router

from plans.api import action_table, plans

router = Router()
router.add_router("", plans.router)
router.add_router("", action_table.router)
