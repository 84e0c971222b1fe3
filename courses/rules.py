"""Who may do what in courses. Predicates read loaded fields only.

Reading a lesson also depends on enrolment, which is a row: `selectors.may_open` joins the two.
"""

from typing import Any

import rules

from community_platform.core.permissions import about
from courses.models import Certificate, Course, Lesson, LessonFeedback, Review
from profiles.rules import is_admin, is_moderator


@rules.predicate
def is_instructor(user: Any) -> bool:
    return bool(user.is_instructor)


@rules.predicate
def is_member(user: Any) -> bool:
    return bool(user.is_authenticated)


@about
def teaches(user: Any, course: Course) -> bool:
    return course.is_taught_by(user)


@about
def edits(user: Any, course: Course) -> bool:
    return course.is_edited_by(user)


@about
def owns(user: Any, course: Course) -> bool:
    return bool(user.pk is not None and course.instructor_id == user.pk)


@about
def teaches_lesson(user: Any, lesson: Lesson) -> bool:
    return lesson.course.is_taught_by(user)


@about
def is_preview(user: Any, lesson: Lesson) -> bool:
    return lesson.is_preview


@about
def wrote_review(user: Any, review: Review) -> bool:
    return bool(review.user_id == user.pk)


@about
def edits_reviewed(user: Any, review: Review) -> bool:
    return review.course.is_edited_by(user)


@about
def gave_feedback(user: Any, mark: LessonFeedback) -> bool:
    return bool(mark.user_id == user.pk)


@about
def teaches_marked(user: Any, mark: LessonFeedback) -> bool:
    return mark.lesson.course.is_taught_by(user)


@about
def edits_certified(user: Any, certificate: Certificate) -> bool:
    return certificate.course.is_edited_by(user)


rules.add_perm("courses.enroll", is_member & ~teaches)
rules.add_perm("courses.read_without_enrolment", is_preview | teaches_lesson | is_admin)
rules.add_perm("courses.create_course", is_instructor | is_admin)
rules.add_perm("courses.teach_for_others", is_admin)  # make a course in another instructor's name
rules.add_perm("courses.edit_course", edits | is_admin)
rules.add_perm("courses.teach_course", teaches | is_admin)  # help its students, see what they did
rules.add_perm("courses.manage_staff", owns | is_admin)
rules.add_perm("courses.review", is_member & ~teaches)
rules.add_perm("courses.edit_review", wrote_review)
rules.add_perm("courses.delete_review", wrote_review | is_moderator)
rules.add_perm("courses.reply_to_review", edits_reviewed)  # nobody else speaks for the course
rules.add_perm("courses.hide_review", is_moderator)  # not instructors: nobody judges who judged them
rules.add_perm("courses.give_feedback", is_member)
rules.add_perm("courses.take_back_feedback", gave_feedback)
rules.add_perm("courses.resolve_feedback", teaches_marked | is_admin)
rules.add_perm("courses.revoke_certificate", edits_certified | is_admin)
rules.add_perm("courses.manage_catalogue", is_moderator)
rules.add_perm("courses.manage_coupons", edits | is_admin)  # for all courses: administrators
rules.add_perm("courses.refund_order", is_admin)
rules.add_perm("courses.report_learning", is_admin)  # other systems speak with an administrator's token
rules.add_perm("courses.export_learning", edits | is_admin)

rules.add_perm("courses", is_moderator)  # the app on the admin's first page
# What Django's admin asks for; its saves go through the services, which ask again on the row.
for _action in ("view", "add", "change"):
    rules.add_perm(f"courses.{_action}_coursecategory", is_moderator)
    for _model in ("course", "section", "lesson"):
        rules.add_perm(f"courses.{_action}_{_model}", is_admin)
rules.add_perm("courses.delete_section", is_admin)
rules.add_perm("courses.delete_lesson", is_admin)
rules.add_perm("courses.view_enrollment", is_admin)
for _model in (
    "quiz", "question", "choice", "quizattempt", "coursestaff", "review", "lessonfeedback", "certificate", "watchspan",
    "learningevent", "pendingevent", "coupon", "order", "ledgerentry",
):  # fmt: skip
    rules.add_perm(f"courses.view_{_model}", is_admin)
