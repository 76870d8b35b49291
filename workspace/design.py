"""The living component page: every part that pages are made of, with made-up content. Mounted in the demo alone."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.enums import Accent
from plans.timeline import Stretch, timeline_of
from workspace import queries
from workspace.map import map_of
from workspace.matrix import Matrix, MatrixCell, MatrixRow

PAPERS = ("desk", "paper", "sheet", "sea", "line", "line-strong")
INKS = ("ink", "ink-soft", "ink-faint")
ACCENTS = ("accent", "accent-hover", "accent-soft", "accent-line", "on-accent")
STATES = ("good", "good-soft", "warn", "warn-soft", "bad", "bad-soft", "focus")
SIZES = ("xs", "s", "m", "l", "xl", "2xl", "3xl")
SPACES = range(1, 9)
TILE_STATES = {
    "lit": "has endorsed",
    "ringed": "has endorsed with a reservation",
    "struck": "has objected",
    "dimmed": "has not spoken yet",
}


class SampleForm(forms.Form):
    """One field of each sort, so that each can be seen with and without an error."""

    title = forms.CharField(label="Title", max_length=40, help_text="One line that says what it is about.")
    place = forms.CharField(label="Place", required=False)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    region = forms.ChoiceField(label="Host region", choices=[("", "Choose one"), ("AT31", "Upper Austria")])
    text = forms.CharField(label="Objectives", widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="Open it to the network", required=False)


def _sample_matrix(codes: list[str]) -> Matrix:
    states = list(TILE_STATES.items())
    sections = ("Where the sector stands", "What it is to become", "Actions")
    return Matrix(
        label="Regions and sections",
        columns=codes,
        rows=[
            MatrixRow(section, "", [MatrixCell(*states[(row * 3 + place) % 4]) for place in range(len(codes))])
            for row, section in enumerate(sections)
        ],
    )


def _sample_stretches(today: date) -> list[Stretch]:
    """An action with both dates, one with no end yet, a milestone, and one that has no date."""
    far = timedelta(days=150)
    return [
        Stretch(1, "Common training for cluster managers", today - far, today + far),
        Stretch(2, "Directory of test fields and laboratories", today - far / 2, None),
        Stretch(3, "The first cross-border tender is published", None, today + far / 3),
        Stretch(4, "Not yet dated", None, None),
    ]


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All components in all their states."""
    regions = queries.regions_with_agencies()
    states = list(TILE_STATES.items())
    return render(
        request,
        "workspace/design.html",
        {
            "papers": PAPERS,
            "inks": INKS,
            "accent_tokens": ACCENTS,
            "states": STATES,
            "sizes": SIZES,
            "spaces": SPACES,
            "accents": Accent.choices,
            "tiles": [
                queries.RegionTile(region.code, region.name, *states[place % 4]) for place, region in enumerate(regions)
            ],
            "tile_states": TILE_STATES,
            "matrix": _sample_matrix([region.code for region in regions]),
            "map": map_of(regions),
            "timeline": timeline_of(_sample_stretches(timezone.localdate()), timezone.localdate()),
            "form": SampleForm(prefix="empty"),
            "wrong_form": SampleForm({"wrong-title": "x" * 41, "wrong-starts_on": "31 June"}, prefix="wrong"),
            "recently": timezone.now() - timedelta(hours=3),
            "long_ago": timezone.now() - timedelta(days=300),
        },
    )
