"""Courses: what is taught and what was learned.

Owns: catalogue, sections, lessons, enrolment, progress; later quizzes, reviews, certificates, orders.
Publishes: Enrolled, LessonCompleted, CourseCompleted.
Must never know: forum, messages, points, referrals, notifications, analytics.
"""
