"""What the site tells people about: one entry per kind, with its words and its icon."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notification. `sentence` names `actor` and `subject`; it is worded in the reader's language."""

    name: str
    icon: str  # Lucide name
    sentence: str | Promise


MENTION = Kind("mention", "at-sign", gettext_lazy("%(actor)s mentioned you in “%(subject)s”"))
POST_REPLY = Kind("post_reply", "reply", gettext_lazy("%(actor)s answered your post in “%(subject)s”"))
TOPIC_REPLY = Kind(
    "topic_reply", "message-square", gettext_lazy("%(actor)s replied in your topic “%(subject)s”")
)
COMMENT_REPLY = Kind(
    "comment_reply", "message-circle", gettext_lazy("%(actor)s answered your comment on “%(subject)s”")
)
BEST_ANSWER = Kind(
    "best_answer", "badge-check", gettext_lazy("Your answer in “%(subject)s” is the best answer")
)

KINDS = {kind.name: kind for kind in (MENTION, POST_REPLY, TOPIC_REPLY, COMMENT_REPLY, BEST_ANSWER)}


def words(kind: str, *, actor: str, subject: str) -> str:
    """Return the sentence of `kind` in the active language; a kind of an older release is its subject."""
    entry = KINDS.get(kind)
    if entry is None:
        return subject
    return str(entry.sentence) % {"actor": actor or _("Somebody"), "subject": subject}


def icon(kind: str) -> str:
    entry = KINDS.get(kind)
    return entry.icon if entry else "bell"
