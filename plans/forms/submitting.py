"""What every form of a plan does with what is sent: it sends it once."""

from django import forms

from groups.repeats import KEY_LENGTH, new_key


def key_field() -> forms.CharField:
    """The idempotency key that each form has of its own, so that a second click makes no second thing."""
    return forms.CharField(required=False, max_length=KEY_LENGTH, widget=forms.HiddenInput, initial=new_key)
