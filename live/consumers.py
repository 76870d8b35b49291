"""The socket of a browser tab: /ws/live."""

from live.frames import Absent, Acknowledge, Present, Subscribe, Unsubscribe, parsed
from live.hub import hub
from live.presence import gatherings
from live.readers import Reader
from sockets.connection import Socket


class LiveSocket(Socket):
    """Carries every stream that a page subscribes to; docs/live-protocol.md is its description."""

    reader: Reader

    async def opened(self) -> None:
        self.reader = hub().enter(self, self.visitor.person_id)

    async def text_received(self, text: str) -> None:
        match parsed(text):
            case Subscribe(stream, after):
                await hub().subscribe(self.reader, stream, after)
            case Unsubscribe(stream):
                hub().unsubscribe(self.reader, stream)
                gatherings().leave(self.reader, stream)
            case Acknowledge(stream, number):
                hub().acknowledge(self.reader, stream, number)
            case Present(stream, is_typing):
                await gatherings().enter(self.reader, stream, self.visitor.name, is_typing=is_typing)
            case Absent(stream):
                gatherings().leave(self.reader, stream)

    def flowing_again(self) -> None:
        hub().flowing(self.reader)

    async def closed(self) -> None:
        hub().leave(self.reader)
        gatherings().look()
