"""Reporting messages: moderators see the reported one and the lines before it, and nothing else of the conversation."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community_platform.core.api.views import get_or_404
from messaging.models import Message, MessageKind
from messaging.services import editing
from profiles import moderation
from profiles.moderation import Kind, Subject

CONTEXT = 5  # texts before the reported one


def _rows() -> Any:
    return Message.objects.filter(kind=MessageKind.TEXT).select_related("sender", "conversation")


def _subject(message: Message) -> Subject:
    lines = Message.objects.filter(
        conversation=message.conversation_id, seq__lt=message.seq, kind=MessageKind.TEXT, deleted_at=None
    )
    before = list(lines.select_related("sender").order_by("-seq")[:CONTEXT])[::-1]
    title = message.conversation.title or _("Private message")
    return Subject(
        kind="message",
        pk=message.pk,
        author=message.sender,
        title=title,
        content=message.content,
        content_html=_with_context(message, before),
        place=_("Messages"),
        url=message.get_absolute_url(),
        edit_url="",
        revision=message.edits.count(),
        course_ref=None,
        category_ref=None,
        is_hidden=message.is_hidden,
        is_deleted=message.is_deleted,
        is_public=False,
        removal_reason=message.removal_reason,
        created_at=message.created_at,
    )


def _with_context(message: Message, before: list[Message]) -> SafeString:
    quoted = format_html_join(
        "", "<blockquote><p><strong>{}</strong></p>{}</blockquote>",
        ((row.sender.name if row.sender else "—", SafeString(row.content_html)) for row in before),
    )  # fmt: skip
    return format_html("{}{}", quoted, SafeString(message.content_html))


def _find(user: Any, pk: int) -> Subject:
    visible = Message.objects.visible_to(user).filter(kind=MessageKind.TEXT, deleted_at=None)
    return _subject(get_or_404(visible.select_related("sender", "conversation"), pk=pk))


def _load(pks: Iterable[int]) -> Mapping[int, Subject]:
    return {row.pk: _subject(row) for row in _rows().filter(pk__in=list(pks))}


def _shown(user: Any, pks: Iterable[int]) -> set[int]:
    rows = Message.objects.visible_to(user).filter(pk__in=list(pks), deleted_at=None)
    return set(rows.values_list("pk", flat=True))


def _row(pk: int) -> Message:
    return get_or_404(_rows(), pk=pk)


def _delete(actor: Any, pk: int) -> None:
    editing.hide_message(actor=actor, message=_row(pk), reason="")


def register() -> None:
    """Tell the review queue about messages."""
    moderation.register(
        Kind(
            name="message",
            label=gettext_lazy("Message"),
            icon="message-circle",
            find=_find,
            load=_load,
            shown=_shown,
            hide=lambda actor, pk, reason: editing.hide_message(actor=actor, message=_row(pk), reason=reason),
            show=lambda actor, pk: editing.show_message(actor=actor, message=_row(pk)),
            delete=_delete,
        )
    )
