"""Forum rows for tests: made through the services, so that counters are right from the start."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from forum import services
from forum.models import Category, Post, Topic
from profiles.tests.factories import UserFactory


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name: Any = factory.Sequence(lambda n: f"Category {n}")
    slug: Any = factory.Sequence(lambda n: f"category-{n}")


class TopicFactory(DjangoModelFactory[Topic]):
    """A topic with its body; takes what `create_topic` takes, and `author`."""

    class Meta:
        model = Topic

    author: Any = factory.SubFactory(UserFactory)
    category: Any = factory.SubFactory(CategoryFactory)
    title: Any = factory.Sequence(lambda n: f"How does part {n} work?")
    content: Any = "I have tried this and that."

    @classmethod
    def _create(cls, model_class: type[Topic], *args: Any, **kwargs: Any) -> Topic:
        category = kwargs.pop("category")
        return services.create_topic(actor=kwargs.pop("author"), category=category.pk, **kwargs)


def reply(topic: Topic, author: Any = None, content: str = "It works like this.", **fields: Any) -> Post:
    """Answer in `topic` as `author`, or as somebody new."""
    return services.reply(actor=author or UserFactory(), topic=topic, content=content, **fields)
