"""People who each hide one thing, with words in everything they hide that stand nowhere else.

Each owner has written in the open (that is seen with name and picture) and has a canary in every facet: texts and links
of the profile, a badge, a finished course with its certificate, a deed. Who reads them: a visitor, a member, a follower
of them all, somebody whom `blocker` blocks, a moderator, the owner.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone

from courses.models import Certificate, Course
from courses.services import certificates, progress
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Topic
from forum.services import comments
from forum.tests.factories import CategoryFactory
from gamification.models import Badge
from gamification.services.awarding import award
from messaging.models import Conversation, Message
from messaging.services import conversations
from messaging.services.sending import send
from profiles.models import Activity, ActivityType, User
from profiles.privacy import Facet
from profiles.services import graph, profile

# Owner: the facets that they hide; a private profile hides all. `blocker` hides nothing but from one person.
HIDDEN: dict[str, frozenset[Facet]] = {
    "heronopen": frozenset(),
    "heronprivate": frozenset(Facet),
    "heronnobadges": frozenset({Facet.BADGES}),
    "heronnocourses": frozenset({Facet.COURSES}),
    "heronnoactivity": frozenset({Facet.ACTIVITY}),
    "heronblocker": frozenset(),
}
SWITCH = {"heronprivate": "is_profile_public", "heronnobadges": "show_badges", "heronnocourses": "show_courses"}
ROLES = ("visitor", "member", "follower", "blocked", "moderator", "owner")


@dataclass(frozen=True, slots=True)
class Canary:
    """A word of `owner` that is seen with all of `facets`.

    Some stand elsewhere too, by right: a course of the catalogue has its name on its own page, so it betrays only where
    the page is `about_people`.
    """

    word: str
    owner: str
    facets: frozenset[Facet]
    about_people: bool = False

    def is_hidden_from(self, role: str) -> bool:
        if role in {"moderator", "owner"}:
            return False
        if self.owner == "heronblocker" and role == "blocked":
            return True
        return bool(self.facets & HIDDEN[self.owner])


@dataclass(slots=True)
class World:
    people: dict[str, Any]
    owners: dict[str, User]
    canaries: list[Canary] = field(default_factory=list)
    things: dict[str, list[Any]] = field(default_factory=dict)  # what routes name: "topic" → keys

    def person(self, role: str, owner: str) -> Any:
        return self.owners[owner] if role == "owner" else self.people[role]


def build() -> World:
    """Make everybody and everything through the services; the switches are set last, as people do."""
    admin = _person("admin", "administrator")
    teacher = _person("teacher", "instructor")
    people: dict[str, Any] = {name: _person(name) for name in ("member", "follower", "blocked")}
    people |= {"moderator": _person("moderator", "moderator"), "visitor": AnonymousUser()}
    owners = {name: _person(name, "instructor") for name in HIDDEN}
    world = World(people, owners)
    course = CourseFactory(title="Drawing", slug="drawing", instructor=teacher, sections=1, lessons=2)
    topic = services.create_topic(
        actor=teacher, category=CategoryFactory(slug="general").pk, kind="question", title="Who is here?",
        content="Say a word, each of you.", tags=["hello"],
    )  # fmt: skip
    comment = comments.post_comment(actor=teacher, target=course, content="What do you think of it?")
    for owner in owners.values():
        _talk(owner, people["follower"], topic, course, comment)
        _plant(world, owner, teacher)
        graph.follow(actor=people["follower"], person=owner)
        graph.follow(actor=owner, person=people["follower"])
    graph.block(actor=owners["heronblocker"], person=people["blocked"])
    for name, owner in owners.items():
        shown = {"show_activity": name != "heronnoactivity"}
        if name in SWITCH:
            shown[SWITCH[name]] = False
        profile.update_profile(actor=owner, account=owner, **shown)
    world.people = {name: _loaded(person) for name, person in people.items()}
    world.owners = {name: _loaded(person) for name, person in owners.items()}
    world.people["admin"] = _loaded(admin)
    _name_things(world, topic, course, comment)
    return world


def _person(name: str, group: str = "") -> User:
    person = User.objects.create_user(username=name, email=f"{name}@example.com", password="xK3-long-enough")
    if group:
        person.groups.add(Group.objects.get_or_create(name=group)[0])
    return User.objects.with_roles().get(pk=person.pk)


def _loaded(person: Any) -> Any:
    return person if person.pk is None else User.objects.with_roles().get(pk=person.pk)


def _talk(owner: User, follower: User, topic: Topic, course: Course, comment: Any) -> None:
    """Let `owner` write where everybody reads, and the follower write to them: there, name and picture are seen."""
    services.reply(actor=owner, topic=topic, content=f"I am {owner.username}, hello @{follower.username}.")
    comments.reply(actor=owner, comment=comment, content=f"Said by {owner.username}, openly.")
    services.like_post(actor=owner, post=topic.posts.get(number=1))
    conversation, _is_new = conversations.open_direct(actor=follower, person=owner)
    send(actor=follower, conversation=conversation, content=f"Hello {owner.username}, do you hear me?")


def _plant(world: World, owner: User, teacher: User) -> None:
    """Put a canary into each facet of `owner`."""
    name = owner.username

    def word(what: str, *facets: Facet, about_people: bool = False) -> str:
        text = f"zq{what}{name}"
        world.canaries.append(Canary(text, name, frozenset(facets), about_people))
        return text

    about = word("about", Facet.PROFILE)
    profile.update_profile(
        actor=owner, account=owner, bio=f"I am {about}.", location=word("place", Facet.PROFILE),
        website=f"https://{word('site', Facet.PROFILE)}.example/",
        github_url=f"https://github.com/{word('code', Facet.PROFILE)}", birth_day=29, birth_month=2,
    )  # fmt: skip
    taken = CourseFactory(
        title=f"Learned by {name}", slug=word("taken", Facet.COURSES, about_people=True), instructor=teacher,
        sections=1, lessons=1,
    )  # fmt: skip
    CourseFactory(title=f"Taught by {name}", slug=word("taught", Facet.COURSES, about_people=True), instructor=owner)
    enroll(actor=owner, course=taken)
    progress.complete(actor=owner, lesson=taken.lessons.get(), shown_here=False)
    certificate = certificates.issue_certificate(user_id=owner.pk, course_id=taken.pk)
    assert certificate is not None
    world.canaries.append(Canary(str(certificate.uuid), name, frozenset({Facet.COURSES}), about_people=True))
    topic = Topic.objects.live().order_by("pk").first()
    held = word("held", Facet.BADGES, about_people=True)
    badge = Badge.objects.create(
        slug=held, number=900 + owner.pk, section="made", category="learning", rarity="common", points=5, icon="award",
        name_en=held, name_ru=held, is_manual=True,
    )  # fmt: skip
    award(badge, {owner.pk: timezone.now()})
    deeds = [
        (ActivityType.BADGE_EARNED, badge.pk, word("badge", Facet.BADGES, Facet.ACTIVITY)),
        (ActivityType.COURSE_COMPLETED, taken.pk, word("done", Facet.COURSES, Facet.ACTIVITY)),
        (ActivityType.TOPIC_CREATED, topic.pk if topic else None, word("deed", Facet.ACTIVITY)),
    ]
    for kind, pk, title in deeds:
        Activity.objects.create(
            user=owner, activity_type=kind, object_id=pk, dedupe_key=f"canary:{kind}:{name}",
            metadata={"title": title}, created_at=timezone.now(),
        )  # fmt: skip


def _name_things(world: World, topic: Topic, course: Course, comment: Any) -> None:
    """Say what the parameters of routes may be filled with."""
    lesson = course.lessons.order_by("position").first()
    assert lesson is not None
    hiding = [world.owners["heronprivate"]]
    world.things |= {
        "username": list(world.owners), "user": [owner.pk for owner in world.owners.values()], "topic": [topic.pk],
        "post": [post.pk for post in topic.posts.order_by("number")[1:2]], "comment": [comment.pk],
        "course": [course.pk], "course_slug": ["drawing", "zqtaughtheronnocourses"],
        "lesson": [lesson.pk],
        "lesson_slug": [lesson.slug], "category": [topic.category_id], "category_slug": ["general"], "tag": ["hello"],
        "conversation": list(Conversation.objects.filter(seats__user__in=hiding).values_list("pk", flat=True)),
        "message": list(Message.objects.filter(conversation__seats__user__in=hiding).values_list("pk", flat=True)),
        "badge": ["zqheldheronnobadges"],
        "certificate": list(Certificate.objects.filter(user__in=hiding).values_list("uuid", flat=True)),
    }  # fmt: skip
