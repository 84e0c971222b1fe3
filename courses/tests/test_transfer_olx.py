"""A course of Open edX becomes a draft: chapters, texts, problems of four kinds, films - and a report of the rest."""

import io
import tarfile
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community_platform.core.errors import Invalid
from community_platform.demo.video import SECONDS, film
from courses.models import Course, Status
from courses.services import transfer
from courses.tests.factories import CourseCategoryFactory
from courses.tests.test_transfer_folder import VTT, picture
from profiles.models import User

pytestmark = pytest.mark.django_db

# As Studio writes it: pointers to files by url_name, and one unit written inline.
OLX: dict[str, str | bytes] = {
    "course.xml": '<course url_name="2026" org="Lumen" course="STAT1"/>',
    "course/2026.xml": """<course display_name="Statistics" language="en">
        <chapter url_name="week1"/><chapter url_name="week2"/><wiki slug="x"/><textbook title="Book"/></course>""",
    "about/overview.html": "<h2>About</h2><p>Numbers <b>talk</b>.</p>",
    "about/short_description.html": "Numbers that talk.",
    "chapter/week1.xml": """<chapter display_name="Week 1">
        <sequential url_name="mean"/><sequential url_name="films"/></chapter>""",
    "chapter/week2.xml": '<chapter display_name="Week 2"><sequential url_name="last"/></chapter>',
    "sequential/mean.xml": """<sequential display_name="The mean">
        <vertical url_name="u1"/><vertical url_name="u2"/></sequential>""",
    "sequential/films.xml": '<sequential display_name="Films"><vertical url_name="u3"/></sequential>',
    "sequential/last.xml": """<sequential display_name="Exam"><vertical display_name="Exam"><problem url_name="p5"/>
        <poll_question display_name="Poll"/></vertical></sequential>""",
    "vertical/u1.xml": """<vertical display_name="What it is"><html url_name="h1"/><html display_name="More"><p>And
        inline.</p></html><discussion url_name="d"/></vertical>""",
    "vertical/u2.xml": """<vertical display_name="Practice"><problem url_name="p1"/><problem url_name="p2"/>
        <problem url_name="p3"/><problem url_name="p4"/></vertical>""",
    "vertical/u3.xml": """<vertical display_name="Watch">
        <video url_name="v1"/><html url_name="h2"/><video url_name="v2"/></vertical>""",
    "html/h1.xml": '<html display_name="Mean" filename="h1file"/>',
    "html/h1file.html": r"""<h3>Mean</h3><p>Add and <em>divide</em>: \(\bar x = \frac{a_1 + a_2}{2}\)</p>
        <p><img src="/static/scheme one.png" alt="a scheme"> <a href="/static/none.pdf">none</a>
        <a href="/jump_to_id/abc">before</a></p><pre><code class="language-python">x = a_b * 2</code></pre>
        <script>alert(1)</script><p onclick="alert(2)">Click <a href="javascript:alert(3)">me</a></p>
        <iframe src="https://example.com"></iframe><ul><li>one</li><li>two</li></ul>""",
    "html/h2.html": "<p>See the film.</p>",
    "problem/p1.xml": """<problem display_name="Pick" max_attempts="3" weight="2.0"><multiplechoiceresponse>
        <label>Which is the mean of 1 and 3?</label><choicegroup type="MultipleChoice">
        <choice correct="false">1<choicehint>No</choicehint></choice><choice correct="true">2</choice></choicegroup>
        <solution><div><p>Half of <b>four</b>.</p></div></solution></multiplechoiceresponse></problem>""",
    "problem/p2.xml": """<problem max_attempts="3"><p>Which are even?</p><choiceresponse><checkboxgroup>
        <choice correct="true">2</choice><choice correct="false">3</choice><choice correct="true">4</choice>
        </checkboxgroup></choiceresponse></problem>""",
    "problem/p3.xml": """<problem max_attempts="3"><numericalresponse answer="3.14"><label>Pi?</label>
        <responseparam type="tolerance" default="10%"/><formulaequationinput/></numericalresponse>
        <p>And a range?</p><numericalresponse answer="[1, 5]"><textline/></numericalresponse></problem>""",
    "problem/p4.xml": """<problem max_attempts="3"><p>Who?</p><stringresponse answer="Gauss" type="ci">
        <additional_answer answer="Carl Gauss"/><textline size="20"/></stringresponse>
        <p>Choose</p><optionresponse><optioninput options="('red','blue')" correct="blue"/></optionresponse>
        </problem>""",
    "problem/p5.xml": """<problem><p>Draw</p><customresponse cfn="x"><textline/></customresponse><p>Which word?</p>
        <stringresponse answer="^a.*" type="ci regexp"><textline/></stringresponse></problem>""",
    "video/v1.xml": """<video display_name="Film one" html5_sources="[&quot;/static/film.webm&quot;]"
        youtube="1.00:abcDEF12345"><transcript language="en" src="/static/film.vtt"/></video>""",
    "video/v2.xml": '<video display_name="Film [two]" youtube="1.00:abcDEF12345"/>',
    "static/film.vtt": VTT,
    "policies/2026/policy.json": "{}",
}  # fmt: skip


def olx(changes: dict[str, str | bytes] | None = None, *, kind: str = "tar") -> SimpleUploadedFile:
    files = {**OLX, "static/film.webm": film(0), "static/scheme one.png": picture().read(), **(changes or {})}
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as zipped:
            for name, content in files.items():
                zipped.writestr(name, content)
        return SimpleUploadedFile("course.zip", out.getvalue())
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(f"course/{name}")
            info.size = len(raw)
            packed.addfile(info, io.BytesIO(raw))
    return SimpleUploadedFile("course.tar.gz", out.getvalue())


