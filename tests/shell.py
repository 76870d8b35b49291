"""A Python on an installation under test: runs one piece of code after the other, for `tests.servers.Server.shell`.

Each line of its input is a JSON string of code; it answers with a line of JSON: what the code printed, and the
traceback of what it raised or an empty string.
"""

import io
import json
import sys
import traceback
from contextlib import redirect_stdout

import django
from django.db import connections


def run(code: str) -> tuple[str, str]:
    printed, failure = io.StringIO(), ""
    with redirect_stdout(printed):
        try:
            exec(code, {})
        except Exception:
            failure = traceback.format_exc()
    connections.close_all()
    return printed.getvalue(), failure


def main() -> None:
    django.setup()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
