"""Pages and API of the studio: who meets what, forms that keep what was typed, costs that stay."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from community_platform.demo.video import SECONDS, film
from courses.models import Course, CourseFile, Lesson, Question, Status
from courses.services import authoring, files, staff
from courses.services.enrollment import enroll, leave
from courses.tests.factories import CourseCategoryFactory, CourseFactory, LessonFactory, SectionFactory
from courses.tests.quizzes import SINGLE, make_quiz
from courses.tests.test_transfer_folder import VTT, archive, picture
from profiles.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def course(irina: User) -> Course:
    row = CourseFactory(instructor=irina, sections=1, lessons=2, status="draft", published_at=None)
    make_quiz(course=row)
    return row


def pages(course: Course) -> list[str]:
    top, quiz = f"/studio/courses/{course.slug}/", course.lessons.get(kind="quiz").quiz
    new = f"/studio/sections/{course.sections.get().pk}/lessons/new/"
    return [
        top, f"{top}edit/", f"{top}files/", f"{top}staff/", f"{top}preview/", f"{top}export/",
        f"/studio/lessons/{course.lessons.first().pk}/", f"/studio/quizzes/{quiz.pk}/",
        f"/studio/quizzes/{quiz.pk}/preview/", f"/studio/quizzes/{quiz.pk}/questions/new/?kind=multiple",
        *[f"/studio/questions/{question.pk}/" for question in quiz.questions.all()],
*[f"{new}?kind={kind}" for kind in ("article", "video", "quiz")],
    ]  # fmt: skip


def test_who_meets_which_page(
    course: Course,
    irina: User,
    anna: User,
    admin: User,
    make_user: Callable[..., User],
    as_html: Callable[..., Client],
) -> None:
    staff.set_staff(actor=irina, course=course, user=anna, role="assistant")
    stranger, daniel = make_user("stranger"), make_user("daniel", role="instructor")
    anna = User.objects.with_roles().get(pk=anna.pk)
    for path in pages(course):
        for person in (irina, admin):
            assert as_html(person).get(path).status_code == 200, path
        for person in (stranger, daniel):
            assert as_html(person).get(path).status_code == 404, path
        assert as_html().get(path)["Location"].startswith("/accounts/login/?next=")
    seen = {path: as_html(anna).get(path).status_code for path in pages(course)}
    top = f"/studio/courses/{course.slug}/"
    quiz = course.lessons.get(kind="quiz").quiz.pk
    assert {path for path, status in seen.items() if status == 200} == {
        top, f"{top}edit/", f"{top}files/", f"{top}staff/", f"{top}preview/", f"/studio/quizzes/{quiz}/preview/",
    }  # fmt: skip
    assert set(seen.values()) == {200, 403}


def test_the_studio_is_for_those_who_teach(
    course: Course, irina: User, anna: User, as_html: Callable[..., Client], as_api: Callable[..., Any]
) -> None:
    assert as_html(anna).get("/studio/").status_code == 403
    assert as_api(anna).get("/api/studio/courses").status_code == 403
    assert as_api().get("/api/studio/courses").status_code == 401
    assert "/studio/" not in as_html(anna).get("/").content.decode()
    page = as_html(irina).get("/studio/").content.decode()
    assert course.title in page
    assert 'href="/studio/"' in page
    staff.set_staff(actor=irina, course=course, user=anna, role="assistant")
    page = as_html(anna).get("/studio/").content.decode()
    assert course.title in page
    assert "/studio/new/" not in page
    listed = as_api(irina).get("/api/studio/courses?status=draft").json()
    assert [row["slug"] for row in listed["results"]] == [course.slug]
    assert as_api(irina).get("/api/studio/courses?status=published").json()["count"] == 0
    assert as_html(irina).get("/studio/?status=published").status_code == 200
    assert as_html(irina).get("/studio/?page=9").status_code == 404


def test_a_course_from_nothing_to_the_catalogue_without_a_script(
    irina: User, anna: User, as_html: Callable[..., Client]
) -> None:
    category, browser = CourseCategoryFactory(), as_html(irina)
    form = {
        "title": "Knots", "summary": "Tie them", "category": category.pk, "level": "beginner", "language": "en",
        "price": "0", "currency": "USD", "cover": picture((1600, 900)), "token": "0" * 32,
    }  # fmt: skip
    first = browser.post("/studio/new/", form)
    again = browser.post("/studio/new/", {**form, "cover": picture((1600, 900))})
    assert first["Location"] == again["Location"] == "/studio/courses/knots/"
    course = Course.objects.get()  # the double click made one
    assert course.cover_url
    refused = browser.post("/studio/courses/knots/publish/")
    assert refused.status_code == 409
    assert "required lesson" in refused.content.decode()
    for _twice in range(2):
        browser.post("/studio/courses/knots/sections/", {"title": "One", "token": "1" * 32})
    section = course.sections.get()
    add = f"/studio/sections/{section.pk}/lessons/new/"
    browser.post(f"{add}?kind=article", {"title": "Rope", "content": "*Hemp*", "is_required": "on"})
    clip = {
        "video_file": SimpleUploadedFile("a.webm", film(0)),
        "captions_file": SimpleUploadedFile("a.vtt", VTT),
    }
    browser.post(f"{add}?kind=video", {"title": "Watch", "is_required": "on", **clip})
    made = browser.post(f"{add}?kind=quiz", {"title": "Quiz", "is_required": "on"})
    rope, watch, quiz = course.lessons.in_order()
    assert made["Location"] == f"/studio/quizzes/{quiz.quiz.pk}/"
    assert rope.content_html == "<p><em>Hemp</em></p>\n"
    assert watch.duration_seconds == SECONDS  # the film says so
    assert {row.url for row in course.files.all()} == {watch.video_url, watch.captions_url}
    ask = f"/studio/quizzes/{quiz.quiz.pk}/questions/new/?kind="
    for kind, key in (
        ("single", {"choice_0": "Yes", "choice_3": "No", "right": "0"}),
        ("multiple", {"choice_0": "a", "choice_1": "b", "right": ["0", "1"]}),
        ("text", {"accepted": "one\r\n\r\ntwo"}), ("number", {"number": "1,5", "tolerance": ""}),
    ):  # fmt: skip
        answer = browser.post(ask + kind, {"text": f"A {kind}?", "points": "1", **key})
        assert answer.status_code == 302, answer.content.decode()
    assert [q.kind for q in quiz.quiz.questions.all()] == ["single", "multiple", "text", "number"]
    assert Question.objects.get(kind="text").accepted == ["one", "two"]
    assert browser.post("/studio/courses/knots/publish/").status_code == 302
    assert "Knots" in as_html(anna).get("/courses/").content.decode()


def test_refused_forms_keep_what_was_typed(
    course: Course, irina: User, as_html: Callable[..., Client]
) -> None:
    browser = as_html(irina)
    quiz = course.lessons.get(kind="quiz").quiz
    page = browser.post(
        f"/studio/quizzes/{quiz.pk}/questions/new/?kind=single",
        {"text": "Typed question", "points": "1", "choice_0": "Typed answer", "choice_1": "Other"},
    )
    assert page.status_code == 400
    for kept in ("Typed question", "Typed answer", "Mark the right answer"):
        assert kept in page.content.decode()
    lesson = course.lessons.first()
    bad = browser.post(f"/studio/lessons/{lesson.pk}/", {"title": "Typed", "duration_seconds": "4:99"})
    assert bad.status_code == 400
    assert "minutes:seconds" in bad.content.decode()
    stale = browser.post(f"/studio/lessons/{lesson.pk}/", {"title": "Typed title", "revision": "77"})
    assert stale.status_code == 412
    assert "Typed title" in stale.content.decode()
    section = course.sections.get().pk
    nofilm = browser.post(f"/studio/sections/{section}/lessons/new/?kind=video", {"title": "Film"})
    assert nofilm.status_code == 400
    assert "video_url" in nofilm.context["form"].errors
    wrong = {"title": "Film", "video_file": SimpleUploadedFile("a.webm", b"MZ no film")}
    assert browser.post(f"/studio/sections/{section}/lessons/new/?kind=video", wrong).status_code == 415
    odd = browser.post(f"/studio/lessons/{lesson.pk}/place/", {"section": section, "index": "x"})
    assert odd.status_code == 400
    assert not CourseFile.objects.exists()


def test_a_failed_lesson_leaves_no_film_on_the_disk(
    course: Course, irina: User, as_html: Callable[..., Client], settings: Any
) -> None:
    lesson = LessonFactory(course=course, kind="video", video_url="/media/x.webm")
    answer = as_html(irina).post(
        f"/studio/lessons/{lesson.pk}/",
        {"title": "x" * 20, "revision": "77", "video_file": SimpleUploadedFile("a.webm", film(0))},
    )
    assert answer.status_code == 412
    assert not CourseFile.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_files_are_for_who_may_see_the_lesson(
    irina: User, anna: User, boris: User, make_user: Callable[..., User], as_html: Callable[..., Client]
) -> None:
    course = CourseFactory(instructor=irina, lessons=2)
    hidden, shown, film_row = (
        files.add_file(actor=irina, course=course, upload=upload)
        for upload in (picture(), picture(), SimpleUploadedFile("f.webm", film(0)))
    )
    locked, preview = course.lessons.in_order()
    authoring.update_lesson(actor=irina, lesson=locked, content=hidden.markdown)
    authoring.update_lesson(actor=irina, lesson=preview, content=shown.markdown, is_preview=True)
    enroll(actor=anna, course=course)
    daniel, fay = make_user("daniel", role="instructor"), make_user("fay")
    staff.set_staff(actor=irina, course=course, user=fay, role="assistant")

    def status(person: User | None, row: CourseFile) -> int:
        return int(as_html(person).get(row.url).status_code)

    assert [status(person, hidden) for person in (irina, anna, fay)] == [200, 200, 200]
    assert [status(person, hidden) for person in (None, boris, daniel)] == [404, 404, 404]
    assert [status(person, shown) for person in (None, boris, daniel)] == [200, 200, 200]
    assert as_html(anna).get(f"/media/{hidden.file.name}").status_code == 404
    assert as_html(anna).get(f"/media/lessons/../{hidden.file.name}").status_code == 404
    assert as_html(anna).get(hidden.url + "x").status_code == 404
    part = as_html(anna).get(film_row.url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, len(part.content), part["Content-Range"]) == (
        206,
        10,
        f"bytes 10-19/{film_row.size}",
    )
    assert as_html(anna).get(film_row.url, headers={"Range": f"bytes={film_row.size}-"}).status_code == 416
    tail = as_html(anna).get(film_row.url, headers={"Range": "bytes=-5"})
    assert len(tail.content) == 5
    tag = as_html(anna).get(hidden.url)["ETag"]
    assert as_html(anna).get(hidden.url, headers={"If-None-Match": tag}).status_code == 304
    leave(actor=anna, course=course)
    assert status(anna, hidden) == 404
    Course.objects.filter(pk=course.pk).update(status=Status.DRAFT)
    assert [status(person, shown) for person in (None, anna, fay)] == [404, 404, 200]


def test_files_never_run_here(irina: User, as_html: Callable[..., Client]) -> None:
    course = CourseFactory(instructor=irina)
    row = files.add_file(
        actor=irina, course=course, upload=SimpleUploadedFile("page.html", b"<script>alert(1)</script>")
    )
    answer = as_html(irina).get(row.url)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


def test_the_api_tells_revisions_and_refuses_stale_edits(
    course: Course, irina: User, as_api: Callable[..., Any]
) -> None:
    client = as_api(irina)
    lesson, quiz = course.lessons.first(), course.lessons.get(kind="quiz").quiz
    for path, body in (
        (f"/api/studio/courses/{course.slug}", {"title": "New"}),
        (f"/api/studio/lessons/{lesson.pk}", {"title": "New"}),
        (f"/api/studio/quizzes/{quiz.pk}", {"pass_percent": 70}),
    ):
        tag = client.get(path)["ETag"]
        changed = client.patch(path, body, headers={"If-Match": tag})
        assert changed.status_code == 200
        assert changed["ETag"] != tag
        assert client.patch(path, body, headers={"If-Match": tag}).status_code == 412
        assert client.patch(path, body, headers={"If-Match": '"other"'}).status_code == 412
    shown = client.get(f"/api/studio/courses/{course.pk}").json()
    assert (shown["title"], shown["role"], shown["may_edit"]) == ("New", "owner", True)
    assert [row["kind"] for row in shown["sections"][0]["lessons"]] == ["article", "article", "quiz"]
    question = client.get(f"/api/studio/quizzes/{quiz.pk}").json()["questions"][0]
    assert [choice["is_correct"] for choice in question["choices"]] == [True, False, False]


def test_covers_archives_and_staff_over_the_api(
    course: Course, irina: User, anna: User, as_api: Callable[..., Any]
) -> None:
    client, top = as_api(irina), f"/api/studio/courses/{course.slug}"
    put = client.put(f"{top}/cover", {"cover": picture((1600, 900))}, format="multipart")
    assert put.json()["cover_url"].endswith(".webp")
    bad = client.put(f"{top}/cover", {"cover": SimpleUploadedFile("a.png", b"no")}, format="multipart")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (415, "cover")
    assert client.delete(f"{top}/cover").status_code == 204
    assert Course.objects.get(pk=course.pk).cover_url == ""
    assert (
        client.put(f"{top}/staff", {"user": "ANNA", "role": "assistant"}).json()["user"]["username"] == "anna"
    )
    assert client.get(f"{top}/staff").json()["count"] == 1
    zipped = b"".join(client.get(f"{top}/export").streaming_content)
    made = client.post(
        "/api/studio/imports", {"archive": SimpleUploadedFile("a.zip", zipped)}, format="multipart"
    )
    assert made.status_code == 201
    assert made.json()["course"]["status"] == "draft"
    again = client.post(
        "/api/studio/imports", {"archive": SimpleUploadedFile("a.zip", zipped)}, format="multipart"
    )
    assert (again.status_code, again.json()["course"]["id"]) == (200, made.json()["course"]["id"])
    assert as_api(anna).get(f"{top}/export").status_code == 403
    assert client.post("/api/studio/imports", {}, format="multipart").status_code == 400


def test_an_import_by_the_page_shows_what_it_became(irina: User, as_html: Callable[..., Client]) -> None:
    CourseCategoryFactory()
    answer = as_html(irina).post("/studio/import/", {"archive": archive()}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/studio/courses/maths-by-hand/imported/"
    assert "The category maths is not known here" in page
    again = as_html(irina).post("/studio/import/", {"archive": archive()}, follow=True)
    assert "here already" in again.content.decode()
    plain = CourseFactory(instructor=irina)
    assert as_html(irina).get(f"/studio/courses/{plain.slug}/imported/").status_code == 404


def test_a_draft_is_previewed_as_students_meet_it(
    course: Course, irina: User, as_html: Callable[..., Client]
) -> None:
    page = as_html(irina).get(f"/studio/courses/{course.slug}/preview/").content.decode()
    assert "lesson-row--locked" in page
    assert "This is the draft as students will meet it." in page
    quiz = course.lessons.get(kind="quiz").quiz
    shown = as_html(irina).get(f"/studio/quizzes/{quiz.pk}/preview/").content.decode()
    assert "Capital of France?" in shown
    assert "color-ok" not in shown  # the key stays hidden
    lesson = course.lessons.first()
    assert as_html(irina).get(f"/courses/{course.slug}/{lesson.slug}/").status_code == 200
    assert as_html().get(f"/courses/{course.slug}/{lesson.slug}/").status_code == 404


@pytest.mark.parametrize(
    "door", ["/studio/", "/api/studio/courses", "outline", "/api/studio/outline", "quiz", "files"]
)
def test_costs_do_not_grow(
    make_user: Callable[..., User],
    as_html: Callable[..., Client],
    count_own_queries: Callable[[Client, str], int],
    door: str,
) -> None:
    def cost(rows: int) -> int:
        irina = make_user(f"irina{rows}", role="instructor")
        courses = [
            CourseFactory(instructor=irina, sections=2)
            for _n in range(rows if door.endswith(("/", "ses")) else 1)
        ]
        course = courses[0]
        if door == "files":
            for _n in range(rows):
                files.add_file(actor=irina, course=course, upload=SimpleUploadedFile("a.pdf", b"%PDF-1"))
        for section in course.sections.all():
            LessonFactory.create_batch(rows, section=section)
        quiz = make_quiz(*([SINGLE] * rows), course=course)
        SectionFactory(course=course)
        address = {
            "outline": f"/studio/courses/{course.slug}/", "/api/studio/outline": f"/api/studio/courses/{course.slug}",
            "quiz": f"/studio/quizzes/{quiz.pk}/", "files": f"/studio/courses/{course.slug}/files/",
        }.get(door, door)  # fmt: skip
        return count_own_queries(as_html(irina), address)

    few, many = cost(3), cost(18)
    assert few == many
    assert many <= 14
    assert Lesson.objects.exists()
