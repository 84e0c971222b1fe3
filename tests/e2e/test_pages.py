"""Every page a person can open: accessible, inside its width, without an error in the console."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.steps import fits

pytestmark = pytest.mark.e2e
Visitor = Callable[..., Page]
LESSON = "/courses/git-without-fear/looking-back/"
TOPIC = "/forum/topic/1/"
VISITOR_PAGES = ["/", "/accounts/login/", "/courses/", "/courses/git-without-fear/", "/forum/"]
MEMBER_PAGES = [
    "/", "/forum/programming/", TOPIC, "/forum/new/", LESSON, "/settings/", "/notifications/", "/streak/",
    "/forum/?tab=unread", "/forum/tags/", "/forum/search/?q=git", "/forum/drafts/", "/forum/watching/", "/forum/trust/",
    "/moderation/reports/", "/moderation/report/post/5/",
]  # fmt: skip
MODERATOR_PAGES = [
    "/moderation/", "/moderation/log/", "/moderation/public/", "/moderation/categories/", "/moderation/categories/1/",
    "/moderation/people/boris/", "/forum/topic/1/manage/", "/forum/category/programming/manage/",
]  # fmt: skip
WIDTHS, THEMES = (390, 1280), ("light", "dark")


def serious(page: Page) -> list[object]:
    """Return what axe finds serious, and headings that skip a level: people who listen walk along them."""
    found = Axe().run(page).response["violations"]
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for violation in found
        if violation["impact"] in {"serious", "critical"} or violation["id"] == "heading-order"
    ]


@pytest.mark.parametrize(
    ("username", "paths"), [(None, VISITOR_PAGES), ("anna", MEMBER_PAGES), ("maxim", MODERATOR_PAGES)]
)
def test_axe_finds_nothing_serious_in_both_themes_on_phone_and_desk(
    visit: Visitor, username: str | None, paths: list[str]
) -> None:
    page = visit(username, reduced_motion="reduce")
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # a literal
        for path in paths:
            # Opened anew in each theme: colours that fade over are no colours to judge.
            page.goto(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [(path, width, theme, violation) for violation in serious(page)]
    assert found == []


@pytest.mark.parametrize("username", [None, "anna", "boris", "maxim"])
def test_nothing_sticks_out_sideways_in_english_or_russian(visit: Visitor, username: str | None) -> None:
    page = visit(username, locale="ru" if username in {None, "maxim"} else "en")
    wide = []
    for path in {None: VISITOR_PAGES, "maxim": MODERATOR_PAGES}.get(username, MEMBER_PAGES):
        page.goto(path)
        for width in (320, 390):
            if not fits(page, width):
                wide.append((path, width))
    page.errors.clear()  # type: ignore[attr-defined]  # boris is not enrolled: a closed lesson answers 403
    assert page.locator("html").get_attribute("lang") == ("en" if username == "anna" else "ru")
    assert wide == []


def test_a_wrong_address_is_answered_in_our_design(visit: Visitor) -> None:
    page = visit()
    answer = page.goto("/no/such/page/")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator(".header")).to_be_visible()
    expect(page.locator("[data-reason]")).to_be_visible()
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 404 that this test asked for


def test_what_one_may_not_do_is_answered_in_our_design(visit: Visitor) -> None:
    page = visit("anna")
    page.goto(TOPIC)
    page.context.clear_cookies(name="csrftoken")
    page.locator("#reply textarea").fill("Without the token.")
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("#reply button[type=submit]").click()
    assert answer.value.status == 403
    expect(page.locator(".header")).to_be_visible()
    page.errors.clear()  # type: ignore[attr-defined]  # the browser logs the 403 that this test asked for


@pytest.mark.parametrize("username", ["maxim", "admin"])
def test_every_list_of_the_administration_opens(visit: Visitor, username: str) -> None:
    page = visit(username)
    page.goto("/admin/")
    links = page.locator('a[href^="/admin/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
    lists = sorted({link for link in links if link.count("/") == 4 and "password" not in link})
    assert len(lists) >= 3
    refused = [link for link in lists if page.goto(link).status != 200]  # type: ignore[union-attr]
    assert refused == []
