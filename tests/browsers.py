"""Which browser the tests and the pictures use, and how it is started."""

import os
import shutil

# For what a page promises to say or show at once; all else is waited for longer, since a machine that runs all tests is
# busy.
AT_ONCE_MS = 5_000
PATIENCE_MS = 30_000
# Debian builds both from one source. The one without windows takes a third of the processor time per page: the other
# also starts, for every page, the pages of which its own window is made.
PROGRAMS = ("chromium-headless-shell", "chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The path of the browser: CHROMIUM where it is set, else the first of Debian's that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
