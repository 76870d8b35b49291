"""The application's name for Django, and its part in the watch over open sockets."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        from live.hub import check_rights
        from sockets.watch import register_rights_check

        register_rights_check(check_rights)
