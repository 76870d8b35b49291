"""The application's name for Django, its doorkeeper for the sockets, and what it gives people to take along."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import exporters
        from groups.doorkeeper import PeopleDoorkeeper
        from groups.kinds import register_personal_data
        from groups.notice_kinds import register_notices
        from sockets.visitors import register_doorkeeper

        register_doorkeeper(PeopleDoorkeeper())
        for name, rows_of in {
            "memberships": exporters.memberships_rows,
            "offices": exporters.offices_rows,
            "mandates": exporters.mandates_rows,
            "join_requests": exporters.requests_rows,
            "offers": exporters.offers_rows,
            "access_tokens": exporters.tokens_rows,
            "sessions": exporters.sessions_rows,
        }.items():
            register_personal_data(name, rows_of)
        register_notices()
