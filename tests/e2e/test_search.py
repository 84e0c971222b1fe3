"""Finding in a browser: suggestions by keyboard, the plain form without a script, questions like a new one."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e
BOX = "#site-search"
OPTION = ".suggestions [role=option]"


def _type(page: Page, text: str) -> None:
    page.goto("/courses/")
    page.locator(BOX).press_sequentially(text)
    expect(page.locator(f"form:has({BOX}) [role=listbox]")).to_be_visible()


def test_suggestions_are_walked_by_keyboard_and_enter_opens_one(visit: Visitor) -> None:
    page = visit("anna")
    _type(page, "ann")
    box, first = page.locator(BOX), page.locator(OPTION).first
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(first).to_contain_text("@anna")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")  # back into the box, where Enter sends the form
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowUp")  # and round to the last, the way to all results
    expect(page.locator(OPTION).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/forum/search/\?q=ann"))


def test_escape_closes_the_list_before_it_leaves_the_box(visit: Visitor) -> None:
    page = visit()
    _type(page, "python")
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_have_attribute("aria-expanded", "false")
    expect(page.locator(BOX)).to_be_focused()
    expect(page.locator(BOX)).to_have_value("python")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/forum/search/\?q=python"))
    expect(page.locator(".hit mark").first).to_be_visible()


def test_without_a_script_the_box_is_a_plain_form(visit: Visitor) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/courses/")
    page.fill(BOX, "python")
    page.locator(BOX).press("Enter")
    expect(page).to_have_url(re.compile(r"/forum/search/\?q=python"))
    assert page.locator(BOX).get_attribute("role") is None
    page.locator(".tabs").get_by_role("link", name="Courses").click()
    expect(page.locator(".hit--course").first).to_be_visible()


def test_the_page_fits_a_phone_and_offers_suggestions_there(visit: Visitor) -> None:
    page = visit(width=320)
    page.goto("/forum/search/?q=python")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("#q", "")
    page.locator("#q").press_sequentially("pyth")
    expect(page.locator(OPTION).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_similar_questions_appear_while_a_title_is_typed(visit: Visitor) -> None:
    page = visit("anna")
    page.goto("/forum/new/")
    page.fill("#id_title", "")
    page.locator("#id_title").press_sequentially("My loop skips elements")
    expect(page.get_by_role("link", name=re.compile("My loop skips every second element"))).to_be_visible()
