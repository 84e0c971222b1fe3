"""A reader of Russian meets no English: every page and mail is read as a person reads it, aloud ones included."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import polib
import pytest
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import formats, translation

from courses.models import Course
from courses.services import enrollment, progress
from courses.tests.factories import CourseCategoryFactory, CourseFactory, LessonFactory, SectionFactory
from forum import services as forum
from forum.models import Comment, Post, Topic
from forum.services import comments
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import User

pytestmark = pytest.mark.django_db
READERS = ["visitor", "anna", "boris", "irina", "maxim", "admin"]
SPOKEN = {
    "aria-label",
    "title",
    "placeholder",
    "alt",
}  # attributes that people read or hear, and data-* sentences
SENTENCES = re.compile(
    r"data-(confirm|failed|offline|signed-out|draft-(saved|restored)|copied|one|few|many|other)"
)
UNREAD = {"script", "style", "code", "pre", "kbd", "math"}
# Names that stay what they are in every language; "English" is the name of a language in its own.
NAMES = {
    "lumen", "anna", "boris", "irina", "maxim", "admin", "example", "com", "english", "mail", "api", "javascript",
    "png", "jpeg", "webp", "gif", "pin", "ctrl", "utc", "github", "linkedin", "xapi",
}  # fmt: skip
LONG = 12  # shorter English texts of the catalogue may be part of a name


class Words(HTMLParser):
    """Collect what a page says: its texts, and the attributes that are shown or spoken."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._closed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        is_icon = "material-symbols" in values.get("class", "")  # the admin theme writes icons as words
        if tag in UNREAD or is_icon or (tag == "select" and values.get("name") == "timezone"):
            self._closed.append(tag)
        self.said += [v for n, v in values.items() if v and (n in SPOKEN or SENTENCES.fullmatch(n))]
        if tag == "meta" and values.get("name") == "description":
            self.said.append(values["content"])

    def handle_endtag(self, tag: str) -> None:
        if self._closed and tag == self._closed[-1]:
            self._closed.pop()

    def handle_data(self, data: str) -> None:
        if not self._closed and data.strip():
            self.said.append(" ".join(data.split()))


def _english() -> list[str]:
    """Return the fixed parts of the catalogue's English texts that are long enough to be meant."""
    entries = polib.pofile(str(settings.BASE_DIR / "locale/ru/LC_MESSAGES/django.po"))
    texts = [text for e in entries if e.msgstr != e.msgid for text in (e.msgid, e.msgid_plural) if text]
    parts = [part.strip() for text in texts for part in re.split(r"%\(\w+\)[sd]|<[^>]*>", text)]
    return [part for part in parts if len(part) > LONG]


def _strange(words: list[str]) -> list[str]:
    """Return what has a Latin word that is no name."""
    return [text for text in words if {w.lower() for w in re.findall(r"[A-Za-z]{2,}", text)} - NAMES]


@pytest.fixture
def people(make_user: Callable[..., User]) -> dict[str, User]:
    cast = {
        "anna": ("Анна", "student"), "boris": ("Борис", "student"), "irina": ("Ирина", "instructor"),
        "maxim": ("Максим", "moderator"), "admin": ("Админ", "admin"),
    }  # fmt: skip
    return {
        name: make_user(name, role=role, display_name=shown, language="ru")
        for name, (shown, role) in cast.items()
    }


@pytest.fixture
def course(people: dict[str, User]) -> Course:
    category = CourseCategoryFactory(name="Программирование", slug="code")
    course: Course = CourseFactory(
        title="Алгоритмы",
        slug="algorithms",
        summary="Кратко о главном.",
        category=category,
        instructor=people["irina"],
    )
    section = SectionFactory(course=course, title="Начало")
    text = {"content": "Читайте.", "content_html": "<p>Читайте.</p>"}
    first = LessonFactory(section=section, title="Поиск", slug="first", **text)
    LessonFactory(section=section, title="Порядок", slug="second", **text)
    enrollment.enroll(actor=people["anna"], course=course)
    progress.complete(actor=people["anna"], lesson=first)
    comment = comments.post_comment(actor=people["anna"], target=first, content="Неясно.")
    comments.reply(actor=people["irina"], comment=comment, content="Смотрите ещё раз.")
    gone = comments.post_comment(actor=people["anna"], target=first, content="Ой.")
    comments.delete_comment(actor=people["anna"], comment=gone)
    comments.pin_comment(actor=people["irina"], comment=comment, is_pinned=True)
    return course


@pytest.fixture
def topic(people: dict[str, User]) -> Topic:
    category = CategoryFactory(name="Вопросы", slug="questions", description="Спрашивайте.")
    topic: Topic = TopicFactory(
        author=people["boris"],
        category=category,
        title="Как искать?",
        content="Подскажите.",
        kind="question",
        tags=["поиск"],
    )
    answer = reply(topic, people["anna"], "Вот так, @boris.", reply_to=topic.posts.get(number=1).pk)
    gone = reply(topic, people["anna"], "Ой.")
    forum.delete_post(actor=people["anna"], post=gone)
    forum.accept_answer(actor=people["boris"], topic=topic, post=answer.pk)
    forum.lock_topic(actor=people["maxim"], topic=topic, is_locked=True, reason="Вопрос решён.")
    TopicFactory(author=people["boris"], category=category, title="Что дальше?", content="Думаю.")
    return topic


