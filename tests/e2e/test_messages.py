"""Two people write to each other: live, through a lost network, and without scripts."""

import secrets
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
BOX = ".talk__box textarea"
LIVE_MS = 5_000  # a slow machine passes too; benchmarks/sockets.py measures


def unique(words: str) -> str:
    return f"{words} {secrets.token_hex(3)}"


def bubble(page: Page, words: str) -> Locator:
    return page.locator(".bubble").filter(has_text=words)


def begin(page: Page, to: str, words: str) -> str:
    """Write to somebody by the form and return the path of the conversation."""
    page.goto(f"/messages/new/?to={to}")
    page.fill("textarea[name=content]", words)
    page.locator(
        "main form[method=post] button[type=submit], main form[method=post] .btn--primary"
    ).first.click()
    page.wait_for_url("**/messages/*/*")
    expect(bubble(page, words)).to_have_count(1)
    return page.url.split("#")[0]


def say(page: Page, words: str) -> None:
    page.fill(BOX, words)
    page.press(BOX, "Enter")
    expect(page.locator(BOX)).to_have_value("")


def test_a_message_arrives_live_with_typing_and_the_mark_that_it_was_seen(visit: Visitor) -> None:
    anna, boris = visit("anna"), visit("boris")
    path = begin(anna, "boris", unique("Hello"))
    boris.goto(path)
    accepted = unique("You are no stranger")  # an answer accepts what was a request
    say(boris, accepted)
    expect(bubble(anna, accepted)).to_have_count(1, timeout=LIVE_MS)

    note = anna.locator("[data-typing-note]")
    quiet = note.inner_text()
    boris.locator(BOX).press_sequentially("Well")
    expect(note).to_have_text("is typing …", timeout=LIVE_MS)
    words = unique("Well met")
    say(boris, words)
    expect(bubble(anna, words)).to_have_count(1, timeout=LIVE_MS)
    expect(note).to_have_text(quiet)

    answer = unique("And you")
    say(anna, answer)
    expect(bubble(boris, answer)).to_have_count(1, timeout=LIVE_MS)
    expect(bubble(anna, answer)).to_have_count(1)
    boris.bring_to_front()  # nobody reads in a window behind another
    expect(anna.locator("[data-seen]")).to_have_text("Seen", timeout=LIVE_MS)
    expect(boris.locator("[data-behaviour=envelope] [data-number]")).to_have_text("")


def test_what_was_sent_without_network_is_sent_once(visit: Visitor) -> None:
    anna, boris = visit("anna"), visit("boris")
    path = begin(anna, "boris", unique("Before the tunnel"))
    boris.goto(path)
    words = unique("In the tunnel")
    anna.context.set_offline(True)
    say(anna, words)
    expect(anna.locator(".bubble--waiting").filter(has_text=words)).to_contain_text("Waiting for the network")
    with suppress(Error):
        anna.reload()
    anna.context.set_offline(False)
    anna.goto(path)
    expect(bubble(boris, words)).to_have_count(1, timeout=LIVE_MS)
    expect(bubble(anna, words)).to_have_count(1)
    expect(anna.locator(".bubble--waiting")).to_have_count(0)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    words = unique("At its end")
    anna.route("**/api/messages/conversations/*/messages", lose_the_answer, times=1)
    say(anna, words)
    expect(bubble(boris, words)).to_have_count(1, timeout=LIVE_MS)
    for page in (anna, boris):
        page.goto(path)
        expect(page.locator(".bubble--waiting")).to_have_count(0)
        expect(bubble(page, words)).to_have_count(1)
    anna.errors.clear()  # type: ignore[attr-defined]  # the browser logs the network that this test took away


def test_everything_can_be_read_and_sent_without_scripts(visit: Visitor) -> None:
    boris, anna = visit("boris", java_script_enabled=False), visit("anna", java_script_enabled=False)
    words, answer = unique("By the form"), unique("By the form, too")
    begin(anna, "boris", words)
    boris.goto("/messages/?tab=requests")
    if not boris.locator(".inbox__item", has_text=words).count():
        boris.goto("/messages/")
    boris.locator(".inbox__item", has_text=words).click()
    boris.fill(BOX, answer)
    boris.locator(".talk__box button[type=submit]").click()
    expect(bubble(boris, answer)).to_have_count(1)
    anna.goto("/messages/")
    anna.locator(".inbox__item", has_text=answer).click()
    expect(bubble(anna, answer)).to_have_count(1)
