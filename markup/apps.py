"""The application's name for Django."""

from django.apps import AppConfig


class MarkupConfig(AppConfig):
    name = "markup"
