"""What is typed is never lost: expired sessions, refused forms, locked topics, reloads, double clicks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.steps import post_with, start_topic

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
BOX = "#reply textarea"
SEND = "#reply button[type=submit]"


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_expires_while_writing_keeps_the_text(visit: Visitor, script: bool) -> None:
    page = visit(java_script_enabled=script)
    sign_in(page, "anna")
    path = start_topic(page, "What happens when I am signed out?")
    page.locator(BOX).fill("A long and careful answer.")
    page.context.clear_cookies(name="sessionid")
    page.locator(SEND).click()
    page.wait_for_url("**/accounts/login/**")
    page.fill("input[name=login]", "anna")
    page.fill("input[name=password]", "demo-school")
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url(lambda url: path in url)
    expect(page.locator(BOX)).to_have_value("A long and careful answer.")


def test_a_refused_topic_keeps_what_was_typed(visit: Visitor) -> None:
    page = visit("anna")
    page.goto("/forum/new/")
    page.fill("input[name=title]", "Too many tags")
    page.fill("textarea[name=content]", "Kept text.")
    page.fill("input[name=tags]", "a1, b2, c3, d4, e5, f6")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("input[name=tags]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("textarea[name=content]")).to_have_value("Kept text.")
    expect(page.locator("input[name=title]")).to_have_value("Too many tags")
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 400 that this test asked for


def test_a_topic_locked_meanwhile_says_why_above_the_kept_text(visit: Visitor) -> None:
    page, moderator = visit("anna"), visit("maxim")
    path = start_topic(page, "Is this about to be locked?", kind="discussion")
    page.locator(BOX).fill("One more thing.")
    moderator.goto(path)
    moderator.locator(".topic-head summary", has_text="Manage").click()
    moderator.fill("#lock-reason", "Answered elsewhere.")
    moderator.locator("button[name=is_locked]").click()
    expect(moderator.locator(".topic-head")).to_contain_text("Locked")
    page.locator(SEND).click()
    expect(page.locator("#reply")).to_contain_text("Answered elsewhere.")
    expect(page.locator(BOX)).to_have_value("One more thing.")
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 409 that this test asked for


def test_a_reply_in_the_making_survives_a_reload_and_goes_when_sent(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "Does a draft survive?")
    page.locator(BOX).fill("Half a thought.")
    expect(page.locator("#reply [data-draft-note]")).to_have_text("Draft saved")
    page.reload()
    expect(page.locator(BOX)).to_have_value("Half a thought.")
    page.locator(SEND).click()
    expect(post_with(page, "Half a thought.")).to_have_count(1)
    page.goto(path)
    expect(page.locator(BOX)).to_have_value("")


def test_a_double_click_on_reply_makes_one_post(visit: Visitor) -> None:
    page = visit("anna")
    path = start_topic(page, "Does a double click write twice?")
    page.locator(BOX).fill("Only once, please.")
    page.locator(SEND).dblclick(no_wait_after=True)
    expect(post_with(page, "Only once, please.")).to_have_count(1)
    page.goto(path)
    expect(post_with(page, "Only once, please.")).to_have_count(1)
