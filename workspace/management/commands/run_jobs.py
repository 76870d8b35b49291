"""The job process: runs what each room's `jobs.py` asks to be done now and then, until told to stop."""

import logging
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules
from huey.contrib.djhuey import HUEY


def name_job(task: Any) -> None:
    """What is logged in a job says which."""
    structlog.contextvars.bind_contextvars(job=task.name)


class Command(BaseCommand):
    help = "Runs the jobs of every room, until stopped."

    def handle(self, *_args: Any, **_options: Any) -> None:
        logging.getLogger("huey").setLevel(logging.WARNING)
        autodiscover_modules("jobs")
        HUEY.pre_execute()(name_job)
        HUEY.create_consumer(**settings.HUEY["consumer"]).run()
