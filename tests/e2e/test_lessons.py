"""Courses in the browser: enrolling, doing every lesson, talking live below one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import sign_up

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
COURSE = "/courses/git-without-fear/"
LESSON = f"{COURSE}looking-back/"
LIVE_MS = 5_000
WATCH = """() => {
    const video = document.querySelector("video");
    video.muted = true;
    video.playbackRate = 2;
    return video.play();
}"""


def test_a_course_is_found_taken_and_completed(visit: Visitor) -> None:
    student = visit()
    sign_up(student, "rita")
    student.goto("/courses/")
    student.locator(f'a[href="{COURSE}"]').first.click()
    student.get_by_role("button", name="Enrol").click()
    side = student.locator(".course-page__side")
    total = student.locator(".lesson-page__side li").count()
    assert total >= 3
    for _ in range(total):
        _do(student)
        student.goto(COURSE)
        carry_on = side.get_by_role("link", name="Continue")
        if not carry_on.is_visible():
            break
        carry_on.click()
    expect(side).to_contain_text("You have completed this course")


def _do(student: Page) -> None:
    """Do the lesson that is open, whatever its kind."""
    if student.locator("video").count():
        student.evaluate(WATCH)
        student.wait_for_timeout(31_000)
        expect(student.get_by_text("You have done this lesson")).to_be_visible()
    elif student.locator(".quiz").count():
        student.get_by_role("button", name="Start the quiz").click()
        for answer in ("a snapshot of all tracked files", "a name that points at a commit"):
            student.get_by_label(answer).check()
        student.locator(".field input").fill("reflog")
        student.get_by_role("button", name="Hand in").click()
        expect(student.get_by_role("heading", name="You have passed")).to_be_visible()
    else:
        here = student.url
        student.get_by_role(
            "button", name="Mark as done"
        ).click()  # the click waits until it can have been read
        student.wait_for_url(lambda url: url != here)


def test_a_lesson_asks_a_visitor_to_join(visit: Visitor) -> None:
    visitor = visit()
    visitor.goto(LESSON)
    visitor.get_by_role("link", name="Join and enrol").first.click()
    visitor.wait_for_url("**/accounts/signup/**")
    visitor.errors.clear()  # type: ignore[attr-defined]  # a closed lesson answers 403, which the browser logs


def test_comments_below_a_lesson_are_live(visit: Visitor) -> None:
    reader, writer = visit("anna"), visit("chen")
    reader.goto(LESSON)
    pill = reader.locator("#comments .new-pill")
    shown = reader.locator(".comment__card").count()
    writer.goto(LESSON)
    writer.locator(".comments-panel__new textarea").fill("The log reads backwards!")
    writer.get_by_role("button", name="Comment", exact=True).click()
    expect(writer.locator(".comment__card").filter(has_text="The log reads backwards!").first).to_be_visible()
    expect(writer.locator(".comments-panel__new textarea")).to_have_value("")

    expect(pill).to_have_text("1 new comment", timeout=LIVE_MS)
    expect(reader.locator(".comment__card")).to_have_count(shown)
    pill.click()
    answered = reader.locator(".comment__card").filter(has_text="The log reads backwards!").first
    expect(answered).to_be_visible()

    answered.locator("summary").click()
    answered.locator("textarea").fill("That is what logs do.")
    answered.locator("details").get_by_role("button", name="Reply").click()
    expect(reader.locator(".comment__replies").filter(has_text="That is what logs do.").first).to_be_visible()
    expect(writer.locator("#comments .new-pill")).to_have_text("1 new comment", timeout=LIVE_MS)
    expect(writer.locator("[data-behaviour=bell] [data-number]")).not_to_have_text("", timeout=LIVE_MS)


def test_a_comment_is_liked_without_leaving_the_page(visit: Visitor) -> None:
    writer, reader = visit("chen"), visit("anna")
    writer.goto(LESSON)
    writer.locator(".comments-panel__new textarea").fill("Worth reading twice.")
    writer.get_by_role("button", name="Comment", exact=True).click()
    expect(writer.locator(".comment__card").filter(has_text="Worth reading twice.").first).to_be_visible()
    reader.goto(LESSON)
    card = reader.locator(".comment__card").filter(has_text="Worth reading twice.").first
    address = reader.url
    card.get_by_role("button", name="Like").click()
    expect(card.locator(".btn--like")).to_have_attribute("aria-pressed", "true")
    assert reader.url == address
