"""Fixtures of the browser tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.e2e.server import running_site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "demo-school"
TIMEOUT_MS = 10_000
Visitor = Callable[..., Page]


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """The site under test is another process with another cache."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a site of our own; E2E_SITE names one that runs already, with the small demo school."""
    if address := os.environ.get("E2E_SITE"):
        yield address
        return
    with running_site(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Return the cookies of people who signed in before: one form per person is enough."""
    return {}


@pytest.fixture
def visit(browser: Browser, site: str, sessions: dict[str, Any]) -> Iterator[Visitor]:
    """Return a maker of browsers: `visit("anna", width=390, theme="dark")` is signed in; None is a visitor.

    At the end the test fails if any page logged an error: scripts, missing files, CSP violations.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.location.get('url')}: {message.text}")

    def make(username: str | None = None, *, width: int = 1280, theme: str = "light", **options: Any) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            # A page left while it fades in is an error of Chromium's console, not ours: nothing moves in tests.
            reduced_motion=options.pop("reduced_motion", "reduce"),
            locale=options.pop("locale", "en"),
            storage_state=sessions.get(username or ""),
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: errors.append(str(error)))
        # New badges are celebrated wherever one is; a person closes that and goes on.
        party = page.locator("dialog:has(.celebration)")
        page.add_locator_handler(party, lambda dialog: dialog.locator("button").first.click())
        page.errors = errors  # type: ignore[attr-defined]  # a test that provokes an error clears the list
        if username and username not in sessions:
            sign_in(page, username)
            sessions[username] = context.storage_state()
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, "\n".join(errors)


def sign_in(page: Page, username: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
