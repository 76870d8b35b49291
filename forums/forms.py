"""The forum's forms. They carry what was typed; what it has to be, the domain says."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Draft
from groups.repeats import new_key

HELP = _("You can use Markdown: **bold**, *italic*, - lists, > quotations, links, tables.")


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, one value per field."""
    return {name: data.get(name) for name in data}


class PostingForm(forms.Form):
    """A text with the idempotency key under which it is posted."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, strip=False)

    @classmethod
    def blank(cls, draft: Draft | None) -> "PostingForm":
        """The form as it is first shown: with the draft in it, if there is one."""
        if draft is None:
            return cls(initial={"idempotency_key": new_key()})
        kept = {"title": draft.title, "source": draft.source, "idempotency_key": draft.idempotency_key}
        return cls(initial=kept)

    def take_new_key(self) -> None:
        """The same texts, to be sent again as something new."""
        self.data = {**_plain(self.data), "idempotency_key": new_key()}


class ReplyForm(PostingForm):
    source = forms.CharField(
        label=_("Your reply"),
        help_text=HELP,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("Your reply"), "aria-label": _("Your reply")}),
        error_messages={"required": _("There is no text yet.")},
    )


class TopicForm(PostingForm):
    title = forms.CharField(label=_("Title"), error_messages={"required": _("A topic needs a title.")})
    source = forms.CharField(
        label=_("First post"),
        help_text=HELP,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("There is no text yet.")},
    )


class EditForm(forms.Form):
    """``revision`` is the one that is being edited."""

    source = forms.CharField(
        label=_("Text"),
        help_text=HELP,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("There is no text yet.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def take_revision(self, revision: int) -> None:
        """The same text, to be saved over this revision."""
        self.data = {**_plain(self.data), "revision": str(revision)}
