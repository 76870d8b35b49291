"""The application's name for Django."""

from django.apps import AppConfig


class SocketsConfig(AppConfig):
    name = "sockets"
