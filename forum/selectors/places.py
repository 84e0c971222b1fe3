"""What a reader left at a course or lesson: words begun, how closely they watch it, where its live channel stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, CharField, F, JSONField, Q, Value
from django.db.models.functions import Cast

from community_platform.core.models import ChannelHead
from courses.models import Course, Lesson
from forum.models import Draft, Watch, WatchLevel

_REPLY = "comment-reply:"
_WATCH, _HEAD = "watch", "head"  # no keys of drafts


@dataclass(frozen=True, slots=True)
class Place:
    """Drafts by their key (of a new comment here, of every reply to a comment), the level, the newest live event."""

    new: str  # the key of the draft of a new comment
    cursor: int = 0
    level: WatchLevel = WatchLevel.NORMAL
    drafts: Mapping[str, Draft] = field(default_factory=dict)

    @property
    def draft(self) -> Draft | None:
        return self.drafts.get(self.new)


def kind_of(target: Course | Lesson) -> str:
    return "course" if isinstance(target, Course) else "lesson"


def channel_of(target: Course | Lesson) -> str:
    """Return the live channel of a course or lesson."""
    return f"{kind_of(target)}.{target.pk}"


def place_of(user: Any, target: Course | Lesson) -> Place:
    """Return what `user` left at `target`. One query.

    Read it before the comments: what is written meanwhile is then an event after the cursor, not lost in between.
    """
    kind = kind_of(target)
    new = f"comment:{kind}:{target.pk}"
    heads = ChannelHead.objects.filter(channel=channel_of(target))
    if not user.is_authenticated:
        return Place(new, cursor=heads.values_list("seq", flat=True).first() or 0)
    drafts = Draft.objects.filter(Q(key=new) | Q(key__startswith=_REPLY), user_id=user.pk)
    watches = Watch.objects.filter(user_id=user.pk, course_id=target.pk) if kind == "course" else Watch.objects.none()
    found = list(
        _rows(drafts, F("key"), "seq", F("payload")).union(
            _rows(watches, _said(_WATCH), "level"), _rows(heads, _said(_HEAD), "seq"), all=True
        )
    )
    numbers = {what: number for what, number, _words in found}
    return Place(
        new,
        cursor=numbers.get(_HEAD, 0),
        level=WatchLevel(numbers.get(_WATCH, WatchLevel.NORMAL)),
        drafts={
            what: Draft(key=what, seq=number, payload=words)
            for what, number, words in found
            if what not in {_WATCH, _HEAD}
        },
    )


def _said(what: str) -> Value:
    return Value(what, output_field=CharField())


def _rows(rows: Any, what: Any, number: str, words: Any = None) -> Any:
    """Return (what, number, words) of each row."""
    words = words or Cast(Value(None), JSONField())
    named = rows.order_by().annotate(_what=what, _number=Cast(F(number), BigIntegerField()), _words=words)
    return named.values_list("_what", "_number", "_words")
