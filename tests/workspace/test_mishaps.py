"""Pages for when something went wrong: they help, and they need little."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from tests.conftest import Cast


def test_the_page_for_our_own_fault_needs_no_database(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert page.count("<h1>") == 1
    assert 'href="/"' in page
    assert "module-addresses" not in page


def test_the_page_for_a_broken_request_needs_no_database(rf: RequestFactory) -> None:
    response = bad_request(rf.get("/"), SuspiciousOperation())
    assert response.status_code == 400
    assert response.content.decode().count("<h1>") == 1


def test_a_wrong_host_gets_the_page_for_a_broken_request(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "could not be understood" in response.content.decode()


def test_the_page_for_what_one_may_not_do_says_for_whom_it_is(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    response = permission_denied(request, PermissionDenied())
    assert response.status_code == 403
    assert "This is not yours to do" in response.content.decode()
    assert 'href="/accounts/login/"' in response.content.decode()


def test_the_page_for_what_one_may_not_do_gives_the_reason_where_there_is_one(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    response = permission_denied(request, PermissionDenied("Only <her> may."))
    assert '<p class="lede">Only &lt;her&gt; may.</p>' in response.content.decode()


def test_a_form_that_came_back_too_late_says_how_to_save_what_was_written(cast: Cast) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example", "password": "c"})
    assert response.status_code == 403
    assert "Nothing was saved." in response.content.decode()


def test_a_long_text_that_came_back_too_late_is_on_the_page_and_no_secret(cast: Cast) -> None:
    written = "What the nine farms said about their dryer, <b>in full</b>."
    sent = {"source": written, "oldpassword": "p" * 50, "csrfmiddlewaretoken": "t" * 64, "title": "Dryer"}
    client = Client(enforce_csrf_checks=True)
    assert written not in client.post("/profile/", sent).content.decode()
    client.force_login(cast.partner)
    page = client.post("/profile/", sent).content.decode()
    assert "What the nine farms said about their dryer, &lt;b&gt;in full&lt;/b&gt;.</textarea>" in page
    assert page.count("<textarea") == 1


@pytest.mark.parametrize("who", ["public", "partner", "deactivated", "secretariat"])
def test_what_is_not_there_is_a_whole_page_for_everybody(
    client_of: Callable[..., Client], cast: Cast, who: str
) -> None:
    client = client_of(None if who == "public" else getattr(cast, who))
    for address in ("/nothing/", "/groups/" + "x" * 300 + "/", "/regions/9" + "9" * 30 + "/", "/%00"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert response.content.decode().count("<h1>") == 1


def test_the_way_to_sign_in_leads_back(client: Client, cast: Cast) -> None:
    page = client.get("/nothing/?a=<script>").content.decode()
    assert 'href="/accounts/login/?next=/nothing/"' in page
