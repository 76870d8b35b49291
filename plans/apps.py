"""Tells the leaves what a plan is: a document written together, a stream of events about its outline, notices."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "plans"

    def ready(self) -> None:
        from collab.kinds import register_document_kind
        from files.kinds import register_file_kind
        from live.kinds import register_stream_kind
        from notices.kinds import register_notice_kind
        from plans import enums
        from plans.domain import telling
        from plans.enums import DOCUMENT_KIND, FILE_KIND, STREAM_KIND
        from plans.policies import (
            assignment_readers,
            consultation_readers,
            document_rights,
            may_read_image,
            stream_readers,
            word_readers,
        )

        register_document_kind(DOCUMENT_KIND, document_rights)
        register_file_kind(FILE_KIND, may_read_image)
        register_stream_kind(STREAM_KIND, stream_readers)
        register_notice_kind(
            enums.CONSULTATION_NOTICE,
            words=telling.consultation_words,
            readers=consultation_readers,
            sort=telling.CONSULTATIONS,
        )
        register_notice_kind(
            enums.DEADLINE_NOTICE,
            words=telling.deadline_words,
            readers=consultation_readers,
            sort=telling.CONSULTATIONS,
        )
        register_notice_kind(enums.WORD_NOTICE, words=telling.word_words, readers=word_readers, sort=telling.WORDS)
        register_notice_kind(
            enums.ASSIGNMENT_NOTICE,
            words=telling.assignment_words,
            readers=assignment_readers,
            sort=telling.SECTIONS,
        )
