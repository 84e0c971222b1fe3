from courses.models.attempt import QuizAnswer, QuizAttempt
from courses.models.certificate import Certificate, SigningKey
from courses.models.course import (
    Course,
    CourseCategory,
    Lesson,
    LessonKind,
    Level,
    Section,
    StaffRole,
    Status,
)
from courses.models.enrollment import Enrollment, EnrollmentSource, EnrollmentStatus, LessonProgress
from courses.models.event import EventSource, LearningEvent, PendingEvent, Verb
from courses.models.file import CourseFile
from courses.models.imports import CourseImport, ImportFormat
from courses.models.order import Coupon, EntryKind, LedgerEntry, Order, OrderStatus
from courses.models.quiz import Choice, Feedback, Grading, Question, QuestionKind, Quiz
from courses.models.review import FeedbackKind, LessonFeedback, Review
from courses.models.staff import CourseStaff
from courses.models.watching import WatchSpan

__all__ = [
    "Certificate",
    "Choice",
    "Coupon",
    "Course",
    "CourseCategory",
    "CourseFile",
    "CourseImport",
    "CourseStaff",
    "Enrollment",
    "EnrollmentSource",
    "EnrollmentStatus",
    "EntryKind",
    "EventSource",
    "Feedback",
    "FeedbackKind",
    "Grading",
    "ImportFormat",
    "LearningEvent",
    "LedgerEntry",
    "Lesson",
    "LessonFeedback",
    "LessonKind",
    "LessonProgress",
    "Level",
    "Order",
    "OrderStatus",
    "PendingEvent",
    "Question",
    "QuestionKind",
    "Quiz",
    "QuizAnswer",
    "QuizAttempt",
    "Review",
    "Section",
    "SigningKey",
    "StaffRole",
    "Status",
    "Verb",
    "WatchSpan",
]
