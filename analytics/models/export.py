"""Who took which figures out of the school."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community_platform.core.permissions import SYSTEM
from courses.models import Course


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    JSON = "json", "JSON"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("In work")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


class FigureExportQuerySet(models.QuerySet["FigureExport"]):
    def visible_to(self, user: Any) -> "FigureExportQuerySet":
        """One's own, whoever one is: an export holds names."""
        if user is SYSTEM:
            return self
        return self.filter(user_id=user.pk) if user.pk is not None else self.none()


class FigureExport(models.Model):
    """One table taken out: the note for the audit, and for large ones the work in the background and its file.

    `has_names`: it names students. The row stays when the file is gone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="figure_exports",
        verbose_name=_("who"),
    )  # fmt: skip
    course = models.ForeignKey(
        Course, null=True, on_delete=models.SET_NULL, related_name="figure_exports", verbose_name=_("course")
    )
    table = models.CharField(_("table"), max_length=20)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    has_names = models.BooleanField(_("with names"), default=False)
    has_bom = models.BooleanField(default=False)  # a mark for spreadsheets that the CSV is UTF-8
    rows = models.PositiveIntegerField(_("rows"), default=0)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.READY)
    progress_percent = models.PositiveSmallIntegerField(default=100)
    file = models.FileField(upload_to="exports/", blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    objects = FigureExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of figures")
        verbose_name_plural = _("exports of figures")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="figure_export_recent"),
            models.Index(fields=["state", "created_at"], name="figure_export_work"),
        ]

    def __str__(self) -> str:
        return f"{self.table}.{self.format}"

    @property
    def is_open(self) -> bool:
        """Tell whether it is still being made."""
        return self.state in {ExportState.WAITING, ExportState.RUNNING}
