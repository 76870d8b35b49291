"""The project's settings as they are, and the tests' own room."""

from workspace.settings import *  # noqa: F403
from workspace.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.live.desk.apps.DeskConfig"]
ROOT_URLCONF = "tests.live.desk.urls"
