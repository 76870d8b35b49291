"""Python imports this at its start where this folder is on PYTHONPATH: the process then lives CLOCK_OFFSET_SECONDS away
from the true time, and its clock goes on from there. What measures durations (``time.monotonic``) is not moved."""

import os
import time

import time_machine

if offset := int(os.environ.get("CLOCK_OFFSET_SECONDS") or 0):
    time_machine.travel(time.time() + offset, tick=True).start()
