"""A real player against the real clock: what is credited is what was played in front of a person, to two seconds."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.steps import sign_up

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
COURSE = "/courses/linear-algebra-in-pictures/"
LESSON = f"{COURSE}walking-on-the-grid/"
REPORTS = re.compile(r"/progress/$")
TOLERANCE = 2  # seconds
HIDE = """hidden => {
    Object.defineProperty(document, "visibilityState", {value: hidden ? "hidden" : "visible", configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""

# The strict policy forbids `wait_for_function`, which evaluates a text again and again.
READY = """() => new Promise(done => {
    const video = document.querySelector("video");
    if (video.readyState >= 3) done();
    else video.addEventListener("canplay", done, {once: true});
})"""
SEEK = """at => new Promise(done => {
    const video = document.querySelector("video");
    video.onseeked = done;
    video.currentTime = at;
})"""
PLAY = """async rate => {
    const video = document.querySelector("video");
    video.playbackRate = rate;
    await video.play();
    return video.currentTime;
}"""


@pytest.fixture
def student(visit: Visitor) -> Page:
    """Return the browser of somebody new who has the video open."""
    page = visit()
    sign_up(page, "vera")
    page.goto(COURSE)
    page.get_by_role("button", name="Enrol").click()
    open_video(page)
    return page


def open_video(page: Page) -> None:
    page.goto(LESSON)
    page.evaluate(READY)
    page.evaluate("document.querySelector('video').muted = true")


def play(page: Page, seconds: float, *, start: float | None = None, rate: float = 1) -> float:
    """Play for so many seconds of the clock and return how many of the video went by."""
    if start is not None:
        page.evaluate(SEEK, start)
    before = page.evaluate(PLAY, rate)
    page.wait_for_timeout(seconds * 1000)
    after = page.evaluate(
        "() => {const v = document.querySelector('video'); v.pause(); return v.currentTime}"
    )
    return float(after - before)


def credited(page: Page) -> int:
    """Return the seconds that the server has credited, once it has heard the last report."""
    page.wait_for_timeout(700)
    number = page.locator("[data-lesson]").get_attribute("data-lesson")
    return int(page.request.get(f"/api/lessons/{number}").json()["watched_seconds"])


def test_what_was_seen_counts_and_nothing_else(student: Page) -> None:
    truth = play(student, 5)
    truth += play(student, 4, start=30, rate=2)  # the 25 seconds between are not seen
    play(student, 2, start=31, rate=1)  # seen before
    student.evaluate(HIDE, True)
    play(student, 4, start=50)  # nobody looks
    student.evaluate(HIDE, False)
    assert truth > 10
    assert abs(credited(student) - truth) <= TOLERANCE


def test_two_tabs_play_one_after_the_other(student: Page) -> None:
    other = student.context.new_page()
    open_video(other)
    started = time.monotonic()
    student.evaluate("document.querySelector('video').play()")
    student.wait_for_timeout(3000)
    seen = play(other, 3, start=30)
    assert student.evaluate("document.querySelector('video').paused"), "one tab plays at a time"
    truth = seen + student.evaluate("document.querySelector('video').currentTime")
    assert abs(credited(student) - truth) <= TOLERANCE
    assert credited(student) <= time.monotonic() - started + TOLERANCE


def test_two_tabs_that_do_not_know_of_each_other_earn_the_time_of_one(student: Page) -> None:
    other = student.context.new_page()
    for page in (student, other):
        page.add_init_script(
            "window.BroadcastChannel = class extends EventTarget {postMessage() {} close() {}}"
        )
        open_video(page)
    started = time.monotonic()
    for page, start in ((student, 0), (other, 30)):
        page.evaluate(
            "at => {const v = document.querySelector('video'); v.currentTime = at; return v.play()}", start
        )
    student.wait_for_timeout(6000)
    for page in (student, other):
        page.evaluate("document.querySelector('video').pause()")
    passed = time.monotonic() - started
    assert abs(credited(student) - passed) <= TOLERANCE


def test_a_lost_connection_loses_nothing_and_a_retry_adds_nothing(student: Page) -> None:
    truth = play(student, 2)

    def swallow(route: Route) -> None:
        """Let the server hear it, and the page not hear back."""
        route.fetch()
        route.abort()

    student.route(REPORTS, lambda route: route.abort())
    truth += play(student, 3, start=20)
    student.unroute(REPORTS)
    student.route(REPORTS, swallow)
    truth += play(student, 3, start=40)
    student.wait_for_timeout(5500)  # it tries again by itself
    student.unroute(REPORTS)
    with student.expect_response(REPORTS, timeout=10_000):
        pass
    student.errors.clear()  # type: ignore[attr-defined]  # the lost requests, which the browser logs
    assert abs(credited(student) - truth) <= TOLERANCE


def test_watching_to_the_end_ticks_the_lesson_off(student: Page) -> None:
    student.evaluate("document.querySelector('video').currentTime = 0")
    play(student, 31, rate=2)
    expect(student.get_by_text("You have done this lesson")).to_be_visible()
    student.goto(COURSE)
    expect(student.locator(".lesson-row--done")).to_have_count(1)


def test_the_player_listens_to_keys_and_remembers_its_speed(student: Page) -> None:
    speed = student.locator(".player-controls select")
    student.locator("h1").click()
    student.keyboard.press("Shift+Period")
    expect(speed).to_have_value("1.25")
    student.keyboard.press("l")
    assert student.evaluate("document.querySelector('video').currentTime") == pytest.approx(10, abs=1)
    student.keyboard.press("k")
    student.wait_for_timeout(500)
    assert not student.evaluate("document.querySelector('video').paused")
    student.keyboard.press("k")
    open_video(student)
    expect(speed).to_have_value("1.25")
    assert student.evaluate("document.querySelector('video').playbackRate") == 1.25
