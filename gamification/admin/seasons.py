"""Seasons, holidays, the school's switch; streaks, boards and bug reports to look at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from community_platform.core.admin import ReadOnlyAdmin, SingletonAdmin
from community_platform.core.errors import DomainError
from gamification.models import (
    BugReport,
    BugState,
    GamificationSwitch,
    Holiday,
    Leaderboard,
    SeasonalEvent,
    Streak,
)
from gamification.services import bugs, preferences


@admin.register(SeasonalEvent)
class SeasonalEventAdmin(ModelAdmin):
    """What badges of a season need: its local dates. A date that has passed keeps what was earned on it."""

    list_display = ("slug", "kind", "name_en", "name_ru", "starts_on", "ends_on")
    list_filter = ("kind",)


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):
    list_display = ("__str__", "name_en", "name_ru", "is_active")
    list_editable = ("is_active",)


class SwitchForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = GamificationSwitch
        fields = ("is_on",)


@admin.register(GamificationSwitch)
class SwitchAdmin(SingletonAdmin):
    """Whether the school plays at all. Off hides everything and loses nothing."""

    form = SwitchForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        preferences.set_switch(actor=request.user, is_on=form.cleaned_data["is_on"])


@admin.register(Streak)
class StreakAdmin(ReadOnlyAdmin):
    """Stored streaks; pages settle them further, up to yesterday in the person's zone."""

    list_display = (
        "user", "current_streak", "longest_streak", "freezes_available", "covered_date", "broken_on", "zone",
    )  # fmt: skip
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-current_streak", "pk")
    show_full_result_count = False


@admin.register(Leaderboard)
class LeaderboardAdmin(ReadOnlyAdmin):
    """When each board was counted last."""

    list_display = ("board", "period", "starts_on", "generation", "made_at")
    ordering = ("board", "period")


@admin.register(BugReport)
class BugReportAdmin(ReadOnlyAdmin):
    """Reports, also decided here; the page with the whole text is /bugs/queue/."""

    list_display = ("title", "user", "state", "decided_by", "created_at")
    list_select_related = ("user", "decided_by")
    list_filter = ("state",)
    search_fields = ("title", "user__username")
    ordering = ("-pk",)
    actions = ("confirm", "known", "reject", "open_again")
    show_full_result_count = False

    @admin.action(description=_("Confirm"))
    def confirm(self, request: HttpRequest, rows: Any) -> None:
        self._decide(request, rows, BugState.CONFIRMED)

    @admin.action(description=_("Known already"))
    def known(self, request: HttpRequest, rows: Any) -> None:
        self._decide(request, rows, BugState.DUPLICATE)

    @admin.action(description=_("Not a bug"))
    def reject(self, request: HttpRequest, rows: Any) -> None:
        self._decide(request, rows, BugState.REJECTED)

    @admin.action(description=_("Open again"))
    def open_again(self, request: HttpRequest, rows: Any) -> None:
        self._decide(request, rows, BugState.NEW)

    def _decide(self, request: HttpRequest, rows: Any, state: BugState) -> None:
        for report in rows:
            try:
                bugs.decide_bug(actor=request.user, report=report, state=state)
            except DomainError as error:
                self.message_user(request, f"{report}: {error.message}", messages.ERROR)