@pytest.fixture(autouse=True)
def _ready(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    CourseCategoryFactory(slug="data")


@pytest.fixture
def made(irina: User) -> Any:
    row, is_new = transfer.import_upload(actor=irina, upload=olx())
    assert is_new
    return row


def test_chapters_become_sections_and_units_lessons(made: Any) -> None:
    course: Course = made.course
    assert (course.title, course.slug, course.status, course.summary) == (
        "Statistics", "lumen-stat1", Status.DRAFT, "Numbers that talk.",
    )  # fmt: skip
    assert "<strong>talk</strong>" in course.description_html
    outline = [
        (section.title, [(row.title, row.kind) for row in section.lessons.in_order()])
        for section in course.sections.all()
    ]
    assert outline == [
        ("Week 1 · The mean", [("What it is", "article"), ("Practice", "quiz")]),
        ("Week 1 · Films", [("Film one", "video")]),
    ]
    assert made.format == "olx"


def test_texts_are_markdown_that_the_house_renders_and_sanitises(made: Any) -> None:
    lesson = made.course.lessons.get(title="What it is")
    assert "### Mean" in lesson.content
    assert r"$\bar x = \frac{a_1 + a_2}{2}$" in lesson.content
    assert "```python\nx = a_b * 2\n```" in lesson.content
    assert "- one\n- two" in lesson.content
    assert "And inline." in " ".join(lesson.content.split())
    file = made.course.files.get(name="scheme-one.webp")
    assert f"![a scheme]({file.url})" in lesson.content
    assert f'src="{file.url}"' in lesson.content_html
    for evil in ("alert", "javascript:", "onclick", "<script", "iframe"):
        assert evil not in lesson.content_html
    assert "<math" in lesson.content_html


def test_problems_become_questions(made: Any) -> None:
    quiz = made.course.lessons.get(title="Practice").quiz
    pick, even, pi, span, who, colour = quiz.questions.all()
    assert quiz.attempts_max == 3
    assert (pick.kind, pick.text, pick.points) == ("single", "Which is the mean of 1 and 3?", 2)
    assert [(c.text, c.is_correct) for c in pick.choices.all()] == [("1", False), ("2", True)]
    assert "<strong>four</strong>" in pick.explanation_html
    assert (even.kind, [c.is_correct for c in even.choices.all()]) == ("multiple", [True, False, True])
    assert even.text == "Which are even?"
    assert (pi.kind, pi.number, pi.tolerance) == ("number", Decimal("3.14"), Decimal("0.314"))
    assert (span.text, span.number, span.tolerance) == ("And a range?", 3, 2)
    assert (who.kind, who.accepted) == ("text", ["Gauss", "Carl Gauss"])
    assert [(c.text, c.is_correct) for c in colour.choices.all()] == [("red", False), ("blue", True)]


def test_films_of_the_archive_play_with_captions_and_their_own_length(made: Any) -> None:
    lesson = made.course.lessons.get(kind="video")
    assert lesson.duration_seconds == SECONDS
    assert lesson.video_url == made.course.files.get(content_type="video/webm").url
    assert lesson.captions_url == made.course.files.get(content_type="text/vtt").url
    assert "[Film (two)](<https://www.youtube.com/watch?v=abcDEF12345>)" in lesson.content
    assert "See the film." in lesson.content


def test_the_report_names_what_was_not_understood(made: Any) -> None:
    told = "\n".join(f"{note['place']}: {note['text']}" for note in made.notes)
    for said in (
        "textbook", "poll_question", "customresponse", "held against a pattern", "<iframe>", "/static/none.pdf",
        "/jump_to_id/abc", "Film [two]",
    ):  # fmt: skip
        assert said in told
    assert "discussion" not in told
    assert "how long it is" not in told
    assert "course.xml: The category" in told
    assert "Week 1 · The mean / What it is" in told


def test_zip_and_tar_of_the_same_course_are_the_same_archive(made: Any, irina: User) -> None:
    again, is_new = transfer.import_upload(actor=irina, upload=olx(kind="zip"))
    assert (again.pk, is_new) == (made.pk, False)


LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<course display_name="&b;"/>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><course display_name="&x;"/>'


@pytest.mark.parametrize(
    "changes",
    [
        {"course.xml": LAUGHS},
        {"course.xml": OUTSIDE},
        {"course.xml": "<course><chapter></course>"},
        {"course.xml": "<library/>"},
        {"course/2026.xml": LAUGHS},
        {"course.xml": "<course>" + "<a>" * 5_000 + "</a>" * 5_000 + "</course>"},
        {"course/2026.xml": "<course/>"},
    ],
    ids=["entities", "external entity", "broken", "no course", "entities in a part", "too deep", "empty"],
)
def test_hostile_and_broken_xml_is_refused_whole(irina: User, changes: dict[str, str | bytes]) -> None:
    with pytest.raises(Invalid) as refused:
        transfer.import_upload(actor=irina, upload=olx(changes))
    assert refused.value.field == "archive"
    assert not Course.objects.exists()


def test_html_nested_beyond_reason_is_a_note(irina: User) -> None:
    deep = "<div>" * 3_000 + "x" + "</div>" * 3_000
    made, _ = transfer.import_upload(actor=irina, upload=olx({"html/h2.html": deep}))
    assert any("too deep" in note["text"] for note in made.notes)


def test_a_problem_that_draws_numbers_is_left_out(irina: User) -> None:
    drawn = """<problem><script type="loncapa/python">a = random.randint(1, 9)</script><p>What is $a?</p>
        <numericalresponse answer="$a"/></problem>"""
    made, _ = transfer.import_upload(actor=irina, upload=olx({"problem/p2.xml": drawn}))
    assert any("by a script" in note["text"] for note in made.notes)
    assert made.course.lessons.get(title="Practice").quiz.questions_count == 5
