"""Registers the kind "scratch": its documents have the texts "a" to "e" and "locked"; the demo's Agrifood members write
all but the last, its observers read, and nobody else does anything. A person named in ``DATA_DIR/barred`` does nothing
either."""

import string
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings


class ScratchConfig(AppConfig):
    name = "tests.collab.scratch"
    label = "scratch"

    def ready(self) -> None:
        from collab.kinds import Rights, register_document_kind
        from groups.models import Membership, Person

        def rights(pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Rights]:
            ids = {person_id for person_id, _key in pairs}
            names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
            current = Membership.objects.current().filter(person__in=ids, working_group__slug="agrifood")
            roles = dict(current.values_list("person_id", "role"))
            barred = (
                (settings.DATA_DIR / "barred").read_text().split() if (settings.DATA_DIR / "barred").exists() else []
            )
            keys = frozenset(string.ascii_lowercase[:5])
            return {
                (person_id, key): Rights(
                    may_read=True,
                    keys=keys | {"locked"},
                    writable=keys if roles[person_id] != "observer" else frozenset(),
                    user={"id": str(person_id), "name": names[person_id]},
                )
                for person_id, key in pairs
                if person_id in roles and str(person_id) not in barred
            }

        register_document_kind("scratch", rights)
