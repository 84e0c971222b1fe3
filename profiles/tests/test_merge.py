"""Two accounts of one person become one: nothing is lost, nothing counts twice, every door is guarded."""

import pytest
from django.db.models import Count
from django.urls import reverse

from community_platform.core import lifecycle, merging
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.permissions import SYSTEM
from courses.models import Course, Enrollment, LearningEvent, LessonProgress, Order, QuizAttempt, Review, Verb
from courses.services.attempts import start_attempt
from courses.services.enrollment import enroll
from courses.services.progress import complete, open_lesson
from courses.tests.factories import CourseFactory, LessonFactory
from courses.tests.quizzes import TEXT, make_quiz
from forum import services as forum
from forum.models import Draft, Like, Post, ReadMark, Topic, TopicRead
from forum.services.drafts import save_draft
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications.models import Notification
from profiles.models import Activity, Block, Flag, Follow, FormerUsername, ModerationAction, ReviewCase, User
from profiles.services import graph, roles
from profiles.services.merge import merge_accounts
from profiles.services.penalties import penalise
from profiles.services.reports import report
from profiles.tests.planting import plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user):
    return roles.set_role(actor=SYSTEM, account=make_user("admin"), role="admin")


@pytest.fixture
def pair(make_user):
    return make_user("vera", display_name="Vera"), make_user("vera2", display_name="Vera again")


def merge(pair, admin):
    return merge_accounts(keep=pair[0], absorb=pair[1], actor=admin, reason="Ticket 7")


def test_every_link_to_a_person_has_a_rule():
    assert merging.without_rule() == set(), (
        "say in `<app>/merging.py` what becomes of these rows: "
        "merging.rules(move(…), move_unique(…), custom(…), leave(…))"
    )
    assert merging.vanished() == set()
    assert merging.named_twice() == set()
    assert merging.left() < set(lifecycle.links())


@pytest.mark.breaks_counters
def test_whatever_points_at_the_account_that_goes_points_at_the_one_that_stays(make_user, pair, admin):
    """Rows of every table, made by asking the models."""
    planted = plant(pair[1], make_user("olga"))
    merge(pair, admin)
    found = {
        link
        for link, field in lifecycle.links().items()
        if field.model._base_manager.filter(**{field.name: pair[1].pk}).exists()
    }
    assert found - merging.left() == set()
    assert len(planted.count) > 60
    again = merge(pair, admin)
    assert again == {}


def test_texts_likes_and_reading_are_joined(pair, admin, boris, maxim):
    keep, absorb = pair
    topic = TopicFactory(author=absorb, category=CategoryFactory())
    mine, both = reply(topic, keep, "An answer of mine"), reply(topic, boris, "An answer that both like")
    for one in pair:
        forum.like_post(actor=one, post=both)
    forum.like_post(actor=absorb, post=mine)
    forum.like_post(actor=keep, post=topic.posts.get(number=1))
    forum.like_post(actor=boris, post=mine)
    TopicRead.objects.update_or_create(user=keep, topic=topic, defaults={"last_read_number": 1})
    further = {"last_read_number": 3, "level": 3, "is_manual": True}
    TopicRead.objects.update_or_create(user=absorb, topic=topic, defaults=further)
    ReadMark.objects.create(user=absorb, category=None)
    ReadMark.objects.create(user=keep, category=None)
    for one in pair:
        save_draft(actor=one, key="topic:new", fields={"title": one.username}, seq=1)
    moved = merge(pair, admin)
    assert moved["forum"] > 5
    assert Topic.objects.get().author == keep
    assert set(Like.objects.values_list("user__username", "post")) == {("vera", both.pk), ("boris", mine.pk)}
    assert Post.objects.get(pk=both.pk).likes_count == 1
    assert Topic.objects.get().likes_count == 0
    read = TopicRead.objects.get(user=keep)
    assert (read.last_read_number, read.level, read.is_manual) == (3, 3, True)
    assert ReadMark.objects.get().user == keep
    assert Draft.objects.get(user=keep).payload["title"] == "vera"


