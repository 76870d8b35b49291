"""Makes the virtual environment and starts something in it: what `make` calls with whatever Python there is.

    python3 workspace/bootstrap.py run          install what running needs, then start the workspace
    python3 workspace/bootstrap.py install      install what running needs
    python3 workspace/bootstrap.py install-dev  install what checking and testing need as well

It uses the standard library alone, and no newer syntax than a Python too old to run the workspace understands, so
that such a Python can be told so. Whatever goes wrong becomes one line on standard error and exit code 1.
"""

from __future__ import print_function

import errno
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
NEEDED = (3, 11)
NEEDED_MEGABYTES = 400
FULL = "The disk is full: make room for about %d MB under %s and run this again." % (NEEDED_MEGABYTES, ROOT)


class Refusal(Exception):
    """Something that the person who started this has to put right; its text says what."""


def check_python():
    if sys.version_info < NEEDED:
        raise Refusal(
            "The workspace needs Python 3.11 or newer, and %s is Python %d.%d. Install a newer one and name it: "
            "make run PYTHON=python3.12" % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    try:
        import ensurepip  # noqa: F401 - Debian packs it apart from Python
        import venv  # noqa: F401
    except ImportError as missing:
        raise Refusal("This Python has no %s module. On Debian and Ubuntu: apt-get install python3-venv" % missing.name)


def check_folder():
    if not os.access(ROOT, os.W_OK):
        raise Refusal("%s cannot be written to: clone the project into a folder of your own." % ROOT)
    if not os.path.exists(VENV) and shutil.disk_usage(ROOT).free < NEEDED_MEGABYTES * 1024 * 1024:
        raise Refusal(FULL)


def quietly(command, what):
    """Runs the command without a word unless it fails; its last line then tells why."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        if any("No space left on device" in line for line in said):
            raise Refusal(FULL)
        errors = [line for line in said if line.startswith("ERROR")] or said
        raise Refusal("%s failed: %s" % (what, errors[-1]))


def install(requirements, options=()):
    """Brings the virtual environment to these requirement files; at once done when it was already there."""
    content = hashlib.sha256(("%s\n%s\n" % (ROOT, sys.version)).encode())
    for name in requirements:
        with open(os.path.join(ROOT, name), "rb") as listing:
            content.update(listing.read())
    mark = os.path.join(VENV, "installed-%s-%s" % (requirements[-1], content.hexdigest()[:16]))
    if os.path.exists(mark) and os.path.exists(VENV_PYTHON):
        return
    ours = [name for name in os.listdir(VENV) if name.startswith("installed-")] if os.path.isdir(VENV) else []
    if not (ours and os.path.exists(VENV_PYTHON)):
        print("Making a virtual environment in .venv ...", flush=True)
        quietly([sys.executable, "-m", "venv", "--clear", VENV], "Making the virtual environment")
    print("Installing what the workspace needs (about a minute the first time) ...", flush=True)
    command = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + list(options)
    for name in requirements:
        command += ["-r", name]
    quietly(command, "Installing the requirements")
    for name in ours:
        if name.startswith("installed-%s-" % requirements[-1]):
            os.remove(os.path.join(VENV, name))
    with open(mark, "w"):
        pass


def main(arguments):
    wanted = arguments[0] if arguments else ""
    if wanted not in ("run", "install", "install-dev"):
        raise Refusal("usage: bootstrap.py run | install | install-dev")
    check_python()
    check_folder()
    if wanted == "install-dev":
        # Tests load a part of it. Python compiles that when it does, in less time than pip compiles all.
        install(["requirements.txt", "requirements-dev.txt"], ["--no-compile"])
    else:
        install(["requirements.txt"])
    if wanted == "run":
        os.chdir(ROOT)
        os.execv(VENV_PYTHON, [VENV_PYTHON, "-m", "workspace.launcher"])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except (IOError, OSError) as trouble:
        sys.exit(FULL if trouble.errno == errno.ENOSPC else "%s: %s" % (trouble.filename or ROOT, trouble.strerror))
