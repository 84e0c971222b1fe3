"""A small school in two languages whose rows have the same keys in every database: what searches are compared on."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from courses.models import Course, CourseCategory, Lesson, Section
from forum.models import Category, Comment, Post, Tag, Topic
from forum.services import search_index
from forum.services.tags import clean_tags
from profiles.models import User

DATA = Path(__file__).parent / "data"
NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")  # how new a text is counts


def build() -> None:
    """Insert the corpus, keys counted from 1, and index it."""
    corpus = json.loads((DATA / "search_corpus.json").read_text())
    _people_and_courses(corpus)
    Category.objects.bulk_create(Category(pk=n, **row) for n, row in enumerate(corpus["categories"], 1))
    _topics(corpus)
    Comment.objects.bulk_create(
        Comment(
            pk=n, course_id=row["course"], lesson_id=row["lesson"], author_id=row["author"], content="-",
            content_html=row["html"], likes_count=row["likes"], created_at=_moment(row["at"]),
        )
        for n, row in enumerate(corpus["comments"], 1)
    )  # fmt: skip
    search_index.catch_up()


def _people_and_courses(corpus: dict[str, Any]) -> None:
    User.objects.bulk_create(
        User(
            pk=n, username=row["username"], display_name=row["name"], email=f"{row['username']}@example.com",
            date_joined=NOW,
        )
        for n, row in enumerate(corpus["people"], 1)
    )  # fmt: skip
    shelf = CourseCategory.objects.create(name="All", slug="all")
    for n, row in enumerate(corpus["courses"], 1):
        course = Course.objects.create(
            pk=n, title=row["title"], slug=row["slug"], summary=row["summary"], description_html=row["html"],
            instructor_id=row["author"], status=row["status"], published_at=_moment(row["at"]), category=shelf,
        )  # fmt: skip
        Section.objects.create(pk=n, course=course, title="All of it")
    Lesson.objects.bulk_create(
        Lesson(pk=n, course_id=row["course"], section_id=row["course"], title=row["title"], slug=row["slug"])
        for n, row in enumerate(corpus["lessons"], 1)
    )


def _topics(corpus: dict[str, Any]) -> None:
    Topic.objects.bulk_create(
        Topic(
            pk=n, category_id=row["category"], author_id=row["author"], kind=row["kind"], title=row["title"],
            created_at=_moment(row["at"]), last_post_at=_moment(row["at"]),
        )
        for n, row in enumerate(corpus["topics"], 1)
    )  # fmt: skip
    numbers: dict[int, int] = {}
    posts = []
    for n, row in enumerate(corpus["posts"], 1):
        numbers[row["topic"]] = numbers.get(row["topic"], 0) + 1
        posts.append(
            Post(
                pk=n, topic_id=row["topic"], number=numbers[row["topic"]], author_id=row["author"], content="-",
                content_html=row["html"], likes_count=row["likes"], created_at=_moment(row["at"]),
            )
        )  # fmt: skip
    Post.objects.bulk_create(posts)
    tags: dict[str, Tag] = {}
    for n, row in enumerate(corpus["topics"], 1):
        Topic.objects.filter(pk=n).update(best_answer=row["best"], replies_count=numbers[n] - 1)
        for slug, name in clean_tags(row["tags"]).items():
            tags[slug] = tags.get(slug) or Tag.objects.create(slug=slug, name=name)
            Topic.tags.through.objects.create(topic_id=n, tag=tags[slug])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")
