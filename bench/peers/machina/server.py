"""django-machina in a project of one file, with the settings of its own "Getting started".

    python server.py posts.json      makes the database in DATA_DIR and a topic of these posts; prints where and who
    daphne --port 8001 server:application

As for spirit: caches in memory, sessions read from the cache. 20 posts a page, as the others have.
"""

import os
from pathlib import Path

import machina
from django.conf import settings

FOLDER = Path(os.environ["DATA_DIR"])
MEMORY = "django.core.cache.backends.locmem.LocMemCache"
# As Django's documentation advises where several write; spirit writes on each page that it shows.
SQLITE = {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
}

settings.configure(
    ALLOWED_HOSTS=["*"],
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
    CACHES={
        "default": {"BACKEND": MEMORY},
        "machina_attachments": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": FOLDER / "attachments",
        },
    },
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": SQLITE,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "mptt",
        "haystack",
        "widget_tweaks",
        "machina",
        "machina.apps.forum",
        "machina.apps.forum_conversation",
        "machina.apps.forum_conversation.forum_attachments",
        "machina.apps.forum_conversation.forum_polls",
        "machina.apps.forum_feeds",
        "machina.apps.forum_moderation",
        "machina.apps.forum_search",
        "machina.apps.forum_tracking",
        "machina.apps.forum_member",
        "machina.apps.forum_permission",
    ],
    LANGUAGE_CODE="en",
    MACHINA_TOPIC_POSTS_NUMBER_PER_PAGE=20,
    MEDIA_ROOT=FOLDER / "media",
    MEDIA_URL="/media/",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "machina.apps.forum_permission.middleware.ForumPermissionMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="a peer in a benchmark",
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    STATICFILES_DIRS=[machina.MACHINA_MAIN_STATIC_DIR],
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [machina.MACHINA_MAIN_TEMPLATE_DIR],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.contrib.auth.context_processors.auth",
                    "django.template.context_processors.i18n",
                    "django.template.context_processors.media",
                    "django.template.context_processors.static",
                    "django.template.context_processors.tz",
                    "django.template.context_processors.request",
                    "django.contrib.messages.context_processors.messages",
                    "machina.core.context_processors.metadata",
                ]
            },
        }
    ],
    TIME_ZONE="UTC",
    USE_TZ=True,
)

from django.core.asgi import get_asgi_application  # noqa: E402 - needs the settings
from django.urls import include, path  # noqa: E402 - needs the settings
from forum_pages import begin  # noqa: E402 - needs the settings

application = get_asgi_application()
urlpatterns = [path("", include("machina.urls"))]


def make_topic(posts, people):
    from django.utils.text import slugify
    from machina.apps.forum_permission.shortcuts import assign_perm
    from machina.core.db.models import get_model

    forum_model, topic_model = get_model("forum", "Forum"), get_model("forum_conversation", "Topic")
    forum = forum_model.objects.create(name="Agrifood", type=forum_model.FORUM_POST)
    for verb in ("can_see_forum", "can_read_forum", "can_reply_to_topics", "can_edit_own_posts"):
        assign_perm(verb, people["reader"], forum)
    topic = topic_model.objects.create(
        forum=forum,
        poster=people[posts[0]["author"]],
        subject="Cold chains",
        slug=slugify("Cold chains"),
        type=topic_model.TOPIC_POST,
        status=topic_model.TOPIC_UNLOCKED,
    )
    for post in posts:
        topic.posts.create(poster=people[post["author"]], subject="Cold chains", content=post["source"])
    return f"/forum/{forum.slug}-{forum.pk}/topic/{topic.slug}-{topic.pk}/"


if __name__ == "__main__":
    begin(make_topic)
