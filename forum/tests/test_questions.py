"""Questions: endorsed answers, the queue of what waits, asking from a lesson."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from courses.models import Course, LessonKind
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory, LessonFactory
from forum import services
from forum.models import Category, Post, Topic
from forum.selectors import questions
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from notifications.models import Notification
from profiles.models import User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


@pytest.fixture
def course(irina: User) -> Course:
    return CourseFactory(instructor=irina, slug="algebra", title="Algebra")


@pytest.fixture
def answer(anna: User, boris: User, course: Course) -> Post:
    topic = TopicFactory(
        author=anna, course=course.pk, kind="question", category=CategoryFactory(slug="general")
    )
    return reply(topic, boris)


def test_the_instructor_endorses_beside_the_best_answer(
    answer: Post, anna: User, irina: User, boris: User
) -> None:
    other = reply(answer.topic, anna, "Another way")
    services.accept_answer(actor=anna, topic=answer.topic, post=other.pk)
    for _ in range(2):
        marked = services.endorse(actor=irina, post=answer)
        assert (marked.is_endorsed, marked.endorsed_by) == (True, irina)
    services.endorse(actor=irina, post=other)
    assert Topic.objects.get(pk=answer.topic_id).best_answer_id == other.pk
    assert not services.unendorse(actor=irina, post=answer).is_endorsed
    assert Post.objects.get(pk=other.pk).is_endorsed


def test_the_author_is_told_once(
    answer: Post,
    irina: User,
    maxim: User,
    boris: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.endorse(actor=irina, post=answer)
        services.unendorse(actor=maxim, post=answer)
        services.endorse(actor=maxim, post=answer)
    told = Notification.objects.get(user=boris)
    assert told.text.endswith(f"endorsed your answer in “{answer.topic.title}”")


def test_who_may_not_endorse(answer: Post, anna: User, boris: User, irina: User, maxim: User) -> None:
    stranger = CourseFactory().instructor
    for actor in (anna, boris, stranger):
        with pytest.raises(NotAllowed):
            services.endorse(actor=actor, post=answer)
    own = reply(answer.topic, irina, "My own answer")
    with pytest.raises(NotAllowed, match="yourself"):
        services.endorse(actor=irina, post=own)
    with pytest.raises(Conflict, match="question"):
        services.endorse(actor=irina, post=answer.topic.posts.get(number=1))
    news = TopicFactory(author=maxim, kind="announcement")
    with pytest.raises(Conflict, match="announcement"):
        services.endorse(actor=maxim, post=reply(news, boris))


def test_the_page_endorses_and_shows_it(as_html: Html, answer: Post, irina: User, anna: User) -> None:
    browser, path = as_html(irina), answer.topic.get_absolute_url()
    assert "Endorse</button>" in browser.get(path).content.decode()
    assert "Endorse</button>" not in as_html(anna).get(path).content.decode()
    browser.post(f"/forum/post/{answer.pk}/endorse/", {"endorsed": "1"})
    assert "Endorsed by the instructor" in as_html().get(path).content.decode()
    browser.post(f"/forum/post/{answer.pk}/endorse/", {"endorsed": "0"})
    assert "Endorsed by the instructor" not in as_html().get(path).content.decode()


def test_the_api_endorses(as_api: Callable[..., Any], answer: Post, irina: User, anna: User) -> None:
    path = f"/api/forum/posts/{answer.pk}/endorse"
    shown = as_api(irina).put(path)
    assert (shown.status_code, shown.data["is_endorsed"]) == (200, True)
    assert shown.data["endorsed_by"]["username"] == "irina"
    assert shown.data["endorsed_at"] is not None
    again = as_api(irina).delete(path)
    assert (again.status_code, again.data["is_endorsed"], again.data["endorsed_by"]) == (200, False, None)
    assert (as_api(anna).put(path).status_code, as_api().put(path).status_code) == (403, 401)
    assert (
        as_api(irina).put(f"/api/forum/posts/{answer.topic.posts.get(number=1).pk}/endorse").status_code
        == 409
    )
    assert as_api(irina).put("/api/forum/posts/999999/endorse").status_code == 404


@pytest.fixture
def waiting(course: Course, anna: User, boris: User, answer: Post) -> list[Topic]:
    """Two questions of the course that nobody answered, the older first; others that do not wait."""
    mine = [
        TopicFactory(author=anna, course=course.pk, kind="question", title=f"Waiting question {n}")
        for n in (1, 2)
    ]
    TopicFactory(author=anna, course=course.pk, title="A discussion waits for nothing")
    TopicFactory(author=anna, kind="question", title="Asked elsewhere")
    services.delete_topic(
        actor=anna, topic=TopicFactory(author=anna, course=course.pk, kind="question", title="Gone question")
    )
    return mine


def test_the_queue_holds_what_waits_the_oldest_first(
    as_html: Html, as_api: Callable[..., Any], waiting: list[Topic], course: Course
) -> None:
    page = as_html().get("/forum/unanswered/?course=algebra").content.decode()
    assert page.index("Waiting question 1") < page.index("Waiting question 2")
    for word in ("A discussion waits", "Asked elsewhere", "Gone question", "How does part"):
        assert word not in page
    for key in ("algebra", course.pk):
        listed = as_api().get(f"/api/forum/unanswered?course={key}").data
        assert [row["id"] for row in listed["results"]] == [topic.pk for topic in waiting]
    assert as_api().get("/api/forum/unanswered").data["count"] == 3
    assert "Asked elsewhere" in as_html().get("/forum/unanswered/").content.decode()
    assert as_html().get("/forum/unanswered/?course=nowhere").status_code == 404
    assert as_api().get("/api/forum/unanswered?course=nowhere").status_code == 404


def test_the_queue_shows_nobody_more_than_they_may_see(
    as_html: Html, as_api: Callable[..., Any], waiting: list[Topic], maxim: User
) -> None:
    Category.objects.all().update(audience="staff")
    assert as_api().get("/api/forum/unanswered").data["count"] == 0
    assert "Waiting question" not in as_html().get("/forum/unanswered/").content.decode()
    assert as_api(maxim).get("/api/forum/unanswered").data["count"] == 3


def test_instructors_are_led_to_their_queue(
    as_html: Html, waiting: list[Topic], irina: User, anna: User
) -> None:
    mine = as_html(irina)
    assert "2 questions of this course wait for an answer" in mine.get("/courses/algebra/").content.decode()
    assert (
        '<a class="link row__fill truncate" href="/forum/unanswered/?course=algebra">'
        in mine.get("/").content.decode()
    )
    assert "wait for an answer" not in as_html(anna).get("/courses/algebra/").content.decode()
    assert "/forum/unanswered/?course=" not in as_html(anna).get("/").content.decode()


@pytest.mark.parametrize("rows", [3, 30])
def test_the_queue_costs_the_same_however_long_it_is(
    as_html: Html, course: Course, irina: User, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    shelf = CategoryFactory()
    for n in range(rows):
        TopicFactory(category=shelf, course=course.pk, kind="question", tags=[f"tag{n}"])
    client = as_html()
    client.get("/forum/unanswered/?course=algebra")
    with django_assert_num_queries(4):
        client.get("/forum/unanswered/?course=algebra")
    with django_assert_num_queries(1):
        questions.waiting_in_own_courses(irina)


@pytest.fixture
def video(course: Course) -> Any:
    return LessonFactory(
        course=course,
        kind=LessonKind.VIDEO,
        video_url="/media/a.mp4",
        duration_seconds=600,
        title="Limits",
        slug="limits",
    )


def test_a_question_is_asked_from_the_lesson_and_leads_back_to_the_second(
    as_html: Html, course: Course, video: Any, anna: User
) -> None:
    CategoryFactory(slug="general")
    enroll(actor=anna, course=course)
    client = as_html(anna)
    page = client.get("/courses/algebra/limits/").content.decode()
    asking = f"/forum/new/?kind=question&course={course.pk}&lesson={video.pk}"
    assert f'href="{asking.replace("&", "&amp;")}" data-behaviour="ask-at-second"' in page
    form = client.get(f"{asking}&second=205").content.decode()
    for name, value in (("course", course.pk), ("lesson", video.pk), ("lesson_second", 205)):
        assert f'name="{name}" value="{value}"' in form
    assert '<option value="question" selected>' in form
    sent = {
        "title": "Why does it converge?", "content": "I do not see it", "category": "general", "kind": "question",
        "course": course.pk, "lesson": video.pk, "lesson_second": "205", "token": uuid.uuid4().hex,
    }  # fmt: skip
    topic = Topic.objects.get(pk=client.post("/forum/new/", sent)["Location"].split("/")[-2])
    assert (topic.course, topic.lesson, topic.lesson_second) == (course, video, 205)
    shown = client.get(topic.get_absolute_url()).content.decode()
    assert 'About the lesson <a class="link" href="/courses/algebra/limits/">Limits</a>' in shown
    assert '<a class="link" href="/courses/algebra/limits/?t=205">at 3:25</a>' in shown
    assert "Why does it converge?" in client.get("/courses/algebra/limits/").content.decode()


def test_without_a_script_no_second_is_named(
    as_html: Html, as_api: Callable[..., Any], video: Any, anna: User
) -> None:
    topic = services.create_topic(
        actor=anna, category=CategoryFactory().pk, title="About the lesson", content="Hm?", lesson=video.pk
    )
    page = as_html().get(topic.get_absolute_url()).content.decode()
    assert '<a class="link" href="/courses/algebra/limits/">Limits</a></p>' in page
    assert as_api().get(f"/api/forum/topics/{topic.pk}").data["lesson_second"] is None


@pytest.mark.parametrize(
    ("second", "code"), [(-1, "out_of_range"), (601, "out_of_range"), (2**40, "out_of_range")]
)
def test_a_second_beyond_the_video_is_refused(
    as_api: Callable[..., Any], video: Any, anna: User, second: int, code: str
) -> None:
    sent = {
        "title": "About the lesson",
        "content": "Hm?",
        "category": CategoryFactory().pk,
        "lesson": video.pk,
    }
    answer = as_api(anna).post("/api/forum/topics", {**sent, "lesson_second": second})
    assert (answer.status_code, answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (
        400, "lesson_second", code,
    )  # fmt: skip
    assert as_api(anna).post("/api/forum/topics", {**sent, "lesson_second": 600}).status_code == 201


def test_only_video_lessons_have_seconds(anna: User, course: Course) -> None:
    article = LessonFactory(course=course, kind=LessonKind.ARTICLE)
    for lesson in (None, article.pk):
        with pytest.raises(Invalid, match="video"):
            services.create_topic(
                actor=anna,
                category=CategoryFactory().pk,
                title="A question",
                content="Hm?",
                lesson=lesson,
                lesson_second=5,
            )
