"""A course in the making, its staff, and an instructor who has nothing to do with it."""

from types import SimpleNamespace

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.services import authoring, files, staff
from courses.services.enrollment import enroll
from courses.tests.factories import CourseFactory, LessonFactory, SectionFactory
from courses.tests.quizzes import NUMBER, TEXT, make_quiz
from profiles.models import User

PDF = b"%PDF-1.7 a leaflet"


def leaflet() -> SimpleUploadedFile:
    return SimpleUploadedFile("leaflet.pdf", PDF)


def build_studio(world: SimpleNamespace) -> None:
    """Add what the cases of the studio touch."""
    irina, boris = world.people["irina"], world.people["boris"]
    for name, role in (("egor", "instructor"), ("fay", "")):
        person = User.objects.create_user(username=name, email=f"{name}@example.com")
        if role:
            person.groups.add(Group.objects.get(name=role))
        world.people[name] = User.objects.with_roles().get(pk=person.pk)
    course = CourseFactory(instructor=irina, slug="in-the-making", status="draft", published_at=None)
    first = SectionFactory(course=course, title="One")
    lesson = LessonFactory(section=first)
    LessonFactory(section=first)
    world.making, world.making_pk = course.slug, course.pk
    world.making_section = first.pk
    world.making_lesson = lesson.pk
    quiz = make_quiz(TEXT, NUMBER, course=course)
    world.making_quiz, world.making_question = quiz.pk, quiz.questions.first().pk
    world.empty_section = SectionFactory(course=course, title="Three").pk
    staff.set_staff(actor=irina, course=course, user=world.people["fay"], role="assistant")
    world.fay_pk = world.people["fay"].pk
    world.making_file = files.add_file(actor=irina, course=course, upload=leaflet()).pk
    used = files.add_file(actor=irina, course=course, upload=leaflet())
    authoring.update_lesson(actor=irina, lesson=quiz.lesson, content=used.markdown)
    world.used_file = used.pk
    world.bare = CourseFactory(instructor=irina, slug="bare", status="draft", published_at=None).slug
    world.quiet = CourseFactory(instructor=irina, slug="quiet", lessons=1).slug
    taken = CourseFactory(instructor=irina, slug="taken", lessons=1)
    enroll(actor=boris, course=taken)
    world.taken, world.category_pk, world.category_slug = taken.slug, course.category_id, course.category.slug
    world.foreign_section = SectionFactory(course=CourseFactory(instructor=world.people["egor"])).pk
