"""Codes, referrals with what they have in common, the ladder and its rewards, the settings. Services decide."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from community_platform.core.admin import ReadOnlyAdmin, SingletonAdmin
from community_platform.core.errors import DomainError
from referrals.models import LadderStep, ReachedStep, Referral, ReferralCode, ReferralPolicy
from referrals.selectors.queue import clusters, reasons
from referrals.services import codes, reviewing


@admin.register(ReferralCode)
class ReferralCodeAdmin(ReadOnlyAdmin):
    list_display = (
        "code", "user", "label", "is_default", "is_active", "usage_count", "clicks_count", "max_uses", "expires_at",
    )  # fmt: skip
    list_filter = ("is_active", "is_default")
    list_select_related = ("user",)
    search_fields = ("=code", "=user__username")
    ordering = ("-pk",)
    actions = ("turn_off", "turn_on")

    @admin.action(description=_("Turn off"))
    def turn_off(self, request: HttpRequest, queryset: QuerySet[ReferralCode]) -> None:
        for code in queryset:
            codes.set_active(actor=request.user, code=code, is_active=False)

    @admin.action(description=_("Turn on"))
    def turn_on(self, request: HttpRequest, queryset: QuerySet[ReferralCode]) -> None:
        for code in queryset:
            codes.set_active(actor=request.user, code=code, is_active=True)


class ClusterFilter(admin.SimpleListFilter):
    """Referrals that share something: the accounts of one person look like this."""

    title = _("have in common")
    parameter_name = "cluster"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mail_digest", _("a mailbox")), ("device_digest", _("a browser")), ("address_digest", _("an address"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        column = self.value()
        if column not in {"mail_digest", "device_digest", "address_digest"}:
            return queryset
        return queryset.filter(**{f"{column}__in": clusters(column)}).order_by(column, "pk")


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = (
        "code", "referrer", "referee", "status", "risk_score", "signs", "is_held", "referrer_points", "referee_points",
        "created_at",
    )  # fmt: skip
    list_filter = ("status", "is_held", ClusterFilter)
    list_select_related = ("code", "referrer", "referee")
    search_fields = ("=code__code", "=referrer__username", "=referee__username")
    ordering = ("-pk",)
    show_full_result_count = False
    exclude = ("mail_digest", "address_digest", "device_digest", "flags")
    readonly_fields = ("signs",)
    actions = ("release", "reject")

    @admin.display(description=_("signs"))
    def signs(self, referral: Referral) -> str:
        return "; ".join(reasons(referral))

    @admin.action(description=_("Release: they are real"))
    def release(self, request: HttpRequest, queryset: QuerySet[Referral]) -> None:
        self._each(request, queryset, lambda row: reviewing.release(actor=request.user, referral=row))

    @admin.action(description=_("Reject and take back what they brought"))
    def reject(self, request: HttpRequest, queryset: QuerySet[Referral]) -> None:
        reason = str(_("Rejected in the administration"))
        self._each(request, queryset, lambda row: reviewing.reject(actor=request.user, referral=row, reason=reason))

    def _each(self, request: HttpRequest, queryset: QuerySet[Referral], decide: Any) -> None:
        for row in queryset:
            try:
                decide(row)
            except DomainError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)


@admin.register(LadderStep)
class LadderStepAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """What holds from now on; what was paid stays."""

    list_display = ("min_referrals", "points", "badge", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReachedStep)
class ReachedStepAdmin(ReadOnlyAdmin):
    list_display = ("user", "min_referrals", "points", "reached_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    ordering = ("-pk",)


@admin.register(ReferralPolicy)
class ReferralPolicyAdmin(SingletonAdmin):
    """What a reward asks for, and what holds it."""
