"""The application's name for Django; who may read its live streams and images; what its notices say."""

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    name = "forums"

    def ready(self) -> None:
        from files.kinds import register_file_kind
        from forums import notice_words
        from forums.domain import images, telling
        from forums.policies import (
            may_read_image,
            readers_of_forums,
            readers_of_marks,
            readers_of_posts,
            readers_of_topics,
            writers_of_topics,
        )
        from live.kinds import register_stream_kind
        from notices.kinds import register_notice_kind

        register_stream_kind("topic", readers_of_topics, writers=writers_of_topics)
        register_stream_kind("forum", readers_of_forums)
        register_stream_kind("marks", readers_of_marks)
        register_file_kind(images.FILE_KIND, may_read_image)
        register_notice_kind(
            telling.MENTION, words=notice_words.mention, readers=readers_of_posts, sort=notice_words.MENTIONS
        )
        register_notice_kind(
            telling.REGION_MENTION,
            words=notice_words.region_mention,
            readers=readers_of_posts,
            sort=notice_words.MENTIONS,
        )
        register_notice_kind(
            telling.REPLY, words=notice_words.reply, readers=readers_of_posts, sort=notice_words.ANSWERS
        )
