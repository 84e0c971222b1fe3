"""Technical tables of the kernel: no row here says anything about the school."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class ChannelHead(models.Model):
    """One realtime channel and the number of its newest event.

    Bumped inside the writer's transaction; its row lock makes numbers gap-free and equal to commit order.
    """

    channel = models.CharField(max_length=64, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)


class ChannelEvent(models.Model):
    """One durable event of a channel. Pruned after 30 days; a cursor older than that is a reset."""

    channel = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    event_id = models.UUIDField(default=uuid.uuid4)
    type = models.CharField(max_length=40)
    data = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "seq"], name="channel_event_seq")]
        indexes = [models.Index(fields=["created_at"], name="channel_event_age")]


class SocketTicket(models.Model):
    """A single-use key for opening a socket, stored as a digest.

    `sign_in` names the session or token it was made with (`connection.session_digest`): its end closes the socket.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    sign_in = models.CharField(max_length=64, blank=True, default="")


class IdempotencyKey(models.Model):
    """The first 2xx answer to a POST with an `Idempotency-Key`, kept 24 hours.

    The row is inserted first, in the transaction of the write: a crash leaves neither, a parallel repeat waits for it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=64)  # digest of user or client, path and key
    fingerprint = models.CharField(max_length=64)  # digest of the request body
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope"], name="idempotency_key_once")]


class JobRun(models.Model):
    """One run of a scheduled job, for operators: what ran, how long, how much, what failed."""

    name = models.CharField(max_length=80)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["name", "-started_at"], name="job_run_latest")]
