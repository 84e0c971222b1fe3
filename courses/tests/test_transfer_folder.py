"""A course as a Markdown folder: out, in, and out again byte for byte."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from PIL import Image

from community_platform.core.errors import Conflict, DomainError, Invalid, NotAllowed
from community_platform.demo.video import film
from courses.models import Course, CourseFile, CourseImport, Lesson, Status
from courses.services import authoring, files, studio_cover, transfer
from courses.tests.factories import CourseCategoryFactory, CourseFactory, SectionFactory
from courses.tests.quizzes import make_quiz
from profiles.models import User

pytestmark = pytest.mark.django_db
VTT = b"WEBVTT\n\n00:00.000 --> 00:04.000\nHello\n"
COURSE = """\
format: 1
title: Maths by hand
slug: maths-by-hand
summary: Count on it.
category: maths
level: advanced
language: ru
price: "12.50"
currency: EUR
objectives: [Add, Subtract]
"""
QUIZ = """\
title: A test
pass_percent: 80
attempts_max: 3
shuffle: true
questions:
  - kind: single
    text: "One and one?"
    choices:
      - {text: "2", correct: true}
      - text: 3
  - kind: number
    text: Pi?
    number: "3.14"
    tolerance: 0.01
    points: 3
  - {kind: text, text: "Who?", accepted: [Euler, Эйлер], explanation: "**He** did."}
