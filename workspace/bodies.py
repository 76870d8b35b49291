"""How much a request may bring along, as daphne takes it in: whole, on the disk and then in memory, before the
application is asked whether it wants it."""

from typing import Any, ClassVar

from daphne.http_protocol import HTTPFactory, WebRequest

# A log entry with as many photos as one can have, each as large as a photo can be.
LONGEST = 256 * 1024 * 1024
# What the bodies of all requests at once may come to. The short ones do not count: for them there is always room.
MOST_AT_ONCE = 2 * LONGEST
SHORT = 1024 * 1024


class BoundedRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A request that ends with 413 or 503 once its body is longer than it may be, however it is sent."""

    at_once: ClassVar[int] = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Twisted would read forms itself, for as long as that takes, while every other connection waits.
        self._parsePOSTFormSubmission = False
        self._received = self._counted = 0
        self._is_refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's names
        super().gotLength(length)
        self._require_room(length or 0)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._received += len(data)
        self._require_room(self._received)
        if self._is_refused:
            return
        if self._received > SHORT:
            BoundedRequest.at_once += self._received - self._counted
            self._counted = self._received
        super().handleContentChunk(data)

    def process(self) -> Any:
        return None if self._is_refused else super().process()

    def finish(self) -> None:
        self._make_room()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        self._make_room()
        super().connectionLost(reason)

    def _require_room(self, length: int) -> None:
        if length > LONGEST:
            self._refuse(b"413 Content Too Large", b"This is too large.\n")
        elif length > SHORT and BoundedRequest.at_once - self._counted + length > MOST_AT_ONCE:
            self._refuse(b"503 Service Unavailable", b"Too much is being sent at this moment. Please try again.\n")

    def _refuse(self, status: bytes, words: bytes) -> None:
        if self._is_refused:
            return
        self._is_refused = True
        self._make_room()
        headers = b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close" % len(words)
        self.channel.transport.write(b"HTTP/1.1 %b\r\n%b\r\n\r\n%b" % (status, headers, words))
        self.channel.loseConnection()

    def _make_room(self) -> None:
        BoundedRequest.at_once -= self._counted
        self._counted = 0


class BoundedFactory(HTTPFactory):  # type: ignore[misc]  # daphne has no types
    """Makes connections whose requests are bounded."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
