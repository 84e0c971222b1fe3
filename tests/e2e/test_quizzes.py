"""Taking a quiz in the browser: answers are kept on the way, the clock hands in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import fits, sign_up
from tests.e2e.test_pages import serious

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
COURSE = "/courses/git-without-fear/"
LESSON = f"{COURSE}three-places-one-history/"


@pytest.fixture
def student(visit: Visitor) -> Page:
    page = visit()
    sign_up(page, "quentin")
    page.goto(COURSE)
    page.get_by_role("button", name="Enrol").click()
    page.goto(LESSON)
    return page


def test_answers_are_kept_on_the_way_and_marked_at_last(student: Page) -> None:
    student.get_by_role("button", name="Start the quiz").click()
    student.get_by_label("a name that points at a commit").check()
    student.locator(".field input").fill("reflog")
    expect(student.locator("[data-answered]")).to_have_text("2/4")
    expect(student.locator("[data-status]")).to_have_text("Saved")
    student.reload()
    expect(student.get_by_label("a name that points at a commit")).to_be_checked()
    expect(student.locator(".field input")).to_have_value("reflog")
    student.get_by_label("a snapshot of all tracked files").check()
    student.get_by_role("button", name="Hand in").click()
    expect(student.get_by_role("heading", name="You have passed")).to_be_visible()
    expect(student.locator(".question--ok")).to_have_count(3)
    student.get_by_role("link", name="Back to the lesson").click()
    expect(student.get_by_text("Your result: 60%")).to_be_visible()


def test_a_lost_connection_is_told_and_made_up_for(student: Page) -> None:
    student.get_by_role("button", name="Start the quiz").click()
    student.route("**/save/", lambda route: route.abort())
    student.locator(".field input").fill("reflog")
    expect(student.locator("[data-status]")).to_have_text("Not saved. Trying again…")
    student.unroute("**/save/")
    expect(student.locator("[data-status]")).to_have_text("Saved", timeout=8_000)
    student.errors.clear()  # type: ignore[attr-defined]  # the lost request, which the browser logs


def test_the_clock_hands_in(student: Page) -> None:
    student.clock.install()
    student.get_by_role("button", name="Start the quiz").click()
    expect(student.locator("[data-clock]")).to_have_text("9:59", timeout=5_000)
    student.locator(".field input").fill("reflog")
    student.clock.fast_forward(600_000)
    expect(student.get_by_role("heading", name="Not passed yet")).to_be_visible()
    expect(student.get_by_text("1 of 5 points")).to_be_visible()


def test_a_quiz_needs_no_javascript(visit: Visitor, student: Page) -> None:
    state = student.context.storage_state()
    context = student.context.browser.new_context(
        base_url=student.url.split("/courses")[0], java_script_enabled=False, storage_state=state, locale="en"
    )
    page = context.new_page()
    page.goto(LESSON)
    page.get_by_role("button", name="Start the quiz").click()
    page.get_by_label("a name that points at a commit").check()
    page.get_by_role("button", name="Save and go on later").click()
    expect(page.get_by_label("a name that points at a commit")).to_be_checked()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Not passed yet")).to_be_visible()
    context.close()


def test_its_pages_are_accessible_and_fit_a_phone(student: Page) -> None:
    def look(what: str) -> None:
        for theme in ("light", "dark"):
            student.emulate_media(color_scheme=theme)
            student.reload()  # colours that fade over are no colours to judge
            assert serious(student) == [], (what, theme)
        for width in (320, 390):
            assert fits(student, width), (what, width)
        student.set_viewport_size({"width": 1280, "height": 900})

    look("rules")
    student.get_by_role("button", name="Start the quiz").click()
    student.get_by_label("a name that points at a commit").check()
    expect(student.locator("[data-status]")).to_have_text("Saved")
    look("questions")
    student.get_by_role("button", name="Hand in").click()
    expect(student.get_by_role("heading", name="Not passed yet")).to_be_visible()
    look("results")
    student.goto(f"{COURSE}the-three-places/")
    look("video")
