"""The index of everything that can be found."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from courses.models import Course, Lesson
from forum.models.category import Category
from forum.models.comment import Comment
from forum.models.post import Post
from forum.models.search_words import WordsField, WordsIndex
from forum.models.topic import Topic
from profiles.privacy import blocked_ids, sees_all

TITLE_MAX = 150


class SearchKind(models.TextChoices):
    TOPIC = "topic", pgettext_lazy("kind of thing", "Topic")  # the title and the body
    POST = "post", pgettext_lazy("kind of thing", "Reply")
    COMMENT = "comment", pgettext_lazy("kind of thing", "Comment")
    COURSE = "course", pgettext_lazy("kind of thing", "Course")
    LESSON = "lesson", pgettext_lazy("kind of thing", "Lesson")
    PERSON = "person", pgettext_lazy("kind of thing", "Person")


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def visible_to(self, user: Any) -> "SearchEntryQuerySet":
        """Living texts of visible categories and courses, and people who can be found.

        Who hides their profile is found by themselves and by moderators (profiles.privacy: `is_private` is its column,
        kept here so that no account is joined). What is taken away is found by nobody.
        """
        people = Q(kind=SearchKind.PERSON)
        if not sees_all(user):
            people &= Q(is_private=False) | Q(person_id=user.pk)
            if user.is_authenticated:
                people &= ~Q(person__in=blocked_ids(user))
        return self.filter(
            Q(category__in=Category.objects.visible_to(user).values("pk"))
            | Q(within__in=Course.objects.visible_to(user).values("pk"))
            | people,
            is_live=True,
        )


class SearchEntry(models.Model):
    """One thing that can be found, with its words: exactly one of `post`, `comment`, `course`, `lesson`, `person`.

    A post with number 1 is found as its topic. Everything here is derived: services.search_index writes it in the
    transaction of the text; `is_live` says that neither the thing nor its topic is taken away.
    """

    kind = models.CharField(max_length=8, choices=SearchKind.choices)
    post = models.OneToOneField(Post, null=True, on_delete=models.CASCADE, related_name="search_entry")
    comment = models.OneToOneField(Comment, null=True, on_delete=models.CASCADE, related_name="search_entry")
    course = models.OneToOneField(Course, null=True, on_delete=models.CASCADE, related_name="search_entry")
    lesson = models.OneToOneField(Lesson, null=True, on_delete=models.CASCADE, related_name="search_entry")
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    # Where it stands decides who sees it: posts in a category, comments and lessons within a course.
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    within = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    is_live = models.BooleanField(default=True)
    is_private = models.BooleanField(default=False)
    has_code = models.BooleanField(default=False)
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    revision = models.PositiveIntegerField(default=0)  # of the text that was indexed
    created_at = models.DateTimeField(default=timezone.now)
    title_words = WordsField()  # stems of the title
    title_forms = WordsField()  # its words as they are written, for beginnings of words
    words = WordsField()  # stems of the title and the text

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["topic", "post"], post__isnull=False, comment=None, course=None, lesson=None, person=None
                )
                | Q(kind="comment", post=None, comment__isnull=False, course=None, lesson=None, person=None)
                | Q(kind="course", post=None, comment=None, course__isnull=False, lesson=None, person=None)
                | Q(kind="lesson", post=None, comment=None, course=None, lesson__isnull=False, person=None)
                | Q(kind="person", post=None, comment=None, course=None, lesson=None, person__isnull=False),
                name="search_exactly_one",
            ),
        ]  # fmt: skip
        indexes = [
            WordsIndex(fields=["title_words", "title_forms", "words"], name="search_words"),
            models.Index(fields=["-created_at", "-id"], name="search_newest", condition=Q(is_live=True)),
            models.Index(
                fields=["kind", "-created_at", "-id"], name="search_kind", condition=Q(is_live=True)
            ),
            models.Index(fields=["author", "-created_at", "-id"], name="search_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
