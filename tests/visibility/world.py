"""A small forum with one thing of every kind of visibility, each with a word that stands nowhere else."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group

from courses.models import Course
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Post, Topic
from forum.models.moderators import forget_moderators
from forum.services.hiding import hide_post, hide_topic
from forum.services.shelves import set_moderators
from forum.tests.factories import CategoryFactory
from notifications import catalogue
from notifications.models import Notification
from profiles.models import PenaltyKind, User
from profiles.services.penalties import penalise

WORDS = {
    "public": "albatross", "members": "bullfinch", "course": "cormorant", "private": "dotterel", "hidden": "eiderduck",
    "deleted": "flamingo", "hidden_reply": "goldfinch", "deleted_reply": "hoopoe",
}  # fmt: skip
GROUPS = {"instructor": "instructor", "moderator": "moderator", "administrator": "administrator"}


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its word, the topic that it is or stands in, its post."""

    name: str
    word: str
    topic: Topic
    post: Post

    @property
    def is_reply(self) -> bool:
        return not self.post.is_body


@dataclass(frozen=True, slots=True)
class World:
    people: dict[str, Any]
    things: list[Thing]


def build(roles: list[str]) -> World:
    """Make a person for every role and all things, through the services."""
    people: dict[str, Any] = {role: _person(role) for role in roles if role != "anonymous"}
    course = CourseFactory(instructor=people["instructor"])
    enroll(actor=people["enrolled"], course=course)
    shelves = _shelves(course, people)
    things = [_thing(name, shelves, people) for name in WORDS]
    for role in people:
        _tell(people[role], things)
    _penalties(people)
    loaded = {role: User.objects.with_roles().get(pk=person.pk) for role, person in people.items()}
    return World({**loaded, "anonymous": AnonymousUser()}, things)


def _person(role: str) -> User:
    person = User.objects.create_user(username=role, email=f"{role}@example.com")
    if role in GROUPS:
        person.groups.add(Group.objects.get_or_create(name=GROUPS[role])[0])
    return User.objects.with_roles().get(pk=person.pk)


def _shelves(course: Course, people: dict[str, Any]) -> dict[str, Category]:
    shelves = {
        "public": CategoryFactory(slug="public"),
        "members": CategoryFactory(slug="members", audience="members"),
        "course": CategoryFactory(slug="course", audience="course", course=course),
        "private": CategoryFactory(slug="private", audience="staff"),
    }
    for name in ("public", "private"):
        helper = [people["category_moderator"]]
        set_moderators(actor=people["administrator"], category=shelves[name], moderators=helper)
    forget_moderators()  # the surrounding transaction never commits
    return shelves


def _thing(name: str, shelves: dict[str, Category], people: dict[str, Any]) -> Thing:
    """Make a topic, or a reply in a public one, and take it away where its name says so; the author wrote it."""
    shelf, word, author, moderator = (
        shelves.get(name, shelves["public"]),
        WORDS[name],
        people["author"],
        people["moderator"],
    )
    is_reply = name.endswith("_reply")
    title = "A talk for everybody" if is_reply else f"All about the {word}"
    topic = services.create_topic(
        actor=moderator,
        category=shelf.pk,
        title=title,
        content="Nothing" if is_reply else f"The {word} sings.",
    )
    if is_reply:
        post = services.reply(actor=moderator, topic=topic, content=f"The {word} sings.")
    else:
        post = topic.posts.get()
    Topic.objects.filter(pk=topic.pk, posts=post).update(**({} if is_reply else {"author": author}))
    Post.objects.filter(pk=post.pk).update(author=author)
    post = Post.objects.select_related("topic__category").get(pk=post.pk)
    if name == "hidden":
        hide_topic(actor=moderator, topic=post.topic, reason="spam")
    elif name == "deleted":
        services.delete_topic(actor=moderator, topic=post.topic)
    elif name == "hidden_reply":
        hide_post(actor=moderator, post=post, reason="spam")
    elif name == "deleted_reply":
        services.delete_post(actor=moderator, post=post)
    return Thing(name, word, post.topic, post)


def _tell(person: User, things: list[Thing]) -> None:
    """Put a line about everything into the inbox, as if it had been in sight when it was written."""
    for thing in things:
        Notification.objects.create(
            user=person, kind=catalogue.MENTION.name, post=thing.post, subject=f"All about the {thing.word}", url="/",
            key=f"told:{thing.post.pk}",
        )  # fmt: skip


def _penalties(people: dict[str, Any]) -> None:
    for role, kind in (("silenced", PenaltyKind.SILENCE), ("suspended", PenaltyKind.SUSPENSION)):
        penalise(actor=people["administrator"], user=people[role], kind=kind, reason="For the test")
