"""Every WebSocket's address."""

from django.urls import URLPattern, path

from collab.routing import websocket_urlpatterns as documents
from live.consumers import LiveSocket

websocket_urlpatterns: list[URLPattern] = [
    path("ws/live", LiveSocket.as_asgi()),  # type: ignore[arg-type]  # an application, not a view
    *documents,
]
