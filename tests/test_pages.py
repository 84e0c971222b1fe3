"""Pages of the composition root: language, robots, sitemap."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from courses.models import Status
from courses.tests.factories import CourseFactory
from profiles.models import User

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_the_site_in_russian(as_html: Callable[..., Client]) -> None:
    client = as_html()
    client.post("/language/", {"language": "ru", "next": "/"})
    page = client.get("/")
    assert page["Content-Language"] == "ru"
    assert '<html lang="ru"' in page.content.decode()


def test_a_members_choice_of_language_moves_to_the_account(anna: User, as_html: Callable[..., Client]) -> None:
    as_html(anna).post("/language/", {"language": "ru", "next": "/"})
    other_device = as_html(anna)
    assert other_device.get("/")["Content-Language"] == "ru"
    anna.refresh_from_db()
    assert anna.language == "ru"


def test_caches_keep_the_languages_of_a_page_apart(as_html: Callable[..., Client]) -> None:
    client = as_html()
    pages = {code: client.get("/", headers={"accept-language": code}) for code in ("ru", "en")}
    assert {code: page["Content-Language"] for code, page in pages.items()} == {"ru": "ru", "en": "en"}
    assert all("Accept-Language" in page["Vary"] and "Cookie" in page["Vary"] for page in pages.values())


def test_an_unknown_language_changes_nothing(anna: User, as_html: Callable[..., Client]) -> None:
    client = as_html(anna)
    client.post("/language/", {"language": "xx", "next": "/"})
    anna.refresh_from_db()
    assert anna.language == ""
    assert client.get("/")["Content-Language"] == "en"


def test_a_foreign_address_is_not_followed(as_html: Callable[..., Client]) -> None:
    response = as_html().post("/language/", {"language": "ru", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_robots_names_what_is_no_content_and_where_the_sitemap_is(as_html: Callable[..., Client]) -> None:
    answer = as_html().get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /api/", "Disallow: /accounts/"} <= set(lines)
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


def test_the_sitemap_lists_courses_of_the_catalogue(as_html: Callable[..., Client]) -> None:
    course, draft = CourseFactory(), CourseFactory(status=Status.DRAFT)
    listed = as_html().get("/sitemap-courses-1.xml").content.decode()
    assert course.get_absolute_url() in listed
    assert draft.get_absolute_url() not in listed


@pytest.mark.parametrize("path", ["/", "/courses/", "/forum/", "/styleguide/", "/manifest.webmanifest"])
def test_pages_answer_head_without_a_body(as_html: Callable[..., Client], path: str) -> None:
    answer = as_html().head(path)
    assert (answer.status_code, answer.content) == (200, b"")
