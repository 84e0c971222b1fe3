"""What people have read."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from forum.models.topic import Topic


class TopicRead(models.Model):
    """How far one person has read one topic: up to the last post that was shown, never back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_reads")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="reads")
    last_read_number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="topic_read_once")]
        indexes = [models.Index(fields=["user", "-read_at"], name="topic_read_recent")]
