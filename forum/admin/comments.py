"""Comments in the admin: to be found, removed and restored, pinned and locked, never edited here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from forum.admin.content import Moderated
from forum.models import Comment
from forum.services import comments as services


@admin.register(Comment)
class CommentAdmin(Moderated):
    list_display = (
        "on_site",
        "author",
        "course",
        "lesson",
        "is_pinned",
        "is_locked",
        "created_at",
        "deleted_at",
    )
    list_select_related = ("author", "course", "lesson__course")
    list_filter = ("is_pinned", "is_locked", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("content", "author__username")
    ordering = ("-pk",)
    actions = ("remove", "restore", "pin", "unpin", "lock", "unlock")

    @admin.action(description=_("Delete"))
    def remove(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.delete_comment(actor=request.user, comment=row))

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.restore_comment(actor=request.user, comment=row))

    @admin.action(description=_("Pin"))
    def pin(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.pin_comment(actor=request.user, comment=row, is_pinned=True)
        )

    @admin.action(description=_("Unpin"))
    def unpin(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.pin_comment(actor=request.user, comment=row, is_pinned=False)
        )

    @admin.action(description=_("Lock"))
    def lock(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.lock_comment(actor=request.user, comment=row, is_locked=True)
        )

    @admin.action(description=_("Unlock"))
    def unlock(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request, rows, lambda row: services.lock_comment(actor=request.user, comment=row, is_locked=False)
        )
