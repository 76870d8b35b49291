"""The application's name for Django, and what people wrote in the rooms, for them to take along."""

import gc

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "workspace"

    def ready(self) -> None:
        from workspace.personal_data import register_what_people_wrote

        register_what_people_wrote()
        gc.freeze()  # what is loaded now
        gc.enable()  # after workspace/__init__.py
