"""Likes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from forum.models.comment import Comment
from forum.models.post import Post


class Like(models.Model):
    """One person likes one post (a topic is liked by its body) or one comment; the database holds "at most once"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="likes")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="likes")
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="likes"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, comment__isnull=True)
                | Q(post__isnull=True, comment__isnull=False),
                name="like_exactly_one",
            ),
            # A null is never equal to a null, so plain unique indexes hold both and serve ON CONFLICT.
            models.UniqueConstraint(fields=["user", "post"], name="like_once_per_post"),
            models.UniqueConstraint(fields=["user", "comment"], name="like_once_per_comment"),
        ]
