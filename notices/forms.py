"""What a person can choose about their notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.enums import Mail


class MailForm(forms.Form):
    mail = forms.ChoiceField(label=_("E-mail about unread notices"), choices=Mail.choices, widget=forms.RadioSelect)
