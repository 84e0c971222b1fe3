"""A small school in which everything that parity cases touch exists once, made through the services."""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from community_platform.core.permissions import SYSTEM
from courses.models import Course, Status
from courses.services.attempts import start_attempt
from courses.services.coupons import create_coupon
from courses.services.enrollment import enroll
from courses.services.orders import place_order
from courses.tests.factories import CourseFactory, LessonFactory
from courses.tests.money import buy
from courses.tests.quizzes import TEXT, make_quiz
from forum import services
from forum.models import Post, Revision
from forum.services import comments
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from gamification.models import Badge
from gamification.services.awarding import award
from gamification.services.bugs import decide_bug, report_bug
from notifications.models import Notification
from profiles.models import Scope, User
from profiles.services import graph
from profiles.services.penalties import penalise
from profiles.services.reports import report
from profiles.services.review import resolve
from profiles.services.tokens import create_token
from tests.parity.studio_world import build_studio
from tests.parity.voice_world import add_voices

ROLES = {
    "anna": "", "boris": "", "chen": "", "irina": "instructor", "maxim": "moderator", "dora": "",
    "ada": "administrator",
}  # fmt: skip


def build() -> SimpleNamespace:
    """Return people by name and the keys of things by what they are for."""
    world = SimpleNamespace(people={})
    for name, role in ROLES.items():
        person = User.objects.create_user(username=name, email=f"{name}@example.com")
        if role:
            person.groups.add(Group.objects.get_or_create(name=role)[0])
        world.people[name] = User.objects.with_roles().get(pk=person.pk)
    _forum(world)
    _writing(world)
    _courses(world)
    _comments(world)
    build_studio(world)
    _inbox(world)
    _review(world)
    add_voices(world)
    _game(world)
    graph.block(actor=world.people["chen"], person=world.people["maxim"])
    graph.follow(actor=world.people["chen"], person=world.people["anna"])
    world.anna_pk, world.maxim_pk, world.no_one = world.people["anna"].pk, world.people["maxim"].pk, 10**6
    world.silence = penalise(actor=SYSTEM, user=world.people["dora"], kind="silence", reason="Loud").pk
    return world


def _forum(world: SimpleNamespace) -> None:
    anna, boris, chen, maxim = (world.people[name] for name in ("anna", "boris", "chen", "maxim"))
    general = CategoryFactory(slug="general")
    CategoryFactory(slug="news", staff_only_topics=True)
    attic = CategoryFactory(slug="attic", audience="staff")
    topic = TopicFactory(
        author=anna, category=general, kind="question", tags=["python"], title="How does it work?"
    )
    post, gone = reply(topic, boris), reply(topic, boris, "Soon gone")
    services.delete_post(actor=boris, post=gone)
    liked = reply(topic, boris, "A liked answer")
    services.like_post(actor=chen, post=liked)
    services.endorse(actor=maxim, post=liked)
    solved = TopicFactory(author=anna, category=general, kind="question")
    services.accept_answer(actor=anna, topic=solved, post=reply(solved, boris).pk)
    locked = TopicFactory(author=anna, category=general)
    services.lock_topic(actor=maxim, topic=locked, is_locked=True, reason="Solved long ago")
    hidden = TopicFactory(author=anna, category=general)
    hidden_post = reply(hidden, boris)
    services.edit_topic(actor=maxim, topic=hidden, title=hidden.title, content="Moved", category=attic.pk)
    removed = TopicFactory(author=anna, category=general)
    services.delete_topic(actor=anna, topic=removed)
    world.topic, world.locked, world.hidden, world.removed = topic.pk, locked.pk, hidden.pk, removed.pk
    world.solved, world.body, world.answer = (
        solved.pk,
        topic.posts.get(number=1).pk,
        solved.posts.get(number=2).pk,
    )
    world.post, world.gone, world.liked, world.hidden_post = post.pk, gone.pk, liked.pk, hidden_post.pk


def _writing(world: SimpleNamespace) -> None:
    anna, boris = world.people["anna"], world.people["boris"]
    services.save_draft(actor=anna, key="topic:new", fields={"title": "Begun", "content": "Words"})
    post = Post.objects.get(pk=world.post)
    services.edit_post(actor=boris, post=post, content=f"{post.content} More.", reason="More to say")
    world.revision = Revision.objects.get(post=post).pk
    TopicFactory(author=anna, tags=["second"])


