"""Lists that are looked at, not edited, since only services write their rows; and tables of one row."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """No form adds, changes or deletes a row; actions call services. Who may look, the subclass or a rule says."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SingletonAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """The one row of a table, with key 1: nothing to list, add or delete.

    The list leads to the row, which its first change stores; no page asks whether it is there already.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        if object_id != "1":
            return None
        return self.model._default_manager.filter(pk=1).first() or self.model(pk=1)
