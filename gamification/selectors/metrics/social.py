"""What people write, and what others think of it. Deleted and hidden texts count nothing."""

from typing import Any

from django.db.models import F, Min, QuerySet
from django.db.models.functions import Length

from forum.models import Comment, Like, Post, Topic
from gamification.selectors.metrics.units import People, Window, of
from profiles.models import Follow, User

SHORTEST = 10  # characters of a comment or a reply that counts


def comments_posted(people: People, window: Window) -> list[QuerySet[Any]]:
    comments = Comment.objects.filter(deleted_at__isnull=True, **of(people, "author"))
    posts = Post.objects.filter(
        deleted_at__isnull=True, topic__deleted_at__isnull=True, number__gt=1, **of(people, "author")
    )
    return [_written(comments), _written(posts)]


def _written(texts: QuerySet[Any]) -> QuerySet[Any]:
    long_enough = texts.annotate(_length=Length("content")).filter(_length__gte=SHORTEST)
    return long_enough.annotate(who=F("author"), at=F("created_at")).values("who", "at")


def topics_created(people: People, window: Window) -> QuerySet[Any]:
    rows = Topic.objects.filter(deleted_at__isnull=True, **of(people, "author"))
    return rows.annotate(who=F("author"), at=F("created_at")).values("who", "at")


def likes_received(people: People, window: Window) -> list[QuerySet[Any]]:
    likes = Like.objects.filter(user__is_active=True)
    posts = likes.filter(
        post__deleted_at__isnull=True, post__topic__deleted_at__isnull=True, **of(people, "post__author")
    )
    comments = likes.filter(comment__deleted_at__isnull=True, **of(people, "comment__author"))
    return [_liked(posts.filter(post__isnull=False), "post"), _liked(comments.filter(comment__isnull=False), "comment")]


def _liked(likes: QuerySet[Any], what: str) -> QuerySet[Any]:
    others = likes.exclude(user=F(f"{what}__author"))
    return others.annotate(who=F(f"{what}__author"), at=F("created_at")).values("who", "at")


def _answers(people: People) -> QuerySet[Any]:
    """Best answers on questions of others, dated by the answer: when it was chosen, no row remembers."""
    rows = Topic.objects.filter(
        deleted_at__isnull=True, best_answer__deleted_at__isnull=True, **of(people, "best_answer__author")
    )
    rows = rows.filter(best_answer__isnull=False).exclude(best_answer__author=F("author"))
    return rows.annotate(who=F("best_answer__author"))


def best_answers(people: People, window: Window) -> QuerySet[Any]:
    return _answers(people).annotate(at=F("best_answer__created_at")).values("who", "at")


def people_helped(people: People, window: Window) -> QuerySet[Any]:
    """One unit a person who asked, with a confirmed e-mail."""
    asked = _answers(people).filter(author__in=verified())
    return asked.values("who", "author").annotate(at=Min("best_answer__created_at")).values("who", "at")


def followers(people: People, window: Window) -> QuerySet[Any]:
    rows = Follow.objects.filter(follower__in=verified(), **of(people, "following"))
    return rows.annotate(who=F("following"), at=F("created_at")).values("who", "at")


def verified() -> QuerySet[User]:
    """Return the active people with a confirmed e-mail, as subquery material."""
    return User.objects.filter(is_active=True, emailaddress__verified=True).values("pk")
