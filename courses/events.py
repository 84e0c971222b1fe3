"""Facts about learning."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(DomainEvent):
    user_id: int
    course_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCompleted(DomainEvent):
    user_id: int
    course_id: int
    lesson_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCompleted(DomainEvent):
    user_id: int
    course_id: int
