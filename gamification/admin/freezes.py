"""Freezes that came in, with who gave them and why; administrators give more through the service."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from gamification.models import FreezeGrant
from gamification.selectors.streaks import STAFF_KEY
from gamification.services.freezes import give_freezes


class GiveForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Freezes to give. `token` lets a form that is sent twice count once."""

    amount = forms.IntegerField(label=_("Freezes"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    reason = forms.CharField(label=_("Why, shown to the person"), widget=UnfoldAdminTextInputWidget)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = FreezeGrant
        fields = ("user", "amount", "reason")


@admin.register(FreezeGrant)
class FreezeGrantAdmin(ReadOnlyAdmin):
    form = GiveForm
    list_display = ("user", "amount", "date", "reason", "given_by")
    list_filter = (("given_by", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "given_by")
    search_fields = ("=user__username",)
    autocomplete_fields = ("user",)
    ordering = ("-pk",)
    show_full_result_count = False
    _shown = ("user", "amount", "date", "reason", "given_by", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("gamification.give_freezes"))

    def get_fields(self, request: HttpRequest, obj: FreezeGrant | None = None) -> Any:
        return self._shown if obj else ("user", "amount", "reason", "token")

    def get_readonly_fields(self, request: HttpRequest, obj: FreezeGrant | None = None) -> Any:
        return self._shown if obj else ()

    def save_model(self, request: HttpRequest, obj: FreezeGrant, form: Any, change: bool) -> None:
        data = form.cleaned_data
        given = {name: data[name] for name in ("user", "amount", "reason", "token")}
        try:
            obj.amount = give_freezes(actor=request.user, **given)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        row = FreezeGrant.objects.filter(key=f"{STAFF_KEY}{data['token']}").first()
        obj.pk = row.pk if row else obj.pk  # the admin goes on with the row that the service made

    def response_add(self, request: HttpRequest, obj: FreezeGrant, post_url_continue: Any = None) -> HttpResponse:
        return self.response_post_save_add(request, obj)

    def log_addition(self, request: HttpRequest, obj: FreezeGrant, message: Any) -> Any:
        return super().log_addition(request, obj, message) if obj.pk else None
