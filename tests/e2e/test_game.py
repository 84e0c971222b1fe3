"""The game in a browser: celebrations that do not interrupt, a goal in sight, the zone of the device."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
NEWS = (
    '<form method="dialog" class="celebration" data-said="You earned a badge: Friend">'
    '<h2 id="celebration-title">You earned a badge!</h2><button>Wonderful</button></form>'
)
ARRIVES = "document.dispatchEvent(new CustomEvent('realtime:badge:unlocked', {detail: {}}))"


def answer_once(page: Page) -> list[str]:
    """Let the server have one new badge for whoever asks first; return the list of requests."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) == 1:
            route.fulfill(status=200, content_type="text/html", body=NEWS)
        else:
            route.fulfill(status=204)

    page.route("**/badges/seen/", answer)
    return asked


@pytest.mark.parametrize("is_writing", [True, False])
def test_a_badge_does_not_come_between_somebody_and_their_words(visit: Visitor, is_writing: bool) -> None:
    page = visit("chen", width=390)
    page.goto("/forum/new/?category=programming")
    dialog = page.locator("dialog:has(.celebration)")
    page.remove_locator_handler(dialog)
    asked = answer_once(page)
    title = page.locator("input[name=title]")
    title.fill("How do I write" if is_writing else "")
    if not is_writing:
        page.locator("textarea[name=content]").fill("")
        title.evaluate("field => field.blur()")
    page.evaluate(ARRIVES)
    if is_writing:
        expect(page.locator("#toasts")).to_contain_text("You earned a badge: Friend")
        expect(dialog).to_have_count(0)
        page.keyboard.type(" a loop?")
        expect(title).to_have_value("How do I write a loop?")
    else:
        expect(dialog.get_by_text("You earned a badge!")).to_be_visible()
        dialog.get_by_role("button").click()
        expect(dialog).to_have_count(0)
    page.evaluate(ARRIVES)
    page.wait_for_function("() => true")
    expect(dialog).to_have_count(0)
    assert asked
    title.fill("")


def test_a_goal_is_chosen_and_stays_in_sight(visit: Visitor) -> None:
    page = visit("chen", width=390)
    page.goto("/badges/?show=open")
    bar = page.locator(".badges--cards progress").first
    expect(bar).to_be_visible()
    page.locator(".badges--cards li:has(progress) a").first.click()
    name = page.locator("h1").inner_text()
    page.get_by_role("button", name="Make it my goal").click()
    page.goto("/")
    goal = page.locator("section[aria-labelledby=goal]")
    expect(goal).to_contain_text(name)
    goal.get_by_role("link", name=name).click()
    page.get_by_role("button", name="No longer my goal").click()
    expect(page.get_by_role("button", name="Make it my goal")).to_be_visible()


def test_the_zone_of_the_device_is_offered_and_can_be_declined(visit: Visitor) -> None:
    page = visit("chen", timezone_id="Asia/Tokyo")
    page.goto("/")
    banner = page.locator(".zone-banner")
    expect(banner).to_contain_text("Asia/Tokyo")
    banner.get_by_role("button", name="Keep it").click()
    expect(banner).to_be_hidden()
    page.goto("/settings/")
    expect(page.get_by_role("heading", name="Profile", exact=True)).to_be_visible()
    expect(banner).to_be_hidden()
    page.evaluate("localStorage.removeItem('zone-kept')")
    page.reload()
    before = page.locator("select[name=timezone]").input_value()
    banner.get_by_role("button", name="Switch").click()
    expect(page.locator("select[name=timezone]")).to_have_value("Asia/Tokyo")
    expect(banner).to_be_hidden()
    page.locator("select[name=timezone]").select_option(before)
    page.get_by_role("main").get_by_role("button", name="Save").click()
    expect(page.locator("select[name=timezone]")).to_have_value(before)
