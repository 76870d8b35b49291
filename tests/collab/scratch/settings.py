"""The project's settings with the scratch kind of documents."""

from workspace.settings import *  # noqa: F403
from workspace.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.collab.scratch.apps.ScratchConfig"]
