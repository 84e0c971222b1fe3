"""Asking from a lesson in the browser: the question knows the second that the video stood at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import sign_up

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
LESSON = "/courses/python-first-steps/how-the-computer-reads-your-code/"


def test_a_question_about_a_lesson_leads_back_to_the_second(visit: Visitor) -> None:
    student = visit()
    sign_up(student, "quentin")
    student.goto("/courses/python-first-steps/")
    student.get_by_role("button", name="Enrol").click()
    student.goto(LESSON)
    student.evaluate("() => { document.querySelector('video').currentTime = 25.4; }")
    student.wait_for_function("() => document.querySelector('video').currentTime > 25")
    student.get_by_role("link", name="Ask about this lesson").click()
    student.get_by_label("Title").fill("What is looked up first here?")
    student.locator('textarea[name="content"]').fill("The bars move before the names do.")
    student.get_by_role("button", name="Publish").click()
    expect(student.get_by_role("heading", name="What is looked up first here?")).to_be_visible()
    back = student.get_by_role("link", name="at 0:25")
    expect(back).to_have_attribute("href", f"{LESSON}?t=25")
    student.goto(LESSON)
    expect(student.get_by_role("link", name="What is looked up first here?")).to_be_visible()


def test_without_javascript_the_lesson_is_named_without_a_second(visit: Visitor) -> None:
    reader = visit("irina", java_script_enabled=False)
    reader.goto(LESSON)
    asking = reader.get_by_role("link", name="Ask about this lesson")
    assert "second=" not in (asking.get_attribute("href") or "")
    asking.click()
    expect(reader.locator('select[name="kind"]')).to_have_value("question")