def _courses(world: SimpleNamespace) -> None:
    irina, boris = world.people["irina"], world.people["boris"]
    course, draft = (
        CourseFactory(instructor=irina, slug="algebra"),
        CourseFactory(instructor=irina, slug="draft"),
    )
    world.course_row, world.draft_row = course, draft
    world.lesson_row, world.draft_lesson = LessonFactory(course=course), LessonFactory(course=draft)
    LessonFactory(course=course)
    CourseFactory(instructor=irina, slug="paid", price=10)
    world.paid_slug, world.draft_slug = "paid", "draft"
    world.course, world.draft, world.lesson = course.pk, draft.pk, world.lesson_row.pk
    enroll(actor=boris, course=course)
    _orders(world)
    world.quiz, other = make_quiz(TEXT, course=course), make_quiz(TEXT, course=course)
    world.draft_quiz = make_quiz(TEXT, course=draft)
    world.question = other.questions.get().pk
    world.open_attempt, _ = start_attempt(actor=boris, quiz=other)


def _orders(world: SimpleNamespace) -> None:
    course = Course.objects.get(slug=world.paid_slug)
    coupon = create_coupon(actor=world.people["irina"], code="HALF", course=course, percent=50)
    world.coupon = coupon.pk
    world.paid_order = buy(world.people["anna"], course).number
    world.open_order = place_order(actor=world.people["boris"], course=course)[0].number


def _comments(world: SimpleNamespace) -> None:
    anna, boris, chen, maxim = (world.people[name] for name in ("anna", "boris", "chen", "maxim"))

    def say(author: Any, text: str, course: Course = world.course_row) -> Any:
        return comments.post_comment(actor=author, target=course, content=text)

    world.comment, locked = say(boris, "How long does it take?").pk, say(boris, "Closed talk")
    comments.lock_comment(actor=maxim, comment=locked, is_locked=True)
    gone, liked, hidden = (
        say(boris, "Soon gone"),
        say(boris, "Well said"),
        say(boris, "Unseen", world.draft_row),
    )
    comments.delete_comment(actor=boris, comment=gone)
    services.like_comment(actor=chen, comment=liked)
    Course.objects.filter(pk=world.draft).update(status=Status.DRAFT)
    world.comment_reply = comments.reply(actor=anna, comment=liked, content="Yes").pk
    world.locked_comment, world.gone_comment = locked.pk, gone.pk
    world.liked_comment, world.hidden_comment = liked.pk, hidden.pk


def _review(world: SimpleNamespace) -> None:
    anna, boris, chen, maxim = (world.people[name] for name in ("anna", "boris", "chen", "maxim"))
    shelf = CategoryFactory(slug="reported")
    topic = TopicFactory(author=anna, category=shelf)
    cases = []
    for text in ("Buy watches", "Buy clocks"):
        row = reply(topic, boris, text)
        cases.append(report(actor=chen, kind="post", pk=row.pk, reason="spam").case)
    resolve(actor=maxim, case=cases[1], action="disagree")
    world.shelf, world.case, world.closed_case = shelf.pk, cases[0].pk, cases[1].pk
    world.reported = cases[0].object_id


def _game(world: SimpleNamespace) -> None:
    anna, maxim = world.people["anna"], world.people["maxim"]
    words = {"title": "The clock stands still", "description": "It shows the time of last week."}
    world.bug, world.staff_bug = report_bug(actor=anna, **words).pk, report_bug(actor=maxim, **words).pk
    done = report_bug(actor=anna, **words)
    world.decided_bug = decide_bug(actor=maxim, report=done, state="confirmed").pk
    early = Badge.objects.create(number=1, slug="early", name_en="Early", name_ru="Рано", points=10, is_manual=True)
    aim = {"name_en": "Aim", "name_ru": "Цель", "metric": "followers", "threshold": 10, "points": 10}
    Badge.objects.create(number=2, slug="aim", **aim)
    award(early, {anna.pk: timezone.now()})


def _inbox(world: SimpleNamespace) -> None:
    anna, boris = world.people["anna"], world.people["boris"]
    made = [
        Notification.objects.create(
            user=user, kind="topic_reply", actor=chen, subject="A talk", url="/", key=key
        )
        for chen in [world.people["chen"]]
        for user, key in ((anna, "1"), (anna, "2"), (boris, "3"))
    ]
    world.told, world.foreign_told = made[0].pk, made[2].pk
    for name in ("anna", "boris"):
        owner = world.people[name]
        token, _key = create_token(actor=owner, account=owner, name="notebook", scopes=[Scope.READ], days=7)
        setattr(world, f"token_of_{name}", token.token_key)
