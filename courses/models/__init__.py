from courses.models.course import Course, CourseCategory, Lesson, LessonKind, Level, Section, Status
from courses.models.enrollment import Enrollment, LessonProgress

__all__ = [
    "Course",
    "CourseCategory",
    "Enrollment",
    "Lesson",
    "LessonKind",
    "LessonProgress",
    "Level",
    "Section",
    "Status",
]
