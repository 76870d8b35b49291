"""The application's name for Django."""

from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"

    def ready(self) -> None:
        from collab.registry import check_rights
        from sockets.watch import register_rights_check

        register_rights_check(check_rights)