def test_courses_are_joined_and_counted_once(pair, admin, irina):
    keep, absorb = pair
    course = CourseFactory(instructor=irina)
    lessons = [LessonFactory(course=course, kind="text") for _n in range(2)]
    for one, lesson in zip(pair, lessons, strict=True):
        enroll(actor=one, course=course)
        open_lesson(actor=one, lesson=lesson)
        complete(actor=one, lesson=lesson, shown_here=False)
    other = CourseFactory(instructor=irina)
    enroll(actor=absorb, course=other)
    for one, stars in zip(pair, (2, 5), strict=True):
        enrollment = Enrollment.objects.get(user=one, course=course)
        Review.objects.create(user=one, course=course, enrollment=enrollment, rating=stars)
    Course.objects.filter(pk=course.pk).update(rating_sum=7, ratings_count=2)
    merge(pair, admin)
    course.refresh_from_db()
    assert (course.students_count, course.rating_sum, course.ratings_count) == (1, 2, 1)
    joined = Enrollment.objects.get(user=keep, course=course)
    assert (joined.lessons_completed, joined.progress_percent) == (2, 100), "both halves make a whole course"
    assert User.objects.get(pk=keep.pk).profile.courses_completed == 1
    assert Enrollment.objects.filter(user=keep).count() == 2
    assert LessonProgress.objects.filter(user=keep, completed_at__isnull=False).count() == 2
    once = LearningEvent.objects.filter(user=keep, verb=Verb.COMPLETED).values("lesson").annotate(n=Count("pk"))
    assert {row["n"] for row in once} == {1}
    assert not LearningEvent.objects.filter(user=absorb).exists()


def test_orders_keep_their_money(pair, admin, irina):
    keep, absorb = pair
    course = CourseFactory(instructor=irina)
    facts = {"course": course, "list_price_minor": 500, "amount_minor": 500, "currency": "USD", "provider": "test"}
    for one in pair:
        Order.objects.create(user=one, status="pending", **facts)
    Order.objects.create(user=absorb, status="failed", **facts)
    merge(pair, admin)
    states = Order.objects.filter(user=keep).order_by("status").values_list("status", flat=True)
    assert list(states) == ["cancelled", "failed", "pending"]
    assert not Order.objects.filter(user=absorb).exists()


def test_attempts_are_numbered_on(pair, admin, irina):
    quiz = make_quiz(TEXT)
    for one in pair:
        enroll(actor=one, course=quiz.lesson.course)
        start_attempt(actor=one, quiz=quiz)
    merge(pair, admin)
    assert list(QuizAttempt.objects.values_list("user", "number")) == [(pair[0].pk, 1)], "two open ones are one"


def test_ties_blocks_and_deeds_are_joined(pair, admin, anna, boris, make_user):
    keep, absorb = pair
    chen = make_user("chen")
    for one in pair:
        graph.follow(actor=one, person=anna)
    graph.follow(actor=absorb, person=boris)
    graph.follow(actor=absorb, person=keep)
    graph.follow(actor=boris, person=absorb)
    graph.follow(actor=chen, person=absorb)
    graph.block(actor=keep, person=chen)
    graph.block(actor=absorb, person=admin, kind="ignore")
    for one in pair:
        Activity.objects.create(user=one, activity_type="course_completed", object_id=7, dedupe_key=f"done:{one.pk}")
    merge(pair, admin)
    assert set(Follow.objects.values_list("follower__username", "following__username")) == {
        ("vera", "anna"), ("vera", "boris"), ("boris", "vera"),
    }  # fmt: skip
    assert set(Block.objects.values_list("user__username", "other__username", "kind")) == {
        ("vera", "chen", "block"), ("vera", "admin", "ignore"),
    }  # fmt: skip
    assert Activity.objects.filter(user=keep, object_id=7).count() == 1


def test_reports_and_penalties_are_joined(pair, admin, boris):
    keep, absorb = pair
    topic = TopicFactory(author=boris, category=CategoryFactory())
    post, own = reply(topic, boris, "Buy my things"), reply(topic, keep, "My own words here")
    for one in pair:
        report(actor=one, kind="post", pk=post.pk, reason="spam")
    report(actor=absorb, kind="post", pk=own.pk, reason="off_topic")
    penalise(actor=admin, user=absorb, kind="silence", reason="Loud")
    merge(pair, admin)
    assert ReviewCase.objects.get(object_id=post.pk).flags_count == 2
    assert sorted(Flag.objects.values_list("user__username", flat=True), key=str) == [None, None, "vera"]
    assert User.objects.get(pk=keep.pk).is_silenced
    assert Notification.objects.filter(user=absorb).count() == 0


