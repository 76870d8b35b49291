"""A room of the tests' own: streams ``desk:<group slug>`` for those who may read the group, ``desk:open`` for all."""

from collections.abc import Sequence

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tests.live.desk"
    label = "desk"

    def ready(self) -> None:
        from live.kinds import register_stream_kind
        from notices.kinds import register_notice_kind

        register_stream_kind("desk", readers, writers=writers)
        register_notice_kind("desk", words=lambda told: f"{told.actor} left {told.facts['what']}", readers=readers)


def readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    from groups.models import WorkingGroup
    from groups.standing import standings_of

    standings = standings_of({person_id for person_id, _ in pairs})
    groups = dict(WorkingGroup.objects.filter(slug__in={key for _, key in pairs}).values_list("slug", "pk"))
    return {
        (person_id, key)
        for person_id, key in pairs
        if person_id in standings
        and (key.startswith("open") or (key in groups and standings[person_id].may_read_group(groups[key])))
    }


def writers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Who may write in Agrifood."""
    from groups.models import WorkingGroup
    from groups.standing import standings_of

    standings = standings_of({person_id for person_id, _ in pairs})
    agrifood = WorkingGroup.objects.get(slug="agrifood").pk
    return {pair for pair in pairs if pair[0] in standings and standings[pair[0]].may_write_in(agrifood)}
