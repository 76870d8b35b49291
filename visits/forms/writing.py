"""What people fill in about what they learned: a lesson, and the story for the public."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Person
from groups.repeats import KEY_LENGTH, new_key
from visits.domain.lessons import LESSON_LENGTH, LessonText
from visits.domain.stories import StoryText
from visits.enums import Transfer
from visits.models import COMMENT_LENGTH, LINE_LENGTH, REASON_LENGTH, TEASER_LENGTH, TEXT_LENGTH


def _markdown(label: Any, help_text: Any, *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=LESSON_LENGTH, widget=widget)


class LessonForm(forms.Form):
    """``witnesses`` are the people who can have seen it: who takes part in the visit, and who stood there before."""

    title = forms.CharField(label=_("The lesson in one line"), max_length=LINE_LENGTH)
    observed_practice = _markdown(_("What they do there"), _("The practice that you observed."), required=True)
    text = _markdown(_("What we learn from it"), _("Why it works, and what it takes."))
    transferability = _markdown(_("How it could be transferred"), _("Where, by whom, under which conditions."))
    transfer = forms.ChoiceField(
        label=_("Would it work at home?"), required=False, choices=Transfer.choices, widget=forms.RadioSelect
    )
    seen_by = forms.TypedMultipleChoiceField(
        label=_("Who saw it"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    figures_source = forms.CharField(
        label=_("Where the figures are from"),
        required=False,
        max_length=LINE_LENGTH,
        help_text=_("If somebody measured it: a report, a table, an account book, with its date."),
    )
    is_public = forms.BooleanField(
        label=_("Show it with the published story"),
        required=False,
        help_text=_("Without this mark, the group alone reads it."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    idempotency_key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, witnesses: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        seen_by = self.fields["seen_by"]
        assert isinstance(seen_by, forms.TypedMultipleChoiceField)
        seen_by.choices = [(person.pk, _described(person)) for person in witnesses]

    @property
    def lesson(self) -> LessonText:
        beside = {"revision", "idempotency_key"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in beside}
        return LessonText(**(given | {"seen_by": tuple(given["seen_by"])}))


def _described(person: Person) -> str:
    return f"{person.name}, {person.organisation.name}" if person.organisation else person.name


class StoryForm(forms.Form):
    title = forms.CharField(label=_("Headline"), max_length=LINE_LENGTH)
    teaser = forms.CharField(
        label=_("Teaser"),
        max_length=TEASER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences, for the cards that lead to the story."),
    )
    source = forms.CharField(
        label=_("Story"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("Markdown. A line such as [photo 12] shows that photo of the log."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def story(self) -> StoryText:
        given = self.cleaned_data
        return StoryText(title=given["title"], teaser=given["teaser"], source=given["source"])


class CommentForm(forms.Form):
    source = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is missing, what is wrong, what is good? Markdown: **bold**, lists, links."),
    )
    idempotency_key = forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput, initial=new_key)


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("What has to change first"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
