"""Topics and posts in the admin: to be found, removed, restored, pinned and locked, never edited here."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from community_platform.core.permissions import may
from forum import services
from forum.admin.structure import LeadsPosts, LeadsTopics
from forum.models import Post, Topic


class Moderated(ReadOnlyAdmin):
    """Read-only rows with actions, for moderators."""

    show_full_result_count = False
    date_hierarchy = None
    list_filter: tuple[Any, ...] = (("deleted_at", admin.EmptyFieldListFilter),)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "forum.restore")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "forum.restore")

    def each(self, request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], object]) -> None:
        """Run a service on every row; say what was done and what was refused."""
        done = 0
        for row in rows:
            try:
                act(row)
            except DomainError as error:
                messages.error(request, f"{row}: {error.message}")
            else:
                done += 1
        if done:
            text = ngettext("%(n)d done.", "%(n)d done.", done) % {"n": done}
            messages.success(request, text)

    @admin.display(description=_("page"))
    def on_site(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row)


@admin.register(Topic)
class TopicAdmin(LeadsTopics, Moderated):
    list_display = (
        "title", "category", "author", "kind", "is_pinned", "is_locked", "replies_count", "last_post_at", "on_site",
    )  # fmt: skip
    list_select_related = ("category__course", "author", "course")
    list_filter = ("category", "kind", "is_pinned", "is_locked", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "author__username")
    ordering = ("-last_post_at", "-pk")
    actions = ("remove", "restore", "pin", "unpin", "lock", "unlock", *LeadsTopics.structure)
    actions_list = ("export",)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "forum.export")

    @action(description=_("Export the forum"), url_path="export", permissions=["export"], icon="download")
    def export(self, request: HttpRequest) -> HttpResponse:
        """Answer the file that /api/forum/export makes."""
        return redirect("/api/forum/export")

    @admin.action(description=_("Delete"))
    def remove(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.delete_topic(actor=request.user, topic=row))

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.restore_topic(actor=request.user, topic=row))

    @admin.action(description=_("Pin"))
    def pin(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.pin_topic(actor=request.user, topic=row, is_pinned=True)
        )

    @admin.action(description=_("Unpin"))
    def unpin(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.pin_topic(actor=request.user, topic=row, is_pinned=False)
        )

    @admin.action(description=_("Lock"))
    def lock(self, request: HttpRequest, rows: Any) -> None:
        reason = request.POST.get("reason", "")
        self.each(
            request,
            rows,
            lambda row: services.lock_topic(actor=request.user, topic=row, is_locked=True, reason=reason),
        )

    @admin.action(description=_("Unlock"))
    def unlock(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.lock_topic(actor=request.user, topic=row, is_locked=False)
        )


@admin.register(Post)
class PostAdmin(LeadsPosts, Moderated):
    list_display = ("on_site", "topic", "author", "created_at", "likes_count", "deleted_at")
    list_select_related = ("topic__category__course", "topic__course", "author")
    search_fields = ("content", "author__username")
    ordering = ("-pk",)
    actions = ("remove", "restore", "split")

    @admin.action(description=_("Delete"))
    def remove(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.delete_post(actor=request.user, post=row))

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.restore_post(actor=request.user, post=row))
