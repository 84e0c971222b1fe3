"""Template tags, and the pages that belong to no app."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation
from lucide import IconDoesNotExist

from community_platform.templatetags import ui
from profiles.models import User

AsHtml = Callable[..., Client]
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]  # mail programs know inline styles only


def render(source: str, path: str = "/", **context: Any) -> str:
    request: HttpRequest = RequestFactory().get(path)
    return str(engines["django"].from_string(source).render(context, request)).strip()


def test_an_icon_is_hidden_from_screen_readers() -> None:
    drawn = render('{% icon "flame" 20 %}')
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert 'width="20"' in drawn


def test_an_unknown_icon_raises_for_developers_and_is_drawn_for_visitors(settings: Any) -> None:
    with pytest.raises(IconDoesNotExist):
        ui.icon("no-such-icon")
    settings.TESTING = False
    assert ui.icon("no-such-icon") == ui.icon("circle-dashed")


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: path.relative_to(settings.BASE_DIR / "templates").as_posix()
)
def test_every_icon_that_a_template_names_exists(path: Path) -> None:
    text = path.read_text()
    for name in re.findall(r'{% icon "([^"]+)"', text) + re.findall(r'include [^%]*icon="([^"]+)"', text):
        assert ui.icon(name)


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: path.relative_to(settings.BASE_DIR / "templates").as_posix()
)
def test_no_template_has_what_the_content_policy_forbids(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<[^>]*\sstyle=", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    assert not re.search(r"<[^>]*\shx-", text), "write data-hx-"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/' in tag


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Petrova", "AP"),
        ("boris", "BO"),
        ("дарья", "ДА"),
        ("mary-jane watson", "MJ"),
        ("x", "X"),
        ("", "?"),
        (" _ ", "?"),
    ],
)
def test_initials_come_from_the_first_two_words(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_an_avatar_escapes_the_name_and_keeps_its_colour() -> None:
    person = SimpleNamespace(pk=25, name="<b> <i>", avatar_url=None)
    drawn = ui.avatar(person)
    assert 'data-hue="1"' in drawn
    assert "<b>" not in drawn
    assert 'alt=""' in ui.avatar(SimpleNamespace(pk=1, name="a", avatar_url="/media/a.webp"))


def test_an_avatar_of_nobody_is_a_question_mark() -> None:
    assert ">?<" in ui.avatar(None)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=60), "March 21"),
        (timedelta(days=400), "April 15, 2025"),
    ],
)
def test_ago_speaks_as_people_do(passed: timedelta, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    drawn = ui.ago(NOW - passed)
    assert f">{words}</time>" in drawn
    assert f'datetime="{(NOW - passed).isoformat()}"' in drawn


def test_ago_of_never_is_empty() -> None:
    assert ui.ago(None) == ""


@pytest.mark.parametrize(
    ("number", "most", "text"),
    [
        (None, 0, "0"), (7, 0, "7"), (999, 0, "999"), (1000, 0, "1k"), (1234, 0, "1.2k"), (9960, 0, "10k"),
        (48_500, 0, "48k"), (999_499, 0, "999k"), (999_500, 0, "1M"), (1_200_000, 0, "1.2M"), (99, 99, "99"),
        (100, 99, "99+"),
    ],
)  # fmt: skip
def test_count_is_short(number: int | None, most: int, text: str) -> None:
    with translation.override("en"):
        assert ui.count(number, most) == text


def test_querystring_with_keeps_the_other_keys() -> None:
    assert render("{% querystring_with page=3 %}", "/?q=a%26b&page=2") == "?q=a%26b&amp;page=3"
    assert render('{% querystring_with q="" %}', "/?q=x&page=2") == "?page=2"


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 1, [1]),
        (1, 20, [1, 2, 3, None, 20]),
        (5, 20, [1, 2, 3, 4, 5, 6, 7, None, 20]),
        (10, 20, [1, None, 8, 9, 10, 11, 12, None, 20]),
        (20, 20, [1, None, 18, 19, 20]),
    ],
)
def test_pagination_shows_first_last_and_neighbours(number: int, total: int, shown: list[int | None]) -> None:
    assert ui._window(number, total) == shown


def test_pagination_links_keep_the_query_and_mark_the_page() -> None:
    page = Paginator(range(100), 10).page(4)
    drawn = render("{% pagination page %}", "/?tag=django&page=4", page=page)
    assert 'href="?tag=django&amp;page=5"' in drawn
    assert len(re.findall('aria-current="page"', drawn)) == 1
    assert 'rel="prev"' in drawn


def test_pagination_of_a_single_page_is_nothing() -> None:
    assert render("{% pagination page %}", page=Paginator([1], 10).page(1)) == ""


def test_panels_are_silent_before_the_request_has_a_user() -> None:
    assert render('{% panel "header.icons" %}') == ""


def test_plural_forms_leave_the_number_to_the_browser() -> None:
    drawn = render('{% plural_forms "replies" %}')
    assert 'data-one="{n} new reply"' in drawn
    assert 'data-other="{n} new replies"' in drawn


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')]
)
def test_the_theme_cookie_is_in_the_first_byte_of_the_page(
    client: Client, cookie: str, attribute: str
) -> None:
    client.cookies["theme"] = cookie
    assert attribute in client.get("/styleguide/").content.decode().split("<head>")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["auto", '"><script>', "DARK"])
def test_any_other_theme_cookie_follows_the_device(client: Client, cookie: str) -> None:
    client.cookies["theme"] = cookie
    assert "data-theme" not in client.get("/styleguide/").content.decode().split("<head>")[0]


@pytest.mark.django_db
def test_the_theme_form_works_without_script(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/styleguide/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/styleguide/?a=1")
    assert client.cookies["theme"].value == "dark"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_the_theme_form_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post("/theme/", {"theme": "neon", "next": target})["Location"] == "/"
    assert "theme" not in client.cookies


@pytest.mark.django_db
def test_the_style_guide_renders_every_component(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()
    for name in (
        "topic",
        "post",
        "comment",
        "composer",
        "course",
        "streak",
        "empty",
        "alert",
        "toast",
        "badge",
        "pages",
        "tabs",
    ):
        assert f'class="{name}' in page or f" {name}" in page


@pytest.mark.django_db
def test_the_manifest_names_icons_that_exist_after_the_build(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    body = answer.json()
    assert body["name"] == settings.SITE_NAME
    assert {icon["sizes"] for icon in body["icons"]} == {"any", "192x192", "512x512"}


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_so_in_our_design(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "data-reason" in answer.content.decode()
    assert 'class="header"' in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "429"])
def test_error_pages_show_the_reason_they_are_given(name: str) -> None:
    drawn = render(f'{{% include "{name}.html" %}}', message="Because <of> this.")
    assert "Because &lt;of&gt; this." in drawn


def test_the_page_of_a_crash_needs_no_context_and_no_database() -> None:
    assert "<h1>" in engines["django"].get_template("500.html").render({})


@pytest.mark.django_db
def test_visitors_see_what_this_school_is_and_members_what_is_next(as_html: AsHtml, anna: User) -> None:
    assert 'class="hero"' in as_html().get("/").content.decode()
    page = as_html(anna).get("/").content.decode()
    assert 'class="greeting"' in page
    assert 'class="hero"' not in page


@pytest.mark.django_db
def test_preview_is_for_members(as_html: AsHtml, anna: User) -> None:
    assert as_html().post("/preview/", {"content": "**a**"}).status_code == 302
    assert "<strong>a</strong>" in as_html(anna).post("/preview/", {"content": "**a**"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_entrance_pages_are_in_our_design(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert 'class="entrance__card"' in page
    assert 'class="field__label"' in page
    assert 'class="btn btn--primary' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/sessions/",
        "/accounts/2fa/webauthn/",
        "/accounts/3rdparty/",
    ],
)
def test_account_pages_are_in_our_design(as_html: AsHtml, anna: User, path: str) -> None:
    page = as_html(anna).get(path, follow=True).content.decode()
    assert 'class="side-nav"' in page or 'class="entrance__card"' in page
