"""Categories and tags in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from community_platform.core.errors import DomainError
from community_platform.core.permissions import may
from forum.models import Category, Tag
from forum.services import shelves, tagging


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
    list_display = ("name", "slug", "order_index", "audience", "staff_only_topics", "topics_count", "posts_count")
    readonly_fields = ("topics_count", "posts_count")
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "slug")

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        shelves.save_category(actor=request.user, category=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        people = form.cleaned_data["moderators"]
        shelves.set_moderators(actor=request.user, category=form.instance, moderators=people)


@admin.register(Tag)
class TagAdmin(Shelf):
    permission = "forum.edit_tags"
    list_display = ("name", "slug", "description", "synonym_of", "topics_count")
    list_select_related = ("synonym_of",)
    fields = ("name", "slug", "description", "synonym_of", "topics_count")
    readonly_fields = ("slug", "synonym_of", "topics_count")
    search_fields = ("name", "slug")
    ordering = ("-topics_count", "pk")
    actions = ("merge",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        stored = Tag.objects.get(pk=obj.pk)
        try:
            tagging.edit_tag(actor=request.user, tag=stored, name=obj.name, description=obj.description)
        except DomainError as error:
            messages.error(request, error.message)

    @admin.action(description=_("Merge into the most used of them"))
    def merge(self, request: HttpRequest, rows: Any) -> None:
        target, *others = rows.order_by("-topics_count", "pk")
        for tag in others:
            try:
                tagging.merge_tags(actor=request.user, tag=tag, into=target)
            except DomainError as error:
                messages.error(request, f"{tag}: {error.message}")
            else:
                messages.success(request, _("“%(name)s” is merged.") % {"name": tag.name})
