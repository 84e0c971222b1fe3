"""Pages of the composition root: language, robots, sitemap."""

from collections.abc import Callable

import pytest
from django.test import Client

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


def test_an_unknown_language_changes_nothing(anna: User, as_html: Callable[..., Client]) -> None:
    client = as_html(anna)
    client.post("/language/", {"language": "xx", "next": "/"})
    anna.refresh_from_db()
    assert anna.language == ""
    assert client.get("/")["Content-Language"] == "en"


def test_a_foreign_address_is_not_followed(as_html: Callable[..., Client]) -> None:
    response = as_html().post("/language/", {"language": "ru", "next": "https://evil.example/"})
    assert response["Location"] == "/"
