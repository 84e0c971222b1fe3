"""How fast the school answers."""

from django.db import models


class LatencyBucket(models.Model):
    """How many requests, queries or frames (`kind`) of one hour fell into one bucket of `core.timings.EDGES_MS`."""

    kind = models.CharField(max_length=8)
    hour = models.DateTimeField()  # its beginning, UTC
    bucket = models.PositiveSmallIntegerField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "hour", "bucket"], name="latency_bucket_once")]
        indexes = [models.Index(fields=["hour"], name="latency_by_hour")]
