"""Categories and tags in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from community_platform.core.permissions import may
from forum.models import Category, Tag
from forum.services import shelves


class Shelf(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Something that moderators may edit and nobody deletes: topics hang on it."""

    permission: str
    show_full_result_count = False
    readonly_fields: tuple[str, ...] = ("topics_count",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.permission)

    has_change_permission = has_add_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Category)
class CategoryAdmin(Shelf):
    permission = "forum.edit_categories"
    list_display = ("name", "slug", "order_index", "is_hidden", "staff_only_topics", "topics_count", "posts_count")
    readonly_fields = ("topics_count", "posts_count")
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "slug")

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        shelves.save_category(actor=request.user, category=obj)


@admin.register(Tag)
class TagAdmin(Shelf):
    permission = "forum.edit_tags"
    list_display = ("name", "slug", "topics_count")
    search_fields = ("name", "slug")
    ordering = ("-topics_count", "pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        shelves.save_tag(actor=request.user, tag=obj)
