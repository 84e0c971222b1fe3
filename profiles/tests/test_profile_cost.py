"""What a profile costs in queries: little when it is first read, less when it is read again; the same at 3 and 30."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import PASSWORD
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.tests.factories import CategoryFactory
from profiles.models import Activity, ActivityType, User
from profiles.services import graph

pytestmark = pytest.mark.django_db
COLD, WARM = 12, 6  # a panel with a form is not kept, and makes every visit a cold one


@pytest.fixture(autouse=True)
def _no_hurry(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


def fill(person: User, asker: User, teacher: User, shelf: Any, rows: int) -> None:
    """Give `person` rows of everything that a profile shows."""
    for n in range(rows):
        services.create_topic(
            actor=person, category=shelf.pk, title=f"Topic {rows} {n}", content=f"Words {rows} {n} here."
        )
        asked = services.create_topic(
            actor=asker,
            category=shelf.pk,
            kind="question",
            title=f"Question {rows} {n}",
            content=f"Why {rows} {n}, please?",
        )
        answer = services.reply(actor=person, topic=asked, content=f"Because of {rows} {n}.")
        services.accept_answer(actor=asker, topic=asked, post=answer.pk)
        enroll(actor=person, course=CourseFactory(instructor=teacher))
    for n in range(rows):
        key = f"level:{rows}:{n}"
        Activity.objects.create(user=person, activity_type=ActivityType.LEVEL_UP, dedupe_key=key, metadata={"level": n})


def cost(client: Any, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("Topic ") >= 3
    assert "Best answers" in text
    assert "outline__section" in text
    return len(asked)


def test_a_profile_costs_little(anna: User, boris: User, irina: User, client: Any) -> None:
    assert client.post("/accounts/login/", {"login": "anna", "password": PASSWORD}).status_code == 302
    shelf, costs = CategoryFactory(), []
    User.objects.filter(pk=boris.pk).update(show_activity=True)
    graph.follow(actor=anna, person=boris)
    client.get("/streak/")
    for rows in (3, 27):
        fill(boris, anna, irina, shelf, rows)
        client.get("/forum/")
        cold = cost(client, "/profile/boris/")
        costs.append((cold, cost(client, "/profile/boris/")))
        cache.clear()
        client.get("/streak/")
    assert costs[0] == costs[1]
    assert costs[0][0] <= COLD
    assert costs[0][1] <= WARM