"""
FOLDER = {
    "course.yaml": COURSE,
    "description.md": "All about *numbers*.\n",
    "01-first-steps/section.yaml": "title: First steps\n",
    "01-first-steps/01-hello.md": "---\ntitle: Hello\npreview: true\nduration_seconds: 90\n---\n\nHello, **you**.\n",
    "01-first-steps/02-test.yaml": QUIZ,
    "02-more/01-the-end.md": "No front matter at all.\n",
}


def archive(folder: dict[str, str | bytes] = FOLDER, *, top: str = "") -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in folder.items():
            zipped.writestr(top + name, content)
    return SimpleUploadedFile("course.zip", out.getvalue())


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile(f"Схема 1.{kind.lower()}", out.getvalue())


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def full_course(irina: User) -> Course:
    """A course with everything that one can have: files, cover, captions, a quiz of each kind, empty sections."""
    course = authoring.create_course(
        actor=irina, title="Всё сразу: everything", category=CourseCategoryFactory(slug="maths"), summary="All.",
        description="Words", objectives="Know\nDo", level="advanced", language="ru",
    )  # fmt: skip
    scheme = files.add_file(actor=irina, course=course, upload=picture())
    other = files.add_file(actor=irina, course=course, upload=picture((20, 20)))
    reel = files.add_file(actor=irina, course=course, upload=SimpleUploadedFile("Reel.webm", film(0)))
    track = files.add_file(actor=irina, course=course, upload=SimpleUploadedFile("reel.vtt", VTT))
    course = authoring.update_course(actor=irina, course=course, description=f"See {scheme.markdown}")
    studio_cover.set_cover(actor=irina, course=course, upload=picture((1600, 900), "JPEG"))
    first = authoring.add_section(actor=irina, course=course, title="Первая: 1")
    authoring.add_lesson(
        actor=irina, section=first, title="Read", is_preview=True, is_required=False, duration_seconds=70,
        content=f"# One\n\n{scheme.markdown} and\n\n{other.markdown}\n\n- [x] task\n\n`---`\n",
    )  # fmt: skip
    authoring.add_lesson(
        actor=irina, section=first, title="Watch", kind="video", video_url=reel.url, captions_url=track.url,
        duration_seconds=60,
    )  # fmt: skip
    make_quiz(course=course, attempts_max=2, time_limit_seconds=60, feedback="marks")
    authoring.add_section(actor=irina, course=course, title="Still empty")
    course.refresh_from_db()
    return course


def read(zipped: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(zipped) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist()}


def test_export_import_export_gives_the_same_bytes(full_course: Course, irina: User) -> None:
    first = transfer.export_zip(actor=irina, course=full_course).read()
    Course.objects.filter(pk=full_course.pk).update(slug="moved-away")
    made, is_new = transfer.import_upload(actor=irina, upload=SimpleUploadedFile("a.zip", first))
    assert is_new
    assert made.notes == []
    assert made.course.status == Status.DRAFT
    second = transfer.export_zip(actor=irina, course=made.course).read()
    assert read(io.BytesIO(first)) == read(io.BytesIO(second))
    assert first == second  # the archive too: no times, no chance
    assert len(read(io.BytesIO(first))) == 12


def test_a_copy_shares_no_file_with_its_source(full_course: Course, irina: User) -> None:
    zipped = transfer.export_zip(actor=irina, course=full_course).read()
    made, _ = transfer.import_upload(actor=irina, upload=SimpleUploadedFile("a.zip", zipped))
    keys = set(CourseFile.objects.filter(course=full_course).values_list("key", flat=True))
    texts = Lesson.objects.filter(course=made.course).values_list("content", "video_url", "captions_url")
    assert len(keys) == 4
    assert not any(key in "".join(row) for key in keys for row in texts)
    assert CourseFile.objects.filter(course=made.course).count() == 4


def test_a_folder_written_by_hand_is_read(irina: User) -> None:
    CourseCategoryFactory(slug="maths")
    made, _ = transfer.import_upload(actor=irina, upload=archive(top="maths/"))
    course = made.course
    assert (course.title, course.slug, course.level, course.language) == (
        "Maths by hand", "maths-by-hand", "advanced", "ru",
    )  # fmt: skip
    assert (str(course.price), course.currency, course.objectives) == ("12.50", "EUR", "Add\nSubtract")
    assert course.category.slug == "maths"
    assert course.description_html == "<p>All about <em>numbers</em>.</p>\n"
    assert [section.title for section in course.sections.all()] == ["First steps", "More"]
    hello, test, end = course.lessons.in_order()
    assert (hello.title, hello.is_preview, hello.duration_seconds) == ("Hello", True, 90)
    assert "<strong>you</strong>" in hello.content_html
    assert end.title == "The end"
    assert (test.quiz.pass_percent, test.quiz.attempts_max, test.quiz.is_shuffled) == (80, 3, True)
    one, pi, who = test.quiz.questions.all()
    assert [(c.text, c.is_correct) for c in one.choices.all()] == [("2", True), ("3", False)]
    assert (float(pi.number), float(pi.tolerance), pi.points) == (3.14, 0.01, 3)
    assert who.accepted == ["Euler", "Эйлер"]
    assert test.quiz.points == 5
    assert made.notes == []


def test_the_same_archive_is_one_draft_unless_another_is_asked_for(irina: User, make_user: Callable[..., User]) -> None:
    CourseCategoryFactory(slug="maths")
    first, is_new = transfer.import_upload(actor=irina, upload=archive())
    assert is_new
    packed_anew = archive(dict(reversed(FOLDER.items())), top="other-name/")
    again, is_new = transfer.import_upload(actor=irina, upload=packed_anew)
    assert (again.course_id, is_new) == (first.course_id, False)
    third, is_new = transfer.import_upload(actor=irina, upload=archive(), again=True)
    assert is_new
    assert third.course.slug == "maths-by-hand-2"
    assert [note["place"] for note in third.notes] == ["course.yaml"]  # the address is taken
    daniel = make_user("daniel", role="instructor")
    _other, is_new = transfer.import_upload(actor=daniel, upload=archive())
    assert is_new
    assert CourseImport.objects.count() == 3


def test_only_those_who_make_courses_import(anna: User) -> None:
    CourseCategoryFactory()
    with pytest.raises(NotAllowed):
        transfer.import_upload(actor=anna, upload=archive())
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ({**FOLDER, "course.yaml": "title: [unclosed"}, "course.yaml"),
        ({**FOLDER, "course.yaml": "- a\n- b\n"}, "course.yaml"),
        ({**FOLDER, "course.yaml": "format: 2\n"}, "newer"),
        ({**FOLDER, "course.yaml": "title: &a [x]\nsummary: *a\n"}, "references"),
        ({**FOLDER, "course.yaml": "!!python/object/apply:os.system ['true']\n"}, "course.yaml"),
        ({**FOLDER, "01-first-steps/02-test.yaml": "questions: [1]\n"}, "02-test.yaml"),
        ({**FOLDER, "01-first-steps/01-hello.md": b"\xff\xfe"}, "01-hello.md"),
        ({"course.yaml": COURSE}, "no lessons"),
        ({"readme.txt": "Nothing"}, "no lessons"),
    ],
)
def test_a_folder_that_cannot_be_read_says_where_and_leaves_nothing(
    irina: User, folder: dict[str, str | bytes], says: str
) -> None:
    CourseCategoryFactory(slug="maths")
    with pytest.raises(Invalid) as refused:
        transfer.import_upload(actor=irina, upload=archive(folder))
    assert says in refused.value.message
    assert refused.value.field == "archive"
    assert not Course.objects.exists()


def test_what_is_not_understood_is_told_and_the_rest_taken(irina: User) -> None:
    CourseCategoryFactory(slug="maths")
    broken = QUIZ.replace(", correct: true", "") + "certificate: gold\n"
    folder = {
        **FOLDER, "01-first-steps/02-test.yaml": broken, "notes.txt": "mine", "files/evil.exe": b"MZ\x00\x01",
        "02-more/02-film.md": "---\nvideo: files/nowhere.webm\nduration_seconds: 5\n---\nSee ![it](../files/no.png).",
    }  # fmt: skip
    made, _ = transfer.import_upload(actor=irina, upload=archive(folder))
    places = {note["place"] for note in made.notes}
    assert places == {
        "notes.txt", "files/evil.exe", "01-first-steps/02-test.yaml", "First steps / A test / 1", "02-more/02-film.md",
        "More / Film",
    }  # fmt: skip
    assert made.course.lessons_count == 3
    assert made.course.lessons.get(slug="a-test").quiz.questions_count == 2


def test_a_failure_half_way_leaves_no_file(irina: User, settings: Any, monkeypatch: Any) -> None:
    CourseCategoryFactory(slug="maths")

    def fail(**_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("courses.services.transfer.building.add_section", fail)
    folder = {**FOLDER, "files/a.png": picture().read()}
    with pytest.raises(RuntimeError):
        transfer.import_upload(actor=irina, upload=archive(folder))
    assert not Course.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_commands_write_and_read_a_folder(full_course: Course, irina: User, tmp_path: Path, capsys: Any) -> None:
    call_command("export_course", full_course.slug, str(tmp_path / "out"))
    call_command("export_course", full_course.slug, str(tmp_path / "out.zip"))
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_course", full_course.slug, str(tmp_path / "out"))
    with pytest.raises(CommandError, match="already"):
        call_command("export_course", full_course.slug, str(tmp_path / "out.zip"))
    call_command("import_course", str(tmp_path / "out"), "--instructor", "irina")
    assert "draft" in capsys.readouterr().out
    call_command("import_course", str(tmp_path / "out.zip"), "--instructor", "irina")
    assert "was imported before" in capsys.readouterr().out
    assert CourseImport.objects.get().course.lessons_count == full_course.lessons_count
    for given in (["nowhere", "--instructor", "irina"], [str(tmp_path / "out"), "--instructor", "nobody"]):
        with pytest.raises(CommandError):
            call_command("import_course", *given)
    with pytest.raises(CommandError):
        call_command("export_course", "nowhere", str(tmp_path / "x"))


def test_links_out_of_a_folder_are_not_followed(irina: User, tmp_path: Path) -> None:
    CourseCategoryFactory(slug="maths")
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for name, content in FOLDER.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (tmp_path / "in" / "files").mkdir()
    (tmp_path / "in" / "files" / "secret.txt").symlink_to(secret)
    made, _ = transfer.import_path(actor=irina, path=tmp_path / "in")
    assert not made.course.files.exists()


def test_who_may_not_edit_may_not_export(full_course: Course, anna: User, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        transfer.export_zip(actor=anna, course=full_course)
    with pytest.raises(NotAllowed):
        transfer.export_folder(actor=anna, course=full_course, path=tmp_path / "x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Conflict):
        transfer.export_folder(actor=full_course.instructor, course=full_course, path=tmp_path / "file")


def test_without_any_category_nothing_is_made(irina: User) -> None:
    with pytest.raises(DomainError) as refused:
        transfer.import_upload(actor=irina, upload=archive())
    assert refused.value.field == "category"
    section = SectionFactory(course=CourseFactory())
    assert section.course.lessons_count == 0
