"""django-spirit in a project of one file, with the settings of its own project template.

    python server.py posts.json      makes the database in DATA_DIR and a topic of these posts; prints where and who
    daphne --port 8001 server:application

Where the template offers several, what is fastest in one process: caches in memory, sessions read from the cache.
"""

import os
from pathlib import Path

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
    AUTHENTICATION_BACKENDS=[
        "spirit.user.auth.backends.UsernameAuthBackend",
        "spirit.user.auth.backends.EmailAuthBackend",
    ],
    CACHES={
        "default": {"BACKEND": MEMORY, "LOCATION": "spirit"},
        "st_rate_limit": {"BACKEND": MEMORY, "LOCATION": "limits", "TIMEOUT": None},
    },
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": SQLITE,
        }
    },
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.humanize",
        "spirit.core",
        "spirit.admin",
        "spirit.search",
        "spirit.user",
        "spirit.user.admin",
        "spirit.user.auth",
        "spirit.category",
        "spirit.category.admin",
        "spirit.topic",
        "spirit.topic.admin",
        "spirit.topic.favorite",
        "spirit.topic.moderate",
        "spirit.topic.notification",
        "spirit.topic.private",
        "spirit.topic.unread",
        "spirit.comment",
        "spirit.comment.bookmark",
        "spirit.comment.flag",
        "spirit.comment.flag.admin",
        "spirit.comment.history",
        "spirit.comment.like",
        "spirit.comment.poll",
        "djconfig",
        "haystack",
    ],
    LANGUAGE_CODE="en",
    LOGIN_URL="spirit:user:auth:login",
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
        "spirit.user.middleware.TimezoneMiddleware",
        "spirit.user.middleware.LastIPMiddleware",
        "spirit.user.middleware.LastSeenMiddleware",
        "spirit.user.middleware.ActiveUserMiddleware",
        "spirit.core.middleware.PrivateForumMiddleware",
        "djconfig.middleware.DjConfigMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="a peer in a benchmark",
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    STATIC_URL="/static/",
    STORAGES={
        "default": {"BACKEND": "spirit.core.storage.OverwriteFileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    ST_SITE_URL="http://localhost/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.contrib.auth.context_processors.auth",
                    "django.template.context_processors.debug",
                    "django.template.context_processors.i18n",
                    "django.template.context_processors.media",
                    "django.template.context_processors.static",
                    "django.template.context_processors.tz",
                    "django.template.context_processors.request",
                    "django.contrib.messages.context_processors.messages",
                    "djconfig.context_processors.config",
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
urlpatterns = [path("", include("spirit.urls"))]


def make_topic(posts, people):
    from spirit.category.models import Category
    from spirit.comment.models import Comment
    from spirit.core.utils.markdown import Markdown
    from spirit.topic.models import Topic

    category = Category.objects.create(title="Agrifood")
    topic = Topic.objects.create(title="Cold chains", category=category, user=people[posts[0]["author"]])
    for post in posts:
        html = Markdown().render(post["source"])
        Comment.objects.create(user=people[post["author"]], topic=topic, comment=post["source"], comment_html=html)
    Topic.objects.filter(pk=topic.pk).update(comment_count=len(posts))
    return topic.get_absolute_url()


if __name__ == "__main__":
    begin(make_topic)
