"""Everything people do on the site, by plain forms and links."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import post_with, reply, sign_up, start_topic

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
PLAIN = {"java_script_enabled": False}
COURSE = "/courses/sql-by-questions/"


def test_the_forum_works_without_javascript(visit: Visitor) -> None:
    asker, helper = visit("anna", **PLAIN), visit("chen", **PLAIN)
    path = start_topic(asker, "Does this page need a script?", "I **hope** not.")
    expect(asker.locator("#post-1 .prose strong")).to_have_text("hope")

    reply(helper, path, "Not for reading.")
    post_with(helper, "Not for reading.").get_by_role("link", name="Edit").click()
    helper.locator("textarea[name=content]").fill("Not for writing either.")
    helper.locator("main button[type=submit]").click()
    expect(post_with(helper, "Not for writing either.")).to_contain_text("edited")
    reply(helper, path, "And this was one answer too many.")
    post_with(helper, "one answer too many").get_by_role("button", name="Delete").click()
    expect(post_with(helper, "one answer too many")).to_have_count(0)

    asker.goto(path)
    post = post_with(asker, "Not for writing either.")
    post.get_by_role("button", name="Like").click()
    expect(post.locator(".btn--like")).to_have_attribute("aria-pressed", "true")
    expect(asker).to_have_url(re.compile("#post-2$"))
    post.locator(".btn--like").click()
    expect(post.locator(".btn--like")).to_have_attribute("aria-pressed", "false")
    post.get_by_role("button", name="Best answer").click()
    expect(post.locator(".post__best")).to_be_visible()
    post.get_by_role("link", name="Quote").click()
    expect(asker.locator("#reply textarea")).to_have_value(re.compile("> Not for writing either."))


def test_a_moderator_pins_locks_and_removes_without_javascript(visit: Visitor) -> None:
    path = start_topic(visit("anna", **PLAIN), "Please look at this", kind="discussion")
    moderator = visit("maxim", **PLAIN)
    moderator.goto(path)
    head = moderator.locator(".topic-head")
    for button, mark in (("Pin", "Pinned"), ("Lock", "Locked")):
        head.locator("summary", has_text="Manage").click()
        head.get_by_role("button", name=button, exact=True).click()
        expect(head).to_contain_text(mark)
    head.locator("summary", has_text="Manage").click()
    head.get_by_role("button", name="Delete").click()
    expect(head).to_contain_text("Removed")
    visitor = visit(**PLAIN)
    answer = visitor.goto(path)
    assert answer is not None
    assert answer.status == 410
    visitor.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 410 that this test asked for


def test_a_course_is_taken_without_javascript(visit: Visitor) -> None:
    student = visit(**PLAIN)
    sign_up(student, "pavel")
    student.goto(COURSE)
    student.get_by_role("button", name="Enrol").click()
    student.get_by_role("button", name="Mark as done").click()
    expect(student.get_by_text("Read it first")).to_be_visible()
    student.wait_for_timeout(5_000)
    student.get_by_role("button", name="Mark as done").click()
    student.goto(COURSE)
    expect(student.locator(".course-page__side progress")).to_have_attribute(
        "value", re.compile(r"^[1-9]\d?$")
    )


def test_comments_are_written_answered_and_removed_without_javascript(visit: Visitor) -> None:
    writer, other = visit("anna", **PLAIN), visit("chen", **PLAIN)
    writer.goto(COURSE)
    writer.locator("#comments form.comments-panel__new textarea").fill("Which lesson was hardest?")
    writer.get_by_role("button", name="Comment", exact=True).click()
    comment = writer.locator(".comment__card").filter(has_text="Which lesson was hardest?")
    expect(comment).to_have_count(1)

    other.goto(COURSE)
    theirs = other.locator(".comment__card").filter(has_text="Which lesson was hardest?")
    theirs.get_by_role("button", name="Like").click()
    expect(theirs.locator(".btn--like")).to_have_attribute("aria-pressed", "true")
    theirs.locator("summary").click()
    theirs.locator("textarea").fill("The joins.")
    theirs.locator("details").get_by_role("button", name="Reply").click()
    expect(other.locator(".comment__replies .comment__card")).to_contain_text(["The joins."])

    writer.goto(COURSE)
    comment.get_by_role("button", name="Delete").click()
    expect(comment).to_have_count(0)
    expect(writer.locator(".comment__card").filter(has_text="The joins.").first).to_be_visible()
