"""What members think of the school: one question, asked rarely."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM


class NpsResponseQuerySet(models.QuerySet["NpsResponse"]):
    def visible_to(self, user: Any) -> "NpsResponseQuerySet":
        """One's own; everything for administrators."""
        if user is SYSTEM or (user.is_authenticated and user.is_admin):
            return self
        return self.filter(user_id=user.pk) if user.pk is not None else self.none()


class NpsResponse(models.Model):
    """One answer to "How likely would you recommend us?", 0-10; without a score: not now.

    Either way the person is left alone for a while. Who is erased leaves the number, without name and words.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="nps_responses",
        verbose_name=_("member"),
    )  # fmt: skip
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("answered"), default=timezone.now)

    objects = NpsResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the survey")
        verbose_name_plural = _("answers to the survey")
        constraints = [
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=10), name="nps_score_range"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="nps_of_member"),
            models.Index(fields=["created_at"], name="nps_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.score}"
