"""Moderating in the browser: a decision with a penalty in one step, and what its author then reads."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import post_with, reply, sign_up, start_topic
from tests.e2e.test_pages import serious

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]


def test_a_report_becomes_a_penalty_whose_reason_its_author_reads(visit: Visitor) -> None:
    asker, spammer, moderator = visit("anna"), visit(reduced_motion="reduce"), visit("maxim", reduced_motion="reduce")
    title = f"Where do you buy your notebooks? {secrets.token_hex(3)}"
    path = start_topic(asker, title, kind="discussion")
    name = sign_up(spammer, "sam")
    reply(spammer, path, "Cheap watches, five for one, only today.")

    asker.goto(path)
    post_with(asker, "Cheap watches").get_by_role("link", name="Report").click()
    asker.get_by_label("Spam or advertising").check()
    asker.locator("main form[method=post]").get_by_role("button", name="Report").click()

    moderator.goto("/moderation/")
    moderator.get_by_role("link", name=title).first.click()
    assert serious(moderator) == []
    moderator.get_by_text("With a penalty for the author").click()
    moderator.locator("select[name=penalty]").select_option("silence")
    moderator.locator("select[name=lasts]").select_option("3d")
    moderator.locator("input[name=penalty_reason]").fill("This is no market place")
    moderator.get_by_role("button", name="Hide it").click()
    expect(moderator.locator("h1", has_text="Review queue")).to_be_visible()
    expect(moderator.locator("main")).not_to_contain_text(title)
    assert serious(moderator) == []

    spammer.goto(path)
    expect(spammer.locator("main")).to_contain_text("This is no market place")
    expect(spammer.locator("main")).to_contain_text("only you see it")
    expect(spammer.locator("#reply textarea")).to_have_count(0)
    assert serious(spammer) == []
    asker.goto(path)
    expect(asker.locator("main")).to_contain_text("Moderators hid this post.")
    moderator.goto("/moderation/public/")
    expect(moderator.locator("main")).not_to_contain_text(name)
    expect(moderator.locator("main")).not_to_contain_text("This is no market place")
