"""Where rows came from that this site did not write itself."""

from django.db import models


class ImportedRow(models.Model):
    """One thing of another site and the row it became here, so that importing again adds only what is new.

    `source` names the other site, `key` the thing there. `object_id` is a primary key of the table that `kind` names.
    """

    class Kind(models.TextChoices):
        USER = "user"
        CATEGORY = "category"
        TOPIC = "topic"
        POST = "post"
        COMMENT = "comment"

    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=160)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="imported_once")]
        # The way back: an export gives an imported row the name it came with.
        indexes = [models.Index(fields=["kind", "object_id"], name="imported_object")]
