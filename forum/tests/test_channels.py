"""Who hears `topic.N`, and who stops hearing it at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from community_platform.core.realtime.channels import may_subscribe
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Topic
from forum.services.shelves import save_category, set_moderators
from forum.tests.factories import CategoryFactory, TopicFactory
from profiles.models import User
from profiles.services.roles import set_role
from tests.core.realtime_client import Client, in_test, publish, run

pytestmark = pytest.mark.django_db(transaction=True)


def _loses(user: User, topic: Topic, change: Callable[[], Any]) -> None:
    """Hold that a socket of `user` on `topic` and on another one keeps only the other when `change` commits."""
    client, other = Client(user), TopicFactory()

    def act() -> None:
        with transaction.atomic():
            change()

    async def scenario() -> None:
        await client.open()
        names = [f"topic.{topic.pk}", f"topic.{other.pk}"]
        assert (await client.ask("sub", channels=names))["d"]["granted"] == names
        await in_test(act)
        assert await client.next() == {"t": "unsubscribed", "ch": names[0], "d": {}}
        await in_test(publish, names[0])
        await in_test(publish, names[1])
        assert (await client.next())["ch"] == names[1]
        await client.leave()

    run(scenario)


def test_a_closed_category_is_silent_at_once(anna: User, maxim: User) -> None:
    topic = TopicFactory()

    def close() -> None:
        topic.category.audience = "staff"
        save_category(actor=maxim, category=topic.category)

    _loses(anna, topic, close)


def test_a_topic_moved_out_of_sight_is_silent_at_once(anna: User, maxim: User) -> None:
    topic, attic = TopicFactory(), CategoryFactory(audience="staff")
    _loses(anna, topic, lambda: services.move_topic(actor=maxim, topic=topic, category=attic.pk))


def test_a_merged_topic_is_silent_at_once(anna: User, maxim: User) -> None:
    topic, into = TopicFactory(), TopicFactory()
    _loses(anna, topic, lambda: services.merge_topic(actor=maxim, topic=topic, into=into.pk))


def test_a_former_moderator_hears_staff_no_more(maxim: User, admin: User) -> None:
    topic = TopicFactory(author=admin, category=CategoryFactory(audience="staff"))
    _loses(maxim, topic, lambda: set_role(actor=admin, account=maxim, role="student"))


def test_a_former_category_moderator_hears_it_no_more(boris: User, maxim: User) -> None:
    topic = TopicFactory(author=maxim, category=CategoryFactory(audience="staff"))
    set_moderators(actor=maxim, category=topic.category, moderators=[boris])
    _loses(boris, topic, lambda: set_moderators(actor=maxim, category=topic.category, moderators=[]))


def test_the_audience_of_a_category_decides(anna: User, boris: User, irina: User) -> None:
    course = CourseFactory(instructor=irina)
    enroll(actor=anna, course=course)
    topic = TopicFactory(author=irina, category=CategoryFactory(audience="course", course=course))
    heard = {user.username: may_subscribe(user, f"topic.{topic.pk}") for user in (anna, boris, irina)}
    assert heard == {"anna": True, "boris": False, "irina": True}
