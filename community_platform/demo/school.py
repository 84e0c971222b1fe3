"""Courses, and who is how far in them."""

import random
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from community_platform.core import markdown, text
from community_platform.demo import captions, texts, video
from community_platform.demo.seeding import BATCH, DAYS, LESSON, Progress, Seeding, insert
from community_platform.demo.texts import WrittenCourse
from courses.models import Course, CourseCategory, Enrollment, Lesson, LessonProgress, Section

CATEGORIES = (
    ("programming", "Programming", "code"),
    ("data", "Data", "chart-column"),
    ("mathematics", "Mathematics", "sigma"),
    ("languages", "Languages", "languages"),
    ("design", "Design", "palette"),
)
STREAKS = {"anna": 42, "chen": 12, "boris": 7, "nina": 3}  # days up to today
MISSED = (20,)  # days ago on which who keeps a longer streak needed a freeze
WALLS = {"statistics-you-can-feel": 3, "sql-by-questions": 4}  # the lesson where many stop


def make(run: Seeding) -> dict[str, list[Lesson]]:
    """Make the catalogue; return the lessons of each course, in order, by its slug."""
    shelves = {
        slug: category
        for (slug, *_), category in zip(
            CATEGORIES,
            insert(
                CourseCategory(slug=s, name=n, icon=i, order_index=o)
                for o, (s, n, i) in enumerate(CATEGORIES)
            ),
            strict=True,
        )
    }
    films = [_film(style) for style in range(len(video.PALETTES))]
    tracks = {language: _track(language) for language in captions.WORDS}
    return {
        written.slug: _course(run, written, shelves[written.category], films[n % len(films)], tracks, 380 - 30 * n)
        for n, written in enumerate(texts.courses())
    }


def _film(style: int) -> str:
    path = f"lessons/film-{style + 1}.webm"
    default_storage.delete(path)
    return default_storage.url(default_storage.save(path, ContentFile(video.film(style))))


def _track(language: str) -> str:
    path = f"lessons/film-{language}.vtt"
    default_storage.delete(path)
    return default_storage.url(default_storage.save(path, ContentFile(captions.captions(language))))


def _course(
    run: Seeding, written: WrittenCourse, shelf: CourseCategory, film: str, tracks: dict[str, str], age: int
) -> list[Lesson]:
    begun = run.now - timedelta(days=age)
    course = Course(
        title=written.title, slug=written.slug, category=shelf, instructor=run.people[written.instructor],
        summary=written.summary, description=written.description,
        description_html=markdown.render(written.description).html, level=written.level, language=written.language,
        price=Decimal(written.price), status="published", created_at=begun, published_at=begun,
        lessons_count=len(written.lessons), duration_minutes=sum(lesson.minutes for lesson in written.lessons),
    )  # fmt: skip
    course.save()
    sections: dict[str, Section] = {}
    lessons = []
    for position, lesson in enumerate(written.lessons, start=1):
        if lesson.section not in sections:
            sections[lesson.section] = Section.objects.create(
                course=course, title=lesson.section, position=len(sections) + 1
            )
        is_video = lesson.kind == "video"
        lessons.append(
            Lesson(
                course=course, section=sections[lesson.section], title=lesson.title, slug=text.slug(lesson.title),
                kind=lesson.kind, content=lesson.content, content_html=markdown.render(lesson.content).html,
                video_url=film if is_video else "",
                captions_url=tracks.get(written.language, tracks["en"]) if is_video else "", duration_seconds=lesson.minutes * 60,
                is_preview=lesson.is_preview, position=position,
            )
        )  # fmt: skip
    return insert(lessons)


def enroll(run: Seeding, catalogue: dict[str, list[Lesson]], progress: Progress, done: int) -> None:
    """Let the named people keep their streaks and the many learn over the last 90 days."""
    dice = run.dice("learning")
    students = dict.fromkeys(catalogue, 0)
    enrollments: list[Enrollment] = []
    steps: list[LessonProgress] = []
    named = {run.people[name].pk for name in STREAKS}
    for name, streak in STREAKS.items():
        _keep_streak(run, run.people[name].pk, streak, catalogue, enrollments, steps, dice)
    for count, user in enumerate(pk for pk in run.students if pk not in named):
        wanted = min(1 + int(dice.expovariate(1 / run.scale.courses_each)), len(catalogue))
        for slug in dict.fromkeys([*run.enrolled.get(user, []), *dice.sample(list(catalogue), wanted)]):
            begun = run.now - timedelta(days=dice.uniform(0.2, DAYS))
            lessons = catalogue[slug]
            moments = _way(run, dice, begun, len(lessons), WALLS.get(slug))
            _record(run, user, lessons, begun, moments, enrollments, steps)
        if len(steps) >= BATCH * 4:
            _flush(enrollments, steps, students)
            progress.show(done + count, "learning")
    _flush(enrollments, steps, students)
    for slug, lessons in catalogue.items():
        Course.objects.filter(pk=lessons[0].course_id).update(students_count=students[slug])


