"""The ledger, read-only but for corrections, which are rows of it; and what actions are worth."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from gamification.models import ActionPoints, PointTransaction
from gamification.services.corrections import correct_points


class CorrectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Points to give or, negative, to take. `token` lets a form that is sent twice count once."""

    amount = forms.IntegerField(label=_("Points, negative to take some"), widget=UnfoldAdminIntegerFieldWidget)
    note = forms.CharField(label=_("Why, shown to the person"), widget=UnfoldAdminTextInputWidget)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = PointTransaction
        fields = ("user", "amount", "note")


@admin.register(PointTransaction)
class PointTransactionAdmin(ReadOnlyAdmin):
    form = CorrectionForm
    list_display = ("user", "amount", "reason", "title", "occurred_at", "is_capped", "actor")
    list_filter = ("bucket", "reason", "is_capped")
    list_select_related = ("user", "actor")
    search_fields = ("=user__username", "=key")
    autocomplete_fields = ("user",)
    ordering = ("-pk",)
    show_full_result_count = False
    _shown = (
        "user", "amount", "bucket", "reason", "key", "reverses", "is_capped", "title", "url", "actor", "note",
        "occurred_at", "date", "created_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("gamification.correct_points"))

    def get_fields(self, request: HttpRequest, obj: PointTransaction | None = None) -> Any:
        return self._shown if obj else ("user", "amount", "note", "token")

    def get_readonly_fields(self, request: HttpRequest, obj: PointTransaction | None = None) -> Any:
        return self._shown if obj else ()

    def save_model(self, request: HttpRequest, obj: PointTransaction, form: Any, change: bool) -> None:
        data = form.cleaned_data
        try:
            correct_points(
                actor=request.user, user=data["user"], amount=data["amount"], note=data["note"], token=data["token"]
            )
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        row = PointTransaction.objects.filter(key=f"correction:{data['token']}").first()
        obj.pk = row.pk if row else obj.pk  # the admin goes on with the row that the service made

    def response_add(self, request: HttpRequest, obj: PointTransaction, post_url_continue: Any = None) -> HttpResponse:
        return self.response_post_save_add(request, obj)

    def log_addition(self, request: HttpRequest, obj: PointTransaction, message: Any) -> Any:
        return super().log_addition(request, obj, message) if obj.pk else None


@admin.register(ActionPoints)
class ActionPointsAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """What holds from now on; what was paid stays."""

    list_display = ("action", "points", "daily_cap", "pair_cap", "bucket")
    fields = ("action", "bucket", "points", "daily_cap", "pair_cap")
    readonly_fields = ("action", "bucket")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
