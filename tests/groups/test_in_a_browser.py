"""A passkey is made and signs in; a device that is signed out from another one is cut off at once."""

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.servers import Server

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")


def test_a_passkey_is_made_and_signs_in_and_a_device_signed_out_elsewhere_is_cut_off(
    server: Server, page_of: Callable[..., Page]
) -> None:
    laptop = server.client("observer")
    page = page_of(server, "observer")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Confirm").click()
    ready(page)
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My phone").first).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    ready(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{server.url}/")
    page.goto("about:blank")  # so that no socket but the next page's is taken for it
    with page.expect_websocket() as opened:
        page.goto("/profile/")
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()

    since = monotonic()
    with opened.value.expect_event("close", timeout=10_000):
        assert laptop.post("/accounts/sessions/").status_code == 200
    assert monotonic() - since < 6
    page.goto("/profile/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page.troubles.clear()  # type: ignore[attr-defined]  # the socket's refusal is an error to the browser
