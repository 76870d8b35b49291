"""The forum over HTTP, for the pages' own scripts and for programs of the people's own."""

from ninja import Router

from forums.api import composing, posts, topics

router = Router(tags=["forum"])
for part in (topics, posts, composing):
    router.add_router("", part.router)
