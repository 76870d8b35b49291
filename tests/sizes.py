"""How big the bad days are: `make test` takes short forms, `make soak` and `make fuzz` set the long ones by name."""

import os

SCALED = os.environ.get("WORKSPACE_TEST_PROFILE") == "scaled"


def size(name: str, short: int) -> int:
    """The number that the environment gives under this name, or the short form's."""
    return int(os.environ.get(name) or short)
