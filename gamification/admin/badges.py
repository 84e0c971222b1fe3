"""The catalogue with a dry run of its rules; awards, granted and revoked with a reason. The services decide."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from gamification.models import Badge, UserBadge
from gamification.services import awarding, evaluation
from profiles.models import User

SAMPLES = 10


@admin.register(Badge)
class BadgeAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """The catalogue is a file (`sync_badges`); here only when a badge can be earned is set."""

    list_display = ("number", "name", "category", "rarity", "points", "metric", "op", "threshold", "holders_count")
    list_display_links = ("name",)
    list_filter = ("category", "rarity", "is_active", "is_manual")
    search_fields = ("slug", "name_en", "name_ru")
    ordering = ("number",)
    actions = ("dry_run",)
    fields = (
        "number", "slug", "name_en", "name_ru", "description_en", "description_ru", "category", "rarity", "points",
        "metric", "op", "threshold", "event", "scope", "is_manual", "is_hidden", "is_seasonal", "has_backfill",
        "counts_for_ultimate", "is_active", "holders_count", "available_from", "available_until",
    )  # fmt: skip
    readonly_fields = fields[:-2]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Who would get it now? (changes nothing)"))
    def dry_run(self, request: HttpRequest, queryset: QuerySet[Badge]) -> None:
        for badge in queryset[:SAMPLES]:
            found = evaluation.would_earn(badge)
            names = User.objects.filter(pk__in=found[:SAMPLES]).order_by("pk").values_list("username", flat=True)
            text = ngettext("%(n)d person would get %(badge)s", "%(n)d people would get %(badge)s", len(found))
            said = text % {"n": len(found), "badge": badge.name}
            self.message_user(request, f"{said}: {', '.join(names)}" if found else said, messages.INFO)


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = UserBadge
        fields = ("user", "badge", "scope_key", "reason")


class RevokeForm(forms.ModelForm):  # type: ignore[type-arg]
    revoke_reason = forms.CharField(label=_("Revoke it, for this reason"), widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = UserBadge
        fields = ("revoke_reason",)


@admin.register(UserBadge)
class UserBadgeAdmin(ReadOnlyAdmin):
    list_display = ("user", "badge", "scope_key", "earned_at", "granted_by", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), ("granted_by", admin.EmptyFieldListFilter))
    list_select_related = ("user", "badge", "granted_by")
    search_fields = ("=user__username", "=badge__slug")
    autocomplete_fields = ("user", "badge")
    ordering = ("-pk",)
    show_full_result_count = False
    _shown = (
        "user", "badge", "scope_key", "earned_at", "awarded_at", "granted_by", "reason", "revoked_at", "revoked_by",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("gamification.grant_badge"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A held award can be revoked; a revoked one is only looked at."""
        allowed = request.user.has_perm("gamification.grant_badge")
        return bool(allowed and (obj is None or obj.revoked_at is None))

    def get_fields(self, request: HttpRequest, obj: UserBadge | None = None) -> Any:
        return (*self._shown, "revoke_reason") if obj else ("user", "badge", "scope_key", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: UserBadge | None = None) -> Any:
        return self._shown if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, form=RevokeForm if obj else GrantForm, **kwargs)

    def save_model(self, request: HttpRequest, obj: UserBadge, form: Any, change: bool) -> None:
        data = form.cleaned_data
        try:
            if change:
                awarding.revoke(actor=request.user, award=obj, reason=data["revoke_reason"])
            elif not awarding.grant(
                actor=request.user, badge=data["badge"], user=data["user"], reason=data["reason"],
                scope_key=data["scope_key"],
            ):  # fmt: skip
                self.message_user(request, _("They hold this badge already."), messages.WARNING)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        row = UserBadge.objects.filter(user=obj.user_id, badge=obj.badge_id, scope_key=obj.scope_key).first()
        obj.pk = row.pk if row else obj.pk  # the admin goes on with the row that the service made

    def response_add(self, request: HttpRequest, obj: UserBadge, post_url_continue: Any = None) -> HttpResponse:
        return self.response_post_save_add(request, obj)
