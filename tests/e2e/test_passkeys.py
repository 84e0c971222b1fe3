"""A passkey is made and signs in, with the strict policy on. Browsers know passkeys of names only, not of addresses."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]


def test_a_passkey_is_added_and_signs_in_without_a_password(visit: Visitor, site: str) -> None:
    page = visit()
    _virtual_authenticator(page)
    host = site.replace("127.0.0.1", "localhost")
    page.goto(f"{host}/accounts/login/")
    page.fill("input[name=login]", "daniel")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{host}/")
    page.goto(f"{host}/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("main")).to_contain_text("ecovery")  # codes for a lost device follow
    page.context.clear_cookies()
    page.goto(f"{host}/accounts/login/")
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.locator("body")).to_have_attribute("data-username", "daniel")


def _virtual_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
