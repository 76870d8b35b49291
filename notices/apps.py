"""The application's name for Django, and who may read a person's stream: that person."""

from collections.abc import Sequence

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        from live.kinds import register_stream_kind
        from notices.events import STREAM_KIND

        register_stream_kind(STREAM_KIND, readers)


def readers(pairs: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    return {(person_id, key) for person_id, key in pairs if key == str(person_id)}
