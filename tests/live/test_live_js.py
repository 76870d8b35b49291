"""Runs the tests of live.js in node."""

import shutil
import subprocess
from pathlib import Path


def test_the_browser_side_holds_what_it_promises() -> None:
    node = shutil.which("node")
    assert node, "node is needed to test the JavaScript"
    done = subprocess.run(
        [node, "--test", str(Path(__file__).with_name("live.test.mjs"))], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
