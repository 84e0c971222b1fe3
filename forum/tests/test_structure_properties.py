"""Whatever is done to topics, in whatever order: counters stay exact, every address ever shown leads somewhere."""

from typing import Any

import hypothesis
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from community_platform.core import consistency
from community_platform.core.errors import DomainError
from forum import services
from forum.models import Post, Topic
from forum.services.hiding import hide_post, hide_topic
from forum.tests.factories import CategoryFactory
from profiles.models import User

LEADS = {200, 301, 302, 410}
EXAMPLES, STEPS = 8, 14


class Forum(RuleBasedStateMachine):
    """A forum of two public categories in which two people write and a moderator tidies up."""

    topics = Bundle("topics")
    posts = Bundle("posts")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.people = [
            User.objects.create_user(username=name, email=f"{name}@example.com") for name in ("ann", "bob")
        ]
        self.moderator = User.objects.create_superuser(username="mod", email="mod@example.com")
        self.shelves = [CategoryFactory(), CategoryFactory()]
        self.shown: set[str] = set()

    def teardown(self) -> None:
        """Visit every address that was ever shown, then forget the forum."""
        visitor = Client()
        try:
            answers = {path: visitor.get(path).status_code for path in sorted(self.shown)}
            assert {path: status for path, status in answers.items() if status not in LEADS} == {}
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def show(self, post: Post) -> int:
        """Remember every address under which this post stands now, as a visitor's bookmarks would."""
        post = Post.objects.select_related("topic").get(pk=post.pk)
        topic = post.topic.get_absolute_url()
        self.shown |= {topic, f"{topic}?page={post.page}", post.get_absolute_url()}
        return int(post.pk)

    def do(self, act: Any, **fields: Any) -> Any:
        """Act, or be refused: what is refused changes nothing."""
        try:
            return act(**fields)
        except DomainError:
            return None

    @initialize(target=topics)
    def begin(self) -> Any:
        return multiple(*(self._start(n) for n in range(2)))

    def _start(self, n: int) -> int:
        topic = services.create_topic(
            actor=self.people[n], category=self.shelves[n].pk, title="How does it work?", content="Tell me.",
            kind="question", tags=["python"],
        )  # fmt: skip
        self.show(topic.posts.get())
        return int(topic.pk)

    @rule(target=posts, topic=topics, who=st.integers(0, 1), many=st.sampled_from([1, 1, 3, 11]))
    def post(self, topic: int, who: int, many: int) -> Any:
        made = [
            self.do(
                services.reply, actor=self.people[who], topic=Topic.objects.get(pk=topic), content=f"So {n}."
            )
            for n in range(many)
        ]
        return multiple(*(self.show(row) for row in made if row is not None))

    @rule(post=posts, does=st.sampled_from(["hide", "restore", "delete", "like", "unlike", "accept"]))
    def touch(self, post: int, does: str) -> None:
        row = Post.objects.select_related("topic__category", "author").get(pk=post)
        actor, liker = self.moderator, next(person for person in self.people if person != row.author)
        {
            "hide": lambda: self.do(hide_post, actor=actor, post=row, reason="spam"),
            "restore": lambda: self.do(services.restore_post, actor=actor, post=row),
            "delete": lambda: self.do(services.delete_post, actor=actor, post=row),
            "like": lambda: self.do(services.like_post, actor=liker, post=row),
            "unlike": lambda: self.do(services.unlike_post, actor=liker, post=row),
            "accept": lambda: self.do(services.accept_answer, actor=actor, topic=row.topic, post=row.pk),
        }[does]()
        self.show(row)

    @rule(
        topic=topics, does=st.sampled_from(["hide", "restore", "delete", "move", "read"]), n=st.integers(0, 1)
    )
    def tidy(self, topic: int, does: str, n: int) -> None:
        row = Topic.objects.select_related("category", "author").get(pk=topic)
        {
            "hide": lambda: self.do(hide_topic, actor=self.moderator, topic=row, reason="spam"),
            "restore": lambda: self.do(services.restore_topic, actor=self.moderator, topic=row),
            "delete": lambda: self.do(services.delete_topic, actor=self.moderator, topic=row),
            "move": lambda: self.do(
                services.move_topic, actor=self.moderator, topic=row, category=self.shelves[n].pk
            ),
            "read": lambda: services.mark_read(user=self.people[n], topic=row, number=row.last_post_number),
        }[does]()

    @rule(target=topics, topic=topics, chosen=st.sets(posts, min_size=1, max_size=5))
    def split(self, topic: int, chosen: set[int]) -> Any:
        here = Post.objects.filter(pk__in=chosen).order_by("pk").first()
        source = here.topic if here else Topic.objects.get(pk=topic)
        keys = list(Post.objects.filter(pk__in=chosen, topic=source).values_list("pk", flat=True))
        made = self.do(
            services.split_topic, actor=self.moderator, topic=source, posts=keys, title="A talk of its own"
        )
        if made is None:
            return multiple()
        for post in made.posts.all():
            self.show(post)
        return multiple(made.pk)

    @rule(topic=topics, into=topics)
    def merge(self, topic: int, into: int) -> None:
        merged = self.do(
            services.merge_topic, actor=self.moderator, topic=Topic.objects.get(pk=topic), into=into
        )
        if merged is not None:
            for post in merged.posts.all():
                self.show(post)

    @invariant()
    def counters_are_exact(self) -> None:
        broken = {r.invariant.id: r.examples for r in consistency.check() if r.violations}
        assert broken == {}

    @invariant()
    def numbers_are_given_once(self) -> None:
        places = list(Post.objects.values_list("topic", "number"))
        assert len(set(places)) == len(places)


@pytest.mark.django_db
def test_any_sequence_keeps_counters_and_addresses(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1_000_000
    bounds = hypothesis.settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    run_state_machine_as_test(Forum, settings=bounds)
