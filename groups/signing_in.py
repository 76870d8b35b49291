"""What django-allauth asks us while somebody signs in, and how somebody new is asked to."""

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password
from django.core.mail import send_mail
from django.forms import Form
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from groups.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Whoever confirms their address may have an account; into a group they come by those who lead it."""

    def save_user(self, request: HttpRequest, user: Person, form: Form, commit: bool = True) -> Person:
        """Gives a new person the name they wrote and the language of the page on which they wrote it."""
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        return cast(Person, super().save_user(request, user, form, commit=commit))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC) -> str:
        """The link remembers which group its reader wanted to join before they had an account, in whatever browser they
        open it."""
        link, joining = super().get_email_confirmation_url(request, emailconfirmation), _joining(request)
        return f"{link}?{urlencode({REDIRECT_FIELD_NAME: joining})}" if joining else cast(str, link)

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None) -> Any:
        """Letters lead to where the workspace is known to be, whatever name a request gave it: who asks for a letter to
        somebody else does not say where its link goes, unless to a page for joining a group."""
        addresses = {name: _at_home(value) for name, value in context.items() if name.endswith("_url")}
        return super().render_mail(template_prefix, email, context | addresses, headers)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as it does to make an account, the better part of which is hashing the password."""
        make_password("a password that nobody has")
        super().send_account_already_exists_mail(email)


def _at_home(address: str) -> str:
    parts = urlsplit(address)
    return f"{settings.SITE_URL.rstrip('/')}{parts._replace(scheme='', netloc='', fragment='').geturl()}"


def _joining(request: HttpRequest) -> str:
    """The page for joining a group to which the request wants to go on; empty where it wants to go anywhere else."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    try:
        return wanted if resolve(wanted).view_name == "groups:join" else ""
    except Resolver404:
        return ""


def invite(person: Person) -> None:
    """Sends the person, in their language, the link under which they choose their first password."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    address = reverse("account_reset_password_from_key", kwargs=key)
    with translation.override(person.language):
        text = render_to_string(
            "groups/email/invitation.txt",
            {"name": person.name, "email": person.email, "address": f"{settings.SITE_URL.rstrip('/')}{address}"},
        )
        send_mail(_("Come into the meta-cluster workspace"), text, None, [person.email])
