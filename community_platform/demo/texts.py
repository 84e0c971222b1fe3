"""Reads the written content of the demo school from texts/*.md; the format is explained by the files themselves."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


@dataclass(slots=True)
class WrittenReply:
    author: str
    content: str
    is_best: bool = False
    answers: int | None = None  # number of the post


@dataclass(slots=True)
class WrittenTopic:
    category: str
    kind: str
    author: str
    title: str
    tags: list[str]
    is_pinned: bool
    content: str
    replies: list[WrittenReply] = field(default_factory=list)


@dataclass(slots=True)
class WrittenLesson:
    section: str
    kind: str
    minutes: int
    title: str
    is_preview: bool
    content: str


@dataclass(slots=True)
class WrittenCourse:
    slug: str
    category: str
    instructor: str
    level: str
    language: str
    price: str
    title: str
    summary: str
    description: str
    lessons: list[WrittenLesson]


@dataclass(slots=True)
class WrittenComment:
    author: str
    content: str
    depth: int


@cache
def topics() -> list[WrittenTopic]:
    """Return the topics with their replies, in the order in which they were begun."""
    found = []
    for block in _blocks("forum_*.md"):
        head, *parts = re.split(r"^--- ", block, flags=re.MULTILINE)
        first, content = head.split("\n", 1)
        category, kind, author, title, tags, *flags = [part.strip() for part in first.split("|")]
        topic = WrittenTopic(category, kind, author, title, tags.split(", "), "pin" in flags, content.strip())
        for part in parts:
            line, text = part.split("\n", 1)
            name, *marks = line.split()
            answers = next((int(mark[1:]) for mark in marks if mark.startswith(">")), None)
            topic.replies.append(WrittenReply(name, text.strip(), "best" in marks, answers))
        found.append(topic)
    return found


@cache
def courses() -> list[WrittenCourse]:
    """Return the courses with their lessons."""
    found = []
    for block in _blocks("courses_*.md"):
        first, rest = block.split("\n", 1)
        slug, category, instructor, level, language, price, title = [
            part.strip() for part in first.split("|")
        ]
        intro, *sections = re.split(r"^## ", rest, flags=re.MULTILINE)
        summary, description = intro.strip().split("\n", 1)
        lessons = [lesson for section in sections for lesson in _lessons(section)]
        found.append(
            WrittenCourse(
                slug,
                category,
                instructor,
                level,
                language,
                price,
                title,
                summary[2:],
                description.strip(),
                lessons,
            )
        )
    return found


def _lessons(section: str) -> list[WrittenLesson]:
    head, *parts = re.split(r"^### ", section, flags=re.MULTILINE)
    lessons = []
    for part in parts:
        first, content = part.split("\n", 1)
        kind, minutes, title, *flags = [item.strip() for item in first.split("|")]
        lessons.append(
            WrittenLesson(head.strip(), kind, int(minutes), title, "preview" in flags, content.strip())
        )
    return lessons


@cache
def comments() -> list[tuple[str, str, list[WrittenComment]]]:
    """Return (course slug, lesson slug or "", comments in order); a comment's depth says what it answers."""
    found = []
    for block in _blocks("comments.md"):
        first, *lines = block.strip().split("\n")
        course, _, lesson = first.partition(" / ")
        said = []
        for line in lines:
            marks, author, content = re.fullmatch(r"((?:> )*)(\w+): (.*)", line).groups()  # type: ignore[union-attr]
            said.append(WrittenComment(author, content, len(marks) // 2))
        found.append((course.strip(), lesson.strip(), said))
    return found


def _blocks(pattern: str) -> list[str]:
    return [
        block
        for path in sorted(FOLDER.glob(pattern))
        for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    ]
