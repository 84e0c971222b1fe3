"""The frame of every page in a real browser: theme, keyboard, composer, drafts, and all of it without JavaScript."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
MAX_REQUESTS = 12  # of a first visit


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious_in_the_style_guide(visit: Visitor, theme: str, width: int) -> None:
    page = visit(width=width, theme=theme, reduced_motion="reduce")
    page.goto("/styleguide/")
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in serious] == []


@pytest.mark.parametrize("path", ["/styleguide/", "/", "/accounts/login/", "/accounts/signup/"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_sideways(visit: Visitor, path: str, width: int) -> None:
    page = visit(width=width)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_first_visit_takes_few_requests_and_no_stranger_is_asked(visit: Visitor, site: str) -> None:
    page = visit()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert len(addresses) <= MAX_REQUESTS
    assert [address for address in addresses if not address.startswith(site)] == []


def test_the_theme_changes_at_once_and_stays(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.locator(".footer").get_by_role("button", name="Dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".footer").get_by_role("button", name="Theme of the device").click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_theme_and_language_change_without_javascript(visit: Visitor) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/styleguide/")
    page.locator(".footer").get_by_role("button", name="Dark theme").click()
    expect(page).to_have_url(re.compile(r"/styleguide/$"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".footer").get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_buttons_that_need_javascript_are_not_shown_without_it(visit: Visitor) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/styleguide/")
    assert page.locator(".composer__toolbar").first.is_hidden()
    assert page.locator("#composer textarea").first.is_visible()


def test_slash_jumps_into_the_search_and_is_a_letter_elsewhere(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    expect(page.locator("#site-search")).to_have_value("")
    page.locator("#composer_content").press_sequentially("a/b")
    expect(page.locator("#composer_content")).to_have_value("a/b")


def test_a_menu_opens_walks_and_closes_by_keyboard(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    summary = page.locator("#navigation .menu > summary")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#navigation .menu__item").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#navigation .menu__item").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.locator("#navigation .menu__panel")).to_be_hidden()


def test_the_toolbar_writes_markdown_around_the_selection(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    text = page.locator("#composer_content")
    text.fill("word")
    text.select_text()
    text.press("Control+b")
    expect(text).to_have_value("**word**")
    text.press("Control+End")
    page.locator("#composer [data-tool=list]").first.click()
    expect(text).to_have_value("**word**\n\n- ")
    text.press("Control+z")
    expect(text).to_have_value("**word**")


def test_a_draft_survives_a_reload_and_empties_with_the_field(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    text, note = page.locator("#composer_content"), page.locator("[data-draft-note]").first
    text.fill("half a thought")
    expect(note).to_have_text("Draft saved")
    page.reload()
    expect(text).to_have_value("half a thought")
    expect(note).to_have_text("Draft restored")
    text.fill("")
    expect(note).to_have_text("")
    page.reload()
    expect(text).to_have_value("")


def test_what_cannot_be_undone_asks_first(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.get_by_role("button", name="Delete topic").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("12 replies")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(re.compile(r"/styleguide/$"))
    page.get_by_role("button", name="Delete topic").click()
    dialog.get_by_role("button", name="Delete topic").click()
    expect(page).to_have_url(re.compile(r"/styleguide/\?#feedback$"))


def test_new_replies_are_counted_in_words_and_own_ones_are_not(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.evaluate(
        """() => {
          document.body.dataset.username = "anna";
          for (const username of ["boris", "anna"])
            document.dispatchEvent(new CustomEvent("realtime:topic:new_post", { detail: { author: { username } } }));
        }"""
    )
    expect(page.locator(".new-pill")).to_have_text(re.compile(r"^\s*1 new reply\s*$"))


def test_a_refused_request_is_a_toast_and_leaves_the_page_alone(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.evaluate("htmx.ajax('GET', '/no/such/page/', { target: '#buttons' })")
    expect(page.locator("#toasts .toast--error")).to_contain_text("does not exist")
    expect(page.locator("#buttons h2")).to_be_visible()
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 404 that this test asked for


def test_a_session_that_ended_is_a_toast_and_the_text_stays(visit: Visitor) -> None:
    page = visit()
    page.goto("/styleguide/")
    page.locator("#composer_content").fill("**kept**")
    # A visitor may not: the answer is the sign-in page.
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("#toasts .toast--warning")).to_contain_text("signed out")
    expect(page.locator("#composer_content")).to_have_value("**kept**")
    expect(page.locator("[data-preview-pane]").first).to_be_empty()