def test_names_lead_on_and_signing_in_does_not(pair, admin, as_html, boris):
    keep, absorb = pair
    topic = TopicFactory(author=boris, category=CategoryFactory())
    post = reply(topic, boris, "Ask @vera2 about it, please")
    old_mail = absorb.email
    browser = as_html(absorb)
    merge(pair, admin)
    absorb.refresh_from_db()
    assert absorb.is_erased
    assert not absorb.is_active
    assert FormerUsername.objects.get(username="vera2").user == keep
    assert as_html().get("/profile/vera2/").headers["Location"] == "/profile/vera/"
    post.refresh_from_db()
    assert "@vera about it" in post.content
    assert '/profile/vera/">@vera</a>' in post.content_html
    assert not User.objects.filter(email=old_mail).exists()
    assert browser.get("/settings/").status_code == 302, "its sessions are over"
    assert User.objects.with_roles().get(pk=keep.pk).role == "student"


def test_the_log_says_so_once_and_without_names(pair, admin):
    merge(pair, admin)
    assert merge(pair, admin) == {}
    line = ModerationAction.objects.get(action="merge_accounts")
    assert (line.actor, line.target, line.object_id, line.reason) == (admin, pair[0], pair[1].pk, "Ticket 7")
    assert "vera2" not in f"{line.title} {line.note} {line.url}"
    assert not line.is_public


def test_what_arrived_meanwhile_is_taken_along_by_a_second_run(pair, admin):
    merge(pair, admin)
    TopicFactory(author=pair[1], category=CategoryFactory())
    assert merge(pair, admin)["forum"] >= 1
    assert Topic.objects.get().author == pair[0]
    assert ModerationAction.objects.filter(action="merge_accounts").count() == 1


def test_only_administrators_merge_and_never_staff_themselves_or_the_erased(pair, admin, maxim, boris):
    keep, absorb = pair
    with pytest.raises(NotAllowed):
        merge(pair, maxim)
    with pytest.raises(NotAllowed):
        merge_accounts(keep=keep, absorb=admin, actor=admin)
    with pytest.raises(Invalid):
        merge_accounts(keep=keep, absorb=keep, actor=admin)
    with pytest.raises(Conflict, match="role"):
        merge_accounts(keep=keep, absorb=maxim, actor=admin)
    merge(pair, admin)
    with pytest.raises(Conflict):
        merge_accounts(keep=boris, absorb=absorb, actor=admin)
    with pytest.raises(Conflict):
        merge_accounts(keep=absorb, absorb=boris, actor=admin)


def test_an_administrator_merges_in_the_admin_after_a_page_that_asks(pair, admin, as_html):
    keep, absorb = pair
    browser, url = as_html(admin), reverse("admin:profiles_user_changelist")
    chosen = {"action": "merge", "_selected_action": [keep.pk, absorb.pk]}
    page = browser.post(url, chosen)
    assert page.status_code == 200
    assert "vera2@example.com" in page.text
    assert not User.objects.get(pk=absorb.pk).is_erased
    nothing = browser.post(url, {**chosen, "keep": keep.pk, "reason": ""})
    assert nothing.status_code == 400
    done = browser.post(url, {**chosen, "keep": keep.pk, "reason": "Ticket 9"})
    assert done.status_code == 302
    assert User.objects.get(pk=absorb.pk).is_erased
    assert ModerationAction.objects.get(action="merge_accounts").reason == "Ticket 9"


def test_others_have_no_such_action(pair, make_user, as_html):
    maxim = roles.set_role(actor=SYSTEM, account=make_user("maxim"), role="moderator")
    browser, url = as_html(maxim), reverse("admin:profiles_user_changelist")
    assert 'value="merge"' not in browser.get(url).text
    chosen = {"action": "merge", "_selected_action": [one.pk for one in pair]}
    browser.post(url, {**chosen, "keep": pair[0].pk, "reason": "x"})
    assert not User.objects.get(pk=pair[1].pk).is_erased
