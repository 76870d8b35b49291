"""The project's settings with the one language that tests.screens invents: English texts, stretched."""

import os

from workspace.settings import *  # noqa: F403 - the settings that are looked at

LANGUAGES = [("lb", "Longish")]
LANGUAGE_CODE = "lb"
LOCALE_PATHS = [os.environ["LONG_LOCALES"]]
