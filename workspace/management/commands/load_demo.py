"""Fills the demo with clearly fictional people and a plausible working year, so that no first page is empty."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forums.demo import load_demo_forums
from groups.domain.demo_people import load_demo_people
from notices.demo import put_in_order
from plans.demo import load_demo_plans
from visits.demo import load_demo_visits


class Command(BaseCommand):
    help = "Loads the demo's people and their working year; run again, it changes nothing."

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is not loaded into a real installation. Only DEMO=1 lets it in.")
        people = load_demo_people()
        load_demo_forums(people)
        load_demo_plans(people)
        load_demo_visits(people)
        put_in_order()
        if options["verbosity"]:
            self.stdout.write("The demo is loaded.")
