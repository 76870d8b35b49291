"""The study visits over HTTP, for the pages' own scripts and for programs of the people's own."""

from ninja import Router

from visits.api import log, visits

router = Router(tags=["visits"])
router.add_router("", visits.router)
router.add_router("", log.router)
