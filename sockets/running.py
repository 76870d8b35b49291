"""Starting and stopping everything that a web process keeps running for its sockets."""

from sockets import background, hints, watch
from sockets.database import stop_all


async def start() -> None:
    """Begins to exchange hints and to watch, before the first socket is there: a process that only answers requests
    has hints to send too."""
    hints.start()
    watch.start()


async def stop() -> None:
    """Ends all of it, whatever room started it."""
    await background.stop()
    stop_all()
