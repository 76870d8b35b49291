"""Addresses that come from outside and lead back inside."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, asked: str) -> str:
    """The address that was asked for if it is one of ours, else the page that follows signing in."""
    is_address = asked.startswith("/") and asked.isprintable()
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if is_address and safe else settings.LOGIN_REDIRECT_URL