@pytest.fixture
def school(django_capture_on_commit_callbacks: Any, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A small school in Russian, with everything that its events set off."""
    with django_capture_on_commit_callbacks(execute=True):
        return {name: request.getfixturevalue(name) for name in ("people", "course", "topic")}


def _open_pages(school: dict[str, Any]) -> list[str]:
    topic, course = school["topic"], school["course"]
    comment = Comment.objects.order_by("pk")[0]
    return [
        "/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/",
        "/courses/", "/courses/?q=zzz", course.get_absolute_url(), course.get_absolute_url() + "first/",
        "/forum/", "/forum/?tab=unanswered", "/forum/questions/", "/forum/questions/?q=zzz", "/forum/search/",
        "/forum/search/?q=как", topic.get_absolute_url(), f"/forum/comment/{comment.pk}/",
        "/profile/irina/", "/profile/anna/",
    ]  # fmt: skip


def _members_pages(school: dict[str, Any]) -> list[str]:
    topic, course = school["topic"], school["course"]
    post = Post.objects.filter(number=2)[0]
    return [
        "/settings/", "/settings/tokens/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/",
        "/accounts/sessions/", "/accounts/3rdparty/", "/accounts/logout/", "/notifications/", "/streak/",
        "/forum/?tab=unread", "/forum/new/", course.get_absolute_url() + "second/", f"/forum/topic/{topic.pk}/edit/",
        f"/forum/post/{post.pk}/edit/", topic.get_absolute_url() + f"?reply_to={post.pk}",
    ]  # fmt: skip


def _read(client: Client, pages: list[str]) -> Iterator[tuple[str, list[str]]]:
    for path in pages:
        answer = client.get(path, HTTP_ACCEPT_LANGUAGE="ru")
        assert answer.status_code in {200, 302, 403, 404}, path
        if answer.status_code != 302:
            yield path, Words(answer.content.decode()).said


@pytest.mark.parametrize("reader", READERS)
def test_a_russian_page_has_no_english_in_it(
    reader: str, school: dict[str, Any], as_html: Callable[..., Client]
) -> None:
    client = as_html(school["people"].get(reader))
    pages = _open_pages(school) + (_members_pages(school) if reader != "visitor" else [])
    english = _english()
    found = {}
    for path, said in _read(client, pages):
        whole = "\n".join(said)
        if wrong := [part for part in english if part in whole] + _strange(said):
            found[path] = wrong
    assert found == {}


def test_the_style_guide_speaks_russian_around_its_samples(as_html: Callable[..., Client]) -> None:
    ((_, said),) = _read(as_html(), ["/styleguide/"])
    assert [part for part in _english() if part in "\n".join(said)] == []


def test_the_admin_speaks_russian(school: dict[str, Any], as_html: Callable[..., Client]) -> None:
    lists = [
        reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry
    ]
    slugs = {"code", "algorithms", "first", "second", "questions", "usd"}
    found = {}
    for path, said in _read(as_html(school["people"]["admin"]), ["/admin/", *lists]):
        if wrong := [text for text in _strange(said) if not slugs & set(text.split())]:
            found[path] = wrong
    assert found == {}


def test_the_search_for_english_finds_it(as_html: Callable[..., Client]) -> None:
    page = as_html().get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    said = Words(page).said
    assert {"Nobody finishes a course alone.", "Search topics, people, courses"} <= set(_strange(said))
    assert "Nobody finishes a course alone." in _english()


def test_mails_to_a_russian_reader_are_russian(
    people: dict[str, User], as_html: Callable[..., Client], django_capture_on_commit_callbacks: Any
) -> None:
    client = as_html()
    fields = {"email": "vera@example.com", "username": "vera", "password1": "шесть-быстрых-лис"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/password/reset/", {"email": "anna@example.com"}, HTTP_ACCEPT_LANGUAGE="ru")
        client.post("/accounts/signup/", fields, HTTP_ACCEPT_LANGUAGE="ru")
    assert [message.to for message in mail.outbox] == [["anna@example.com"], ["vera@example.com"]]
    for message in mail.outbox:
        html = Words(str(message.alternatives[0][0])).said  # type: ignore[attr-defined]
        text = re.sub(r"https?://\S+|vera", "", "\n".join([str(message.subject), str(message.body), *html]))
        assert _strange(text.splitlines()) == []


def test_russian_months_stand_in_their_case() -> None:
    with translation.override("ru"):
        day = date(2026, 10, 24)
        assert formats.date_format(day, "MONTH_DAY_FORMAT") == "24 октября"
        assert formats.date_format(day, "DATE_FORMAT") == "24 октября 2026 г."


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 ответ"), (3, "3 ответа"), (11, "11 ответов"), (22, "22 ответа")]
)
def test_russian_counts_in_three_forms(number: int, words: str) -> None:
    with translation.override("ru"):
        assert translation.ngettext("%(n)s reply", "%(n)s replies", number) % {"n": number} == words
