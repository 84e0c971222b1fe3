"""The catalogue page."""

from collections.abc import Callable

import pytest
from django.test import Client

from courses.models import Status
from courses.tests.factories import CourseCategoryFactory, CourseFactory, EnrollmentFactory
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


def test_only_published_courses_are_offered(as_html: Html) -> None:
    CourseFactory(title="Shown")
    CourseFactory(title="Hidden draft", status=Status.DRAFT)
    page = as_html().get("/courses/").content.decode()
    assert "Shown" in page
    assert "Hidden draft" not in page


def test_filters_stay_in_the_addresses_of_pages_and_shelves(as_html: Html) -> None:
    shelf = CourseCategoryFactory(slug="data")
    CourseFactory.create_batch(13, category=shelf, level="advanced")
    page = as_html().get("/courses/?category=data&level=advanced").content.decode()
    assert "category=data&amp;level=advanced&amp;page=2" in page
    assert '<option value="advanced" selected>' in page
    assert "?level=advanced" in page  # the shelf "All" keeps the level


def test_no_match_offers_the_way_back(as_html: Html) -> None:
    CourseFactory()
    page = as_html().get("/courses/?q=zzz").content.decode()
    assert "No course matches" in page
    assert 'value="zzz"' in page


@pytest.mark.parametrize("query", ["level=guru", "price_max=x", "rating=9", "sort=luck", "category=absent"])
def test_filters_without_sense_filter_nothing(as_html: Html, query: str) -> None:
    CourseFactory(title="Shown")
    assert "Shown" in as_html().get(f"/courses/?{query}").content.decode()


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "²"])
def test_pages_that_do_not_exist_are_404(as_html: Html, page: str) -> None:
    assert as_html().get("/courses/", {"page": page}).status_code == 404


def test_own_progress_stands_on_the_card(as_html: Html, anna: User) -> None:
    EnrollmentFactory(user=anna, progress_percent=40)
    assert "40%" in as_html(anna).get("/courses/").content.decode()


def test_the_page_speaks_russian(as_html: Html) -> None:
    CourseFactory(title="Основы")
    response = as_html().get("/courses/", headers={"Accept-Language": "ru"})
    assert response.status_code == 200
    assert '<html lang="ru"' in response.content.decode()


@pytest.mark.parametrize("number", [3, 30])
def test_the_catalogue_costs_the_same_for_few_and_many(
    as_html: Html, anna: User, number: int, count_own_queries: Callable[..., int]
) -> None:
    EnrollmentFactory.create_batch(number, user=anna)
    # session, user, categories, count, page, own enrolments
    assert count_own_queries(as_html(anna), "/courses/") == 6
