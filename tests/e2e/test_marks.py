"""Marks in lessons, in the browser: the second that the video stands at goes along, and the video stays where it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import sign_up

pytestmark = pytest.mark.e2e
COURSE = "/courses/git-without-fear/"


def test_a_mark_stands_at_the_second_of_the_video(visit: Callable[..., Page]) -> None:
    student = visit()
    sign_up(student, "uma")
    student.goto(COURSE)
    student.get_by_role("button", name="Enrol").click()
    student.goto(f"{COURSE}the-three-places/")
    control = student.locator("#lesson-feedback")
    student.locator("video").evaluate("video => { video.currentTime = 21.4; }")
    control.locator("input[name=content]").fill("Why three?")
    control.locator("input[name=content]").press("Enter")  # chooses nothing by itself
    expect(control.locator("li")).to_have_count(0)
    control.get_by_role("button", name="Too fast").click()
    expect(control.locator("li")).to_contain_text(["0:21"])
    assert student.locator("video").evaluate("video => video.currentTime") == pytest.approx(21.4)
    control.get_by_role("button", name="Take back: Too fast").click()
    expect(control.locator("li")).to_have_count(0)
