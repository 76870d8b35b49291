"""The address of a document's socket."""

from django.urls import URLPattern, path

from collab.consumers import DocumentSocket

websocket_urlpatterns: list[URLPattern] = [
    path("ws/docs/<slug:kind>/<str:key>", DocumentSocket.as_asgi()),  # type: ignore[arg-type]  # an application, not a view
]
