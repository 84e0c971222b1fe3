"""Words for conversations: their names, last lines, who has seen what."""

from typing import Any

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from community_platform.core.markdown.shown import shown_text
from messaging import rules
from messaging.limits import REACTIONS
from messaging.models import Message, MessageKind, Participant
from messaging.selectors.inbox import positions

register = template.Library()
NAMED = 3  # people named in the title of a group without one


def _others(seat: Participant) -> list[Any]:
    return [one.user for one in seat.conversation.present if one.user_id != seat.user_id]  # type: ignore[attr-defined]


@register.simple_tag
def conversation_name(seat: Participant) -> str:
    """Return the title, or the people."""
    others = _others(seat)
    if seat.conversation.title:
        return seat.conversation.title
    names = ", ".join(person.name for person in others[:NAMED])
    if len(others) > NAMED:
        return _("%(names)s and %(n)d more") % {"names": names, "n": len(others) - NAMED}
    return names or _("Only you")


@register.inclusion_tag("messaging/_avatar.html")
def conversation_avatar(seat: Participant, online: set[int]) -> dict[str, Any]:
    others = _others(seat)
    return {"person": None if seat.conversation.is_group or not others else others[0], "online": online}


@register.simple_tag
def last_words(seat: Participant) -> str:
    """Return one line of the newest message that this seat may read."""
    message = seat.conversation.last_message
    if message is None or message.seq <= seat.joined_seq:
        return ""
    if message.kind != MessageKind.TEXT:
        return told(message)
    if message.is_deleted:
        return _("This message was deleted.")
    words = Truncator(" ".join(shown_text(message.content_html).split())).chars(90) or _("A file")
    if message.sender_id == seat.user_id:
        return _("You: %(words)s") % {"words": words}
    name = message.sender.name if message.sender and seat.conversation.is_group else ""
    return f"{name}: {words}" if name else words


@register.simple_tag
def told(message: Message) -> str:
    """Return what a group says itself."""
    who = message.sender.name if message.sender else _("Somebody")
    whom = message.about.name if message.about else _("somebody")
    return {
        MessageKind.ADDED: _("%(who)s added %(whom)s"),
        MessageKind.REMOVED: _("%(who)s removed %(whom)s"),
        MessageKind.LEFT: _("%(who)s left"),
        MessageKind.RENAMED: _("%(who)s called this “%(title)s”"),
    }[MessageKind(message.kind)] % {"who": who, "whom": whom, "title": message.content}


@register.simple_tag
def seen_by(seat: Participant) -> str:
    """Return who has read the newest message, where it is one's own. Of a seat loaded by `seat_in`."""
    newest = seat.conversation.last_message
    if newest is None or newest.sender_id != seat.user_id or newest.kind != MessageKind.TEXT:
        return ""
    others = positions(seat)
    names = [one.user.name for one in others if one.last_read_seq >= newest.seq]
    if not names:
        return ""
    return _("Seen") if len(others) == 1 else _("Seen by %(names)s") % {"names": ", ".join(names[:5])}


@register.inclusion_tag("messaging/_online.html")
def online_dot(person: Any, online: set[int]) -> dict[str, Any]:
    """Show that somebody is online; the script keeps it true."""
    return {"person": person, "is_online": person.pk in online}


@register.simple_tag
def reactions(message: Message, user: Any) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(message.reactions.all(), key=lambda row: row.pk):
        one = found.setdefault(row.emoji, {"emoji": row.emoji, "count": 0, "is_mine": False})
        one["count"] += 1
        one["is_mine"] = one["is_mine"] or row.user_id == user.pk
    return list(found.values())


@register.simple_tag
def reaction_choices() -> tuple[str, ...]:
    return REACTIONS


@register.filter
def can_be_edited(message: Message) -> bool:
    return rules.is_editable(message)