def _way(
    run: Seeding, dice: random.Random, begun: datetime, lessons: int, wall: int | None
) -> list[datetime]:
    """Return when each completed lesson was completed; at the wall two of three stop."""
    moments: list[datetime] = []
    moment = begun
    for position in range(lessons):
        if dice.random() < (0.66 if position == wall else 0.09):
            break
        moment += timedelta(minutes=dice.uniform(12, 60) if dice.random() < 0.4 else dice.uniform(600, 6000))
        if moment >= run.now:
            break
        moments.append(moment)
    return moments


def _keep_streak(
    run: Seeding, user: int, streak: int, catalogue: dict[str, list[Lesson]], enrollments: list[Enrollment],
    steps: list[LessonProgress], dice: random.Random,
) -> None:  # fmt: skip
    """Complete a lesson on every day of the streak on which the person did nothing else."""
    taken = run.active_days(user)
    moments = []
    for ago in range(streak - 1, -1, -1):
        moment = _shortly_before(run, user, ago, dice)
        if ago not in MISSED and moment.astimezone(run.zones[user]).toordinal() not in taken:
            moments.append(moment)
    courses = list(catalogue.values())
    if user == run.people["anna"].pk:
        courses.sort(key=lambda lessons: lessons[0].course_id)
    else:
        dice.shuffle(courses)
    said = set(run.enrolled.get(user, []))
    for lessons in courses:
        mine, moments = moments[: len(lessons)], moments[len(lessons) :]
        if mine or lessons[0].course.slug in said:
            begun = mine[0] - timedelta(hours=3) if mine else run.now - timedelta(days=81)
            _record(run, user, lessons, begun, mine, enrollments, steps)
            said.add(lessons[0].course.slug)
    fresh = next(lessons for lessons in reversed(courses) if lessons[0].course.slug not in said)
    yesterday = _shortly_before(run, user, 1, dice)
    _record(run, user, fresh, yesterday - timedelta(hours=1), [yesterday], enrollments, steps)


def _shortly_before(run: Seeding, user: int, ago: int, dice: random.Random) -> datetime:
    """Return a moment of the day `ago` of the person's own, a little earlier than it is now; whatever their clocks did."""
    here = run.now.astimezone(run.zones[user])
    midnight = datetime.combine(here.date(), time(), here.tzinfo)
    since = min(timedelta(minutes=dice.uniform(5, 30)), (here - midnight) * 0.9)  # not yesterday, just after midnight
    day = here.date() - timedelta(days=ago)
    return min(datetime.combine(day, (here - since).time(), here.tzinfo), run.now).astimezone(UTC)


def _record(
    run: Seeding, user: int, lessons: list[Lesson], begun: datetime, moments: list[datetime],
    enrollments: list[Enrollment], steps: list[LessonProgress],
) -> None:  # fmt: skip
    """Note an enrolment with its completed lessons and, if the course is not finished, the one that is open."""
    finished = len(moments) == len(lessons)
    last = moments[-1] if moments else begun
    reached = lessons[min(len(moments), len(lessons) - 1)]
    enrollments.append(
        Enrollment(
            user_id=user, course_id=lessons[0].course_id, enrolled_at=begun, last_activity_at=last,
            completed_at=last if finished else None, last_lesson=reached, lessons_completed=len(moments),
            progress_percent=100 * len(moments) // len(lessons),
        )
    )  # fmt: skip
    for lesson, moment in zip(lessons, moments, strict=False):
        steps.append(LessonProgress(user_id=user, lesson=lesson, viewed_at=moment, completed_at=moment))
        run.did(user, moment, LESSON)
    if not finished and moments:
        steps.append(LessonProgress(user_id=user, lesson=reached, viewed_at=last, position_seconds=20))


def _flush(enrollments: list[Enrollment], steps: list[LessonProgress], students: dict[str, int]) -> None:
    slugs = {course.pk: course.slug for course in Course.objects.filter(slug__in=students)}
    for enrollment in enrollments:
        students[slugs[enrollment.course_id]] += 1
    insert(enrollments)
    insert(steps)
    enrollments.clear()
    steps.clear()
