"""Register, ask, be answered, accept, report, decide: by plain forms and links, and by the keyboard alone."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.steps import post_with, reply, sign_up, start_topic

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
TABS_MAX = 120  # a page has fewer stops than that before any of its buttons


def test_the_whole_way_without_javascript(visit: Visitor) -> None:
    plain = {"java_script_enabled": False}
    asker, helper = visit(**plain), visit("boris", **plain)
    sign_up(asker, "vera")
    path = start_topic(asker, "Does the whole way work without a script?", "I **hope** so.")

    reply(helper, path, "It does, and this is the answer.")
    reply(visit("chen", **plain), path, "Buy cheap watches at my shop.")

    asker.goto(path)
    answer, spam = post_with(asker, "this is the answer"), post_with(asker, "cheap watches")
    answer.get_by_role("button", name="Best answer").click()
    expect(answer.locator(".post__best")).to_be_visible()
    spam.get_by_role("link", name="Report").click()
    asker.get_by_label("Spam or advertising").check()
    asker.locator("main form[method=post]").get_by_role("button", name="Report").click()
    asker.goto("/moderation/reports/")
    expect(asker.locator("main")).to_contain_text("Does the whole way work without a script?")

    moderator = visit("maxim", **plain)
    moderator.goto("/moderation/")
    moderator.get_by_role("link", name="Does the whole way work without a script?").first.click()
    expect(moderator.locator("main")).to_contain_text("Buy cheap watches")
    moderator.get_by_role("button", name="Hide it").click()
    expect(moderator.locator("main")).not_to_contain_text("Hide it")

    asker.goto(path)
    expect(asker.locator("main")).to_contain_text("Moderators hid this post.")
    expect(asker.locator("main")).not_to_contain_text("cheap watches")


def test_the_whole_way_by_keyboard_alone(visit: Visitor) -> None:
    asker = visit()
    asker.goto("/accounts/signup/")
    name = f"kira{secrets.token_hex(3)}"
    fields = {"email": f"{name}@example.com", "username": name, "password1": "a-long-walk-in-autumn"}
    for field, value in fields.items():
        to(asker, asker.locator(f"input[name={field}]"))
        asker.keyboard.type(value)
    asker.keyboard.press("Enter")
    asker.wait_for_url(lambda url: "/accounts/signup/" not in url)

    asker.goto("/forum/new/?category=programming")
    to(asker, asker.locator("input[name=title]"))
    asker.keyboard.type("Can all of this be done by keys?")
    to(asker, asker.locator("select[name=kind]"))
    asker.keyboard.type("Question")
    to(asker, asker.locator("textarea[name=content]"))
    asker.keyboard.type("No mouse at hand.")
    press(asker, asker.get_by_role("button", name="Publish"))
    asker.wait_for_url(re.compile(r"/forum/topic/\d+/"))
    path = "/" + asker.url.split("/", 3)[3].split("?")[0].split("#")[0]

    for person, words in (("boris", "By keys, too."), ("chen", "Buy cheap watches by keys.")):
        helper = visit(person)
        helper.goto(path)
        to(helper, helper.locator("#reply textarea"))
        helper.keyboard.type(words)
        press(helper, helper.locator("#reply button[type=submit]").last)
        expect(post_with(helper, words)).to_be_visible()

    asker.goto(path)
    press(asker, post_with(asker, "By keys, too.").get_by_role("button", name="Best answer"))
    expect(post_with(asker, "By keys, too.").locator(".post__best")).to_be_visible()
    press(asker, post_with(asker, "cheap watches").get_by_role("link", name="Report"))
    asker.wait_for_url("**/moderation/report/**")
    to(asker, asker.locator("input[name=reason]").first)
    asker.keyboard.press("Space")
    press(asker, asker.locator("main form[method=post]").get_by_role("button", name="Report"))
    asker.wait_for_url(lambda url: "/moderation/report/" not in url)

    moderator = visit("maxim")
    moderator.goto("/moderation/")
    press(moderator, moderator.get_by_role("link", name="Can all of this be done by keys?").first)
    moderator.wait_for_url("**/moderation/case/**")
    press(moderator, moderator.get_by_role("button", name="Hide it"))
    expect(moderator.get_by_role("button", name="Hide it")).to_have_count(0)
    asker.goto(path)
    expect(asker.locator("main")).to_contain_text("Moderators hid this post.")


def to(page: Page, target: Locator) -> None:
    """Walk to `target` with the Tab key, as far as it takes from the top of the page."""
    target.wait_for()
    wanted = target.element_handle()
    for _stop in range(TABS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, target: Locator) -> None:
    """Walk to a button or link and press Enter."""
    to(page, target)
    page.keyboard.press("Enter")
