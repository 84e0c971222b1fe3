"""Services of the studio: order, staff, duplicates, files, covers, captions, the states of a course."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community_platform.core.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    Stale,
    TooLarge,
    WrongType,
)
from community_platform.demo.video import SECONDS, film
from courses.events import StaffAdded
from courses.models import Course, CourseFile, CourseStaff, Enrollment, Lesson, Question, Status
from courses.services import (
    attempts,
    authoring,
    duplicate,
    files,
    quizzes,
    staff,
    studio,
    studio_cover,
    studio_order,
)
from courses.services.captions import clean_captions
from courses.services.enrollment import enroll
from courses.services.film_length import seconds_of
from courses.services.progress import complete
from courses.tests.factories import CourseFactory, SectionFactory
from courses.tests.quizzes import SINGLE, TEXT, make_quiz
from courses.tests.test_transfer_folder import VTT, picture
from profiles.models import User
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def course(irina: User) -> Course:
    return CourseFactory(instructor=irina, sections=2, lessons=3)


def outline(course: Course) -> list[list[int]]:
    return [
        list(section.lessons.in_order().values_list("pk", flat=True)) for section in course.sections.all()
    ]


def test_a_lesson_goes_to_its_place_and_twice_is_the_same_place(course: Course, irina: User) -> None:
    (a, b, c), (d, e, f) = outline(course)
    second = course.sections.last()
    lesson = Lesson.objects.get(pk=a)
    for _again in range(2):
        studio_order.place_lesson(actor=irina, lesson=lesson, section=second, index=1)
        assert outline(course) == [[b, c], [d, a, e, f]]
    studio_order.place_lesson(actor=irina, lesson=lesson, section=second, index=99)
    assert outline(course) == [[b, c], [d, e, f, a]]
    positions = list(course.lessons.in_order().values_list("position", flat=True))
    assert positions == [0, 1, 2, 3, 4, 5]


def test_moving_lessons_moves_no_progress(course: Course, irina: User, anna: User) -> None:
    enroll(actor=anna, course=course)
    first = course.lessons.in_order().first()
    complete(actor=anna, lesson=first, shown_here=False)
    before = Enrollment.objects.get(user=anna).progress_percent
    studio_order.place_lesson(actor=irina, lesson=first, section=course.sections.last(), index=9)
    assert Enrollment.objects.get(user=anna).progress_percent == before == 16


def test_who_has_finished_stays_finished_whatever_is_added_and_deleted(irina: User, anna: User) -> None:
    course = CourseFactory(instructor=irina, lessons=1)
    enroll(actor=anna, course=course)
    lesson = course.lessons.get()
    complete(actor=anna, lesson=lesson, shown_here=False)
    authoring.add_lesson(actor=irina, section=lesson.section, title="More")
    authoring.delete_lesson(actor=irina, lesson=lesson)
    row = Enrollment.objects.get(user=anna)
    assert (row.progress_percent, row.completed_at is not None) == (100, True)


def test_sections_and_questions_go_to_their_places(course: Course, irina: User) -> None:
    one, two = course.sections.all()
    studio_order.place_section(actor=irina, section=two, index=0)
    assert list(course.sections.all()) == [two, one]
    quiz = make_quiz(SINGLE, TEXT, course=course)
    first, last = quiz.questions.all()
    version = quiz.version
    studio_order.place_question(actor=irina, question=last, index=0)
    assert list(quiz.questions.all()) == [last, first]
    quiz.refresh_from_db()
    assert quiz.version > version


def test_a_lesson_goes_to_no_foreign_section(course: Course, irina: User) -> None:
    foreign = SectionFactory(course=CourseFactory(instructor=irina))
    with pytest.raises(Invalid) as refused:
        studio_order.place_lesson(actor=irina, lesson=course.lessons.first(), section=foreign, index=0)
    assert refused.value.field == "section"


def test_a_course_with_students_is_archived_not_made_a_draft(course: Course, irina: User, anna: User) -> None:
    assert studio.unpublish(actor=irina, course=course).status == Status.DRAFT
    assert studio.unpublish(actor=irina, course=course).status == Status.DRAFT
    authoring.publish(actor=irina, course=course)
    enroll(actor=anna, course=course)
    with pytest.raises(Conflict):
        studio.unpublish(actor=irina, course=course)
    authoring.archive(actor=irina, course=course)
    assert Course.objects.visible_to(anna).filter(pk=course.pk).exists()


def test_the_address_of_a_published_course_stays(course: Course, irina: User, admin: User) -> None:
    with pytest.raises(Invalid) as refused:
        authoring.update_course(actor=irina, course=course, slug="another")
    assert refused.value.field == "slug"
    assert authoring.update_course(actor=admin, course=course, slug="another").slug == "another"
    draft = CourseFactory(instructor=irina, status="draft", published_at=None)
    assert authoring.update_course(actor=irina, course=draft, slug="mine-now").slug == "mine-now"


@pytest.mark.parametrize(
    ("field", "value"),
    [("price", "NaN"), ("price", "-1"), ("currency", "euro"), ("language", "english"), ("level", "x")],
)
def test_what_makes_no_sense_is_refused_on_its_field(
    course: Course, irina: User, field: str, value: Any
) -> None:

    given = Decimal(value) if field == "price" else value
    with pytest.raises(Invalid) as refused:
        authoring.update_course(actor=irina, course=course, **{field: given})
    assert refused.value.field == field


def test_an_edit_of_what_changed_meanwhile_is_refused(course: Course, irina: User) -> None:
    lesson = course.lessons.first()
    quiz = make_quiz(TEXT, course=course)
    for stale in (
        lambda: authoring.update_course(
            actor=irina, course=course, expected_revision=course.revision + 9, title="x"
        ),
        lambda: authoring.update_lesson(actor=irina, lesson=lesson, expected_revision=9, title="x"),
        lambda: quizzes.update_quiz(actor=irina, quiz=quiz, expected_version=99, pass_percent=1),
    ):
        with pytest.raises(Stale):
            stale()


# --- staff ------------------------------------------------------------------------------------------------------


def test_staff_has_exactly_its_rights(
    course: Course, irina: User, anna: User, make_user: Callable[..., User]
) -> None:
    daniel = make_user("daniel", role="instructor")
    staff.set_staff(actor=irina, course=course, user=daniel, role="instructor")
    staff.set_staff(actor=irina, course=course, user=anna, role="assistant")
    course.refresh_from_db()
    assert course.team == {str(daniel.pk): "instructor", str(anna.pk): "assistant"}
    authoring.update_course(actor=daniel, course=course, title="By Daniel")
    with pytest.raises(NotAllowed):
        authoring.update_course(actor=anna, course=course, title="By Anna")
    for helper in (daniel, anna):
        with pytest.raises(NotAllowed):
            staff.set_staff(actor=helper, course=course, user=UserFactory(), role="assistant")
    with pytest.raises(NotAllowed):
        staff.remove_staff(actor=anna, course=course, user=daniel)
    staff.remove_staff(actor=anna, course=course, user=anna)  # leaves by herself
    staff.set_staff(actor=irina, course=course, user=daniel, role="assistant")
    course.refresh_from_db()
    assert course.team == {str(daniel.pk): "assistant"}
    with pytest.raises(NotAllowed):
        authoring.update_course(actor=daniel, course=course, title="Again")
    staff.remove_staff(actor=irina, course=course, user=daniel)
    staff.remove_staff(actor=irina, course=course, user=daniel)
    assert not CourseStaff.objects.exists()


def test_who_joins_the_staff_is_told_once(
    course: Course, irina: User, anna: User, hear: Any, django_capture_on_commit_callbacks: Any
) -> None:
    heard = hear(StaffAdded)
    with django_capture_on_commit_callbacks(execute=True):
        for _again in range(2):
            staff.set_staff(actor=irina, course=course, user=anna, role="assistant")
        with pytest.raises(Invalid):
            staff.set_staff(actor=irina, course=course, user=anna, role="instructor")
    assert [(told.user_id, told.course_id, told.role, told.actor_id) for told in heard] == [
        (anna.pk, course.pk, "assistant", irina.pk)
    ]


def test_whom_staff_cannot_hold(course: Course, irina: User, anna: User) -> None:
    gone = UserFactory(is_active=False)
    for user, role in ((irina, "assistant"), (anna, "instructor"), (gone, "assistant"), (anna, "boss")):
        with pytest.raises(Invalid):
            staff.set_staff(actor=irina, course=course, user=user, role=role)
    assert not CourseStaff.objects.exists()


# --- duplicates -------------------------------------------------------------------------------------------------


def test_a_duplicate_is_deep_and_its_own(irina: User, anna: User) -> None:
    course = CourseFactory(instructor=irina, lessons=1, title="x" * 120)
    shown = files.add_file(actor=irina, course=course, upload=picture())
    studio_cover.set_cover(actor=irina, course=course, upload=picture((1600, 900)))
    lesson = course.lessons.get()
    authoring.update_lesson(actor=irina, lesson=lesson, content=shown.markdown)
    quiz = make_quiz(course=course)
    authoring.update_course(actor=irina, course=course, description=shown.markdown)
    enroll(actor=anna, course=course)
    attempts.start_attempt(actor=anna, quiz=quiz)
    copy = duplicate.duplicate_course(actor=irina, course=course)
    assert (copy.status, copy.students_count, copy.lessons_count) == (Status.DRAFT, 0, 2)
    assert copy.slug != course.slug
    assert len(copy.title) <= 120
    file = copy.files.get()
    assert file.key != shown.key
    assert file.file.name != shown.file.name
    assert shown.key not in copy.description + copy.lessons.in_order().first().content
    assert file.url in copy.description_html
    assert copy.cover.name != Course.objects.get(pk=course.pk).cover.name
    asked = Question.objects.filter(quiz__lesson__course=copy)
    assert [q.text for q in asked] == [q.text for q in quiz.questions.all()]
    assert set(asked.values_list("lineage", flat=True)).isdisjoint(
        quiz.questions.values_list("lineage", flat=True)
    )
    assert sum(q.choices.count() for q in asked) == sum(q.choices.count() for q in quiz.questions.all())
    authoring.delete_lesson(actor=irina, lesson=copy.lessons.in_order().first())
    assert course.lessons.count() == 2


def test_an_administrators_duplicate_belongs_to_the_owner(course: Course, irina: User, admin: User) -> None:
    assert duplicate.duplicate_course(actor=admin, course=course).instructor == irina


# --- files ------------------------------------------------------------------------------------------------------


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "stored", "kind"),
    [
        ("Моя схема.PNG", picture().read(), "moya-shema.webp", "image/webp"),
        ("x.exe", film(1), "x.webm", "video/webm"),
        ("clip.bin", b"\0\0\0\x18ftypmp42" + b"\0" * 60, "clip.mp4", "video/mp4"),
        ("../../a b.pdf", b"%PDF-1.4", "a-b.pdf", "application/pdf"),
        ("code.PY", b"print(1)\n", "code.py", "text/plain"),
        ("page.html", b"<script>alert(1)</script>", "page.html", "text/plain"),
        ("pack", b"PK\x03\x04rest", "pack.zip", "application/zip"),
        ("t.txt", VTT, "t.vtt", "text/vtt"),
    ],
)
def test_a_file_is_what_is_in_it(
    course: Course, irina: User, name: str, content: bytes, stored: str, kind: str
) -> None:
    row = files.add_file(actor=irina, course=course, upload=upload(name, content))
    assert (row.name, row.content_type) == (stored, kind)
    assert row.size == row.file.size
    assert row.key not in row.file.name


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Invalid),
        (b"MZ\x90\0", WrongType),
        (b"\x89PNG\r\n\x1a\nbroken", WrongType),
        (b"WEBVTT\n\nno cue", Invalid),
    ],
)
def test_what_is_no_file_of_a_lesson_is_refused(
    course: Course, irina: User, content: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error) as refused:
        files.add_file(actor=irina, course=course, upload=upload("a.bin", content), field="video_file")
    assert refused.value.field == "video_file"
    assert not CourseFile.objects.exists()


def test_sizes_and_numbers_are_held(course: Course, irina: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("courses.limits.FILE_BYTES", 10)
    with pytest.raises(TooLarge):
        files.add_file(actor=irina, course=course, upload=upload("a.pdf", b"%PDF-" + b"x" * 20))
    monkeypatch.setattr("courses.limits.FILES_MAX", 1)
    files.add_file(actor=irina, course=course, upload=upload("a.pdf", b"%PDF-"))
    with pytest.raises(Invalid) as refused:
        files.add_file(actor=irina, course=course, upload=upload("b.pdf", b"%PDF-"))
    assert refused.value.code == "too_many_files"
    monkeypatch.setattr("courses.limits.FILES_BYTES", 6)
    with pytest.raises(Invalid) as refused:
        files.add_file(actor=irina, course=course, upload=upload("b.pdf", b"%PDF-"))
    assert refused.value.code == "course_full"


def test_a_file_in_use_is_not_deleted_and_one_that_is_goes_from_the_disk(course: Course, irina: User) -> None:
    row = files.add_file(actor=irina, course=course, upload=picture())
    quiz = make_quiz(TEXT, course=course)
    question = quiz.questions.get()
    draft = quizzes.Draft(kind="text", text=row.markdown, accepted=["x"])
    quizzes.update_question(actor=irina, question=question, draft=draft)
    with pytest.raises(Conflict) as refused:
        files.delete_file(actor=irina, file=row)
    assert refused.value.code == "in_use"
    assert quiz.lesson.title in refused.value.message
    quizzes.delete_question(actor=irina, question=quiz.questions.get())
    path = Path(row.file.path)
    assert path.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_file_leaves_the_disk(irina: User) -> None:
    course = CourseFactory(instructor=irina)
    row = files.add_file(actor=irina, course=course, upload=picture())
    path = Path(row.file.path)
    files.delete_file(actor=irina, file=row)
    assert not path.exists()
    course = studio_cover.set_cover(actor=irina, course=course, upload=picture())
    covers = [Path(course.cover.path), Path(course.cover.path.replace(".webp", "-small.webp"))]
    sizes = [Image.open(io.BytesIO(path.read_bytes())).size for path in covers]
    assert sizes == [(1280, 720), (640, 360)]
    assert studio_cover.remove_cover(actor=irina, course=course).cover_url == ""
    studio_cover.remove_cover(actor=irina, course=course)
    assert not any(path.exists() for path in covers)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("WEBVTT\n\n00:05.000 --> 00:04.000\nx", "Line 3"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:07.000\ny", "Line 6"),
        ("WEBVTT\n\n5 --> 6\nx", "Line 3"),
        ("WEBVTT\n\n00:01.000 -->\nx", "Line 3"),
        ("1\n00:00:01,000 --> 00:00:02,000\nsubrip", "WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nx", "WEBVTT"),
        ("WEBVTT\n\nNOTE nothing", "no lines"),
    ],
)
def test_captions_are_checked_and_the_line_named(text: str, line: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_captions(text.encode(), field="file")
    assert line in refused.value.message


def test_captions_of_every_shape_are_taken() -> None:
    head = "\ufeffWEBVTT - title\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n"
    text = f"{head}intro\r\n01:00:01.000 --> 01:00:02.000 line:0\r\nHi\r\n"
    cleaned = clean_captions(text.encode(), field="file").decode()
    assert cleaned.startswith("WEBVTT - title\n")
    assert "\r" not in cleaned
    with pytest.raises(Invalid):
        clean_captions(b"\xff\xfeW", field="file")


def test_films_tell_their_length() -> None:
    assert seconds_of(io.BytesIO(film(0))) == SECONDS
    mvhd = b"\0" * 12 + (600).to_bytes(4, "big") + (75_300).to_bytes(4, "big") + b"\0" * 80
    box = (len(mvhd) + 8).to_bytes(4, "big") + b"mvhd" + mvhd
    moov = (len(box) + 8).to_bytes(4, "big") + b"moov" + box
    mp4 = (
        (24).to_bytes(4, "big")
        + b"ftypmp42"
        + b"\0" * 12
        + (108).to_bytes(4, "big")
        + b"mdat"
        + b"\0" * 100
        + moov
    )
    assert seconds_of(io.BytesIO(mp4)) == 126
    for broken in (b"", b"\x1aE\xdf\xa3", mp4[:40], b"nothing like a film"):
        assert seconds_of(io.BytesIO(broken)) is None
