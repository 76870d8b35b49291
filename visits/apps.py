"""The application's name for Django, and who may read its streams and files."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self) -> None:
        from files.kinds import register_file_kind
        from live.kinds import register_stream_kind
        from visits.domain.photos import FILE_KIND
        from visits.events import STREAM_KIND
        from visits.notice_kinds import register_story_notices
        from visits.queries.access import may_read_photo, stream_readers

        register_story_notices()
        register_stream_kind(STREAM_KIND, stream_readers)
        register_file_kind(FILE_KIND, may_read_photo)
