"""A course as files say it, before there is a row: what every format is read into."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.services.quizzes import Draft


@dataclass(slots=True)
class WrittenLesson:
    """`video` and `captions` are files of the archive (`files/…`) or paths of this site."""

    title: str
    kind: str = "article"
    slug: str = ""
    content: str = ""
    video: str = ""
    captions: str = ""
    duration_seconds: int = 0
    is_required: bool = True
    is_preview: bool = False
    settings: dict[str, Any] = field(default_factory=dict)  # of a quiz
    questions: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class WrittenSection:
    title: str
    lessons: list[WrittenLesson] = field(default_factory=list)


@dataclass(slots=True)
class Note:
    """Something that was not understood, and where."""

    place: str
    text: str


@dataclass(slots=True)
class WrittenCourse:
    """`files` are those that texts may name as `files/<name>`."""

    title: str
    slug: str = ""
    summary: str = ""
    description: str = ""
    objectives: str = ""
    category: str = ""  # slug
    level: str = "beginner"
    language: str = "en"
    price: str = "0"
    currency: str = "USD"
    cover: Path | None = None
    sections: list[WrittenSection] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    place: str = "course.yaml"  # what notes about the course itself name

    def note(self, place: str, text: str) -> None:
        self.notes.append(Note(place, text))
