"""What the projects of the forums that bench/pages.py compares share: making the topic, and a reader signed in."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

Posts = list[dict[str, str]]


def session_of(user) -> str:
    """A cookie with which this person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def people_of(posts: Posts) -> dict:
    from django.contrib.auth import get_user_model

    names = {post["author"] for post in posts} | {"reader"}
    return {name: get_user_model().objects.create_user(name, f"{name}@bench.example") for name in names}


def begin(make_topic: Callable[[Posts, dict], str]) -> None:
    """Makes the database and, of the posts in the file that the command names, the topic; prints path and cookie."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    posts = json.loads(Path(sys.argv[1]).read_text())
    people = people_of(posts)
    print(json.dumps({"path": make_topic(posts, people), "cookie": session_of(people["reader"])}))
