"""A profile is kept a while for each reader, and never an old one after something happened."""

from typing import Any

import pytest

from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.services.shelves import save_category
from forum.tests.factories import CategoryFactory
from profiles.models import User
from profiles.services import profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a block whose events are delivered at its end, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def shown(client: Any) -> str:
    return str(client.get("/profile/boris/").content.decode())


def test_what_is_written_moved_and_deleted_shows_at_once(
    anna: Any, boris: Any, admin: Any, live: Any, as_html: Any
) -> None:
    client, shelf = as_html(anna), CategoryFactory(name="Stones")
    assert "Quartz" not in shown(client)
    with live():
        topic = services.create_topic(actor=boris, category=shelf.pk, title="Quartz", content="Stones to strike.")
    assert "Quartz" in shown(client)
    with live():
        shelf.audience = "staff"
        save_category(actor=admin, category=shelf)
    assert "Quartz" not in shown(client)
    with live():
        shelf.audience = "everyone"
        save_category(actor=admin, category=shelf)
    assert "Quartz" in shown(client)
    with live():
        services.delete_topic(actor=boris, topic=topic)
    assert "Quartz" not in shown(client)


def test_a_course_shows_at_once_to_who_reads_and_for_who_learns(
    anna: Any, boris: Any, irina: Any, live: Any, as_html: Any
) -> None:
    client, course = as_html(anna), CourseFactory(title="Knots", instructor=irina)
    assert "Knots" not in shown(client)
    with live():
        enroll(actor=boris, course=course)
    assert "Knots" in shown(client)
    profile.update_profile(actor=boris, account=boris, show_courses=False)  # no event is needed for that
    assert "Knots" not in shown(client)


def test_what_one_reader_sees_is_not_given_to_another(anna: Any, boris: Any, maxim: Any, as_html: Any) -> None:
    services.create_topic(
        actor=maxim, category=CategoryFactory(audience="staff").pk, title="Among us", content="Words......."
    )
    User.objects.filter(pk=maxim.pk).update(show_activity=True)
    assert "Among us" in as_html(maxim).get("/profile/maxim/").content.decode()
    assert "Among us" not in as_html(anna).get("/profile/maxim/").content.decode()
    assert "Among us" not in as_html(None).get("/profile/maxim/").content.decode()
