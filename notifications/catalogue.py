"""What the site tells people about: one entry per kind, with its words, its icon and where it is told by default.

A new kind is an entry here and a reaction that tells it; pages, API, mails and preferences read the entry.
"""

from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

SITE, MAIL, PUSH = "in_app", "email", "push"
CHANNELS = (SITE, MAIL, PUSH)


@dataclass(frozen=True, slots=True)
class Category:
    """A heading of the preferences, a filter of the inbox, and what a link in a mail unsubscribes from."""

    name: str
    icon: str  # Lucide name
    title: Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notification. `sentence` names `actor` and `subject`; it is worded in the reader's language.

    `many` is the sentence where several people did it: `others` is how many besides the actor. A kind that has one is
    gathered: while a line is unread, more of it about the same thing joins that line. `label` names the kind among the
    preferences, `why` says to whom it is told. `on` are the channels of people who chose nothing; what is `fixed`
    cannot be chosen: on where the channel is among `on`, else never.
    """

    name: str
    icon: str  # Lucide name
    category: str
    label: Promise
    sentence: str | Promise
    why: Promise
    many: Promise | None = None
    on: frozenset[str] = frozenset({SITE, MAIL, PUSH})
    fixed: frozenset[str] = frozenset()

    def may_choose(self, channel: str) -> bool:
        return channel not in self.fixed


CATEGORIES = MappingProxyType(
    {
        category.name: category
        for category in (
            Category("forum", "messages-square", _("Forum and comments")),
            Category("messages", "mail", _("Messages")),
            Category("people", "users", _("People")),
            Category("learning", "graduation-cap", _("Learning")),
            Category("game", "award", _("Badges and streaks")),
            Category("referrals", "gift", _("Invitations")),
            Category("teaching", "presentation", _("Teaching")),
            Category("moderation", "gavel", _("Moderation")),
            Category("account", "user-cog", _("Account")),
        )
    }
)
QUIET = frozenset({SITE})  # told on the site alone unless somebody wants more
NO_PUSH = frozenset({SITE, MAIL})
ALWAYS = frozenset({SITE})  # fixed: what concerns one's rights and account always stands in the inbox

MENTION = Kind(
    "mention", "at-sign", "forum", _("Mentions"),
    _("%(actor)s mentioned you in “%(subject)s”"),
    _("Somebody wrote your name with an @ in a text that you may read."),
)  # fmt: skip
POST_REPLY = Kind(
    "post_reply", "reply", "forum", _("Answers to your posts"),
    _("%(actor)s answered your post in “%(subject)s”"),
    _("Somebody answered a post of yours."),
)  # fmt: skip
TOPIC_REPLY = Kind(
    "topic_reply", "message-square", "forum", _("Replies in your topics"),
    _("%(actor)s replied in your topic “%(subject)s”"),
    _("You began this topic."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person replied in your topic “%(subject)s”",
        "%(actor)s and %(others)d other people replied in your topic “%(subject)s”",
        "others",
    ),
)  # fmt: skip
COMMENT_REPLY = Kind(
    "comment_reply", "message-circle", "forum", _("Answers to your comments"),
    _("%(actor)s answered your comment on “%(subject)s”"),
    _("Somebody answered a comment of yours."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person answered your comment on “%(subject)s”",
        "%(actor)s and %(others)d other people answered your comment on “%(subject)s”",
        "others",
    ),
)  # fmt: skip
BEST_ANSWER = Kind(
    "best_answer", "badge-check", "forum", _("Your answer is the best"),
    _("Your answer in “%(subject)s” is the best answer"),
    _("Your post was chosen as the best answer."),
)  # fmt: skip
ENDORSED = Kind(
    "endorsed", "graduation-cap", "forum", _("Your answer is endorsed"),
    _("%(actor)s endorsed your answer in “%(subject)s”"),
    _("An instructor endorsed a post of yours."),
)  # fmt: skip
SOLVED = Kind(
    "solved", "circle-check", "forum", _("Your question has a best answer"),
    _("Your question “%(subject)s” has a best answer"),
    _("You asked this question."),
)  # fmt: skip
WATCHED_TOPIC = Kind(
    "watched_topic", "eye", "forum", _("New posts in topics you watch"),
    _("%(actor)s wrote in “%(subject)s”"),
    _("You watch this topic, or a category, tag or course that it stands in."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person wrote in “%(subject)s”",
        "%(actor)s and %(others)d other people wrote in “%(subject)s”",
        "others",
    ),
    on=NO_PUSH,
)  # fmt: skip
NEW_TOPIC = Kind(
    "new_topic", "message-square-plus", "forum", _("New topics where you watch"),
    _("%(actor)s began “%(subject)s”"),
    _("You watch the category, a tag or the course of this topic."),
    on=NO_PUSH,
)  # fmt: skip
LIKE = Kind(
    "like", "heart", "forum", _("Likes"),
    _("%(actor)s likes what you wrote in “%(subject)s”"),
    _("You wrote what was liked."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person like what you wrote in “%(subject)s”",
        "%(actor)s and %(others)d other people like what you wrote in “%(subject)s”",
        "others",
    ),
    on=QUIET,
)  # fmt: skip
MESSAGE = Kind(
    "message", "mail", "messages", _("New messages"),
    _("%(actor)s wrote to you"),
    _("You take part in this conversation, and the message was still unread."),
    on=frozenset({MAIL, PUSH}), fixed=frozenset({SITE}),
)  # fmt: skip
MESSAGE_REQUEST = Kind(
    "message_request", "message-circle-question", "messages", _("Message requests"),
    _("%(actor)s wants to write to you"),
    _("Somebody whom you do not know wrote to you for the first time."),
)  # fmt: skip
GROUP_ADDED = Kind(
    "group_added", "users", "messages", _("You are added to a group"),
    _("%(actor)s added you to the group “%(subject)s”"),
    _("Somebody added you to a conversation."),
    on=QUIET,
)  # fmt: skip
FOLLOWER = Kind(
    "follower", "user-plus", "people", _("New followers"),
    _("%(actor)s follows you"),
    _("Somebody began to follow you."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person follow you",
        "%(actor)s and %(others)d other people follow you",
        "others",
    ),
    on=QUIET,
)  # fmt: skip
CERTIFICATE = Kind(
    "certificate", "scroll", "learning", _("Certificates"),
    _("Your certificate for “%(subject)s” is ready"),
    _("You completed this course."),
)  # fmt: skip
CERTIFICATE_REVOKED = Kind(
    "certificate_revoked", "scroll-text", "learning", _("A certificate is revoked"),
    _("Your certificate for “%(subject)s” was revoked"),
    _("The certificate was issued to you."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
REVIEW_REPLY = Kind(
    "review_reply", "reply", "learning", _("Answers to your reviews"),
    _("%(actor)s answered your review of “%(subject)s”"),
    _("You reviewed this course."),
)  # fmt: skip
REFUND = Kind(
    "refund", "receipt", "learning", _("Refunds"),
    _("Your payment for “%(subject)s” was given back"),
    _("You paid for this course."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
STREAK_ENDS = Kind(
    "streak_ends", "flame", "game", _("Reminders of your streak"),
    _("Your streak, %(subject)s days so far, goes on with one lesson before midnight"),
    _("Your streak ends tonight unless you learn something today."),
)  # fmt: skip
STREAK_MILESTONE = Kind(
    "streak_milestone", "flame", "game", _("Milestones of your streak"),
    _("You have learned %(subject)s days in a row"),
    _("Your streak reached a milestone."),
    on=QUIET,
)  # fmt: skip
STREAK_REPAIRED = Kind(
    "streak_repaired", "flame-kindling", "game", _("Your streak is saved or repaired"),
    _("Your streak goes on: %(subject)s days"),
    _("Your streak was broken and is whole again."),
    on=QUIET,
)  # fmt: skip
BADGE = Kind(
    "badge", "award", "game", _("Badges"),
    _("You earned the badge “%(subject)s”"),
    _("You earned it."),
    on=QUIET,
)  # fmt: skip
BADGES_FOUND = Kind(
    "badges_found", "award", "game", _("Badges for earlier deeds"),
    _("You hold new badges for what you did: %(subject)s"),
    _("You earned them earlier; they were found at night."),
    on=QUIET,
)  # fmt: skip
LEVEL = Kind(
    "level", "trending-up", "game", _("Levels"),
    _("You reached level %(subject)s"),
    _("Your points reached the next level."),
    on=QUIET,
)  # fmt: skip
TRUST = Kind(
    "trust", "shield-check", "game", _("Trust in the forum"),
    _("You are trusted more in the forum: level %(subject)s"),
    _("You read, write and learn here."),
    on=QUIET,
)  # fmt: skip
BUG_CONFIRMED = Kind(
    "bug_confirmed", "bug", "game", _("Your bug report is confirmed"),
    _("Your bug report “%(subject)s” is confirmed. Thank you!"),
    _("You sent this bug report."),
    on=NO_PUSH,
)  # fmt: skip
BUG_ANSWERED = Kind(
    "bug_answered", "bug", "game", _("Your bug report is answered"),
    _("We looked at your bug report “%(subject)s”"),
    _("You sent this bug report."),
    on=NO_PUSH,
)  # fmt: skip
REFERRAL = Kind(
    "referral", "gift", "referrals", _("Rewards for invitations"),
    _("You got %(subject)s points for an invitation"),
    _("Somebody joined or finished a course by an invitation of yours, or you joined by one."),
)  # fmt: skip
LADDER = Kind(
    "ladder", "trophy", "referrals", _("Steps of the invitation ladder"),
    _("You reached a step of the invitation ladder: %(subject)s friends"),
    _("Enough of your friends joined."),
)  # fmt: skip
REVIEW_POSTED = Kind(
    "review_posted", "star", "teaching", _("Reviews of your courses"),
    _("%(actor)s reviewed “%(subject)s”"),
    _("You teach this course."),
    ngettext_lazy(
        "%(actor)s and %(others)d other person reviewed “%(subject)s”",
        "%(actor)s and %(others)d other people reviewed “%(subject)s”",
        "others",
    ),
    on=NO_PUSH,
)  # fmt: skip
COURSE_STAFF = Kind(
    "course_staff", "presentation", "teaching", _("You join the staff of a course"),
    _("You belong to the staff of “%(subject)s” now"),
    _("The owner of the course added you."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
ANALYTICS_DIGEST = Kind(
    "analytics_digest", "chart-line", "teaching", _("Analytics of your courses, every week"),
    _("What happened in your courses this week"),
    _("You teach courses here."),
    on=frozenset({MAIL}), fixed=frozenset({SITE, PUSH}),
)  # fmt: skip
PENALTY = Kind(
    "penalty", "gavel", "moderation", _("Decisions about you"),
    _("Moderators issued you a penalty: “%(subject)s”"),
    _("A moderator decided something about your account."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
CONTENT_HIDDEN = Kind(
    "content_hidden", "eye-off", "moderation", _("A text of yours is hidden"),
    _("Moderation hid what you wrote in “%(subject)s”: see why, and mend it"),
    _("You wrote this text."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
FLAG_RESOLVED = Kind(
    "flag_resolved", "flag", "moderation", _("Your reports"),
    _("Moderators looked at your report of “%(subject)s”"),
    _("You reported this text."),
    on=QUIET,
)  # fmt: skip
DATA_EXPORT = Kind(
    "data_export", "download", "account", _("The copy of your data"),
    _("The copy of your data is ready"),
    _("You asked for a copy of your data."),
    on=NO_PUSH, fixed=ALWAYS,
)  # fmt: skip
MAIL_REFUSED = Kind(
    "mail_refused", "mail-x", "account", _("Mail cannot be delivered"),
    _("Mail to %(subject)s comes back: please check your address"),
    _("A mail to you was refused."),
    on=QUIET, fixed=frozenset({SITE, MAIL, PUSH}),
)  # fmt: skip
# Told because a topic is watched, not because one was addressed.
WATCHING = (TOPIC_REPLY, WATCHED_TOPIC, NEW_TOPIC)
COUNTED = (LIKE, FOLLOWER)  # one more in an unread line of these is counted, not announced

KINDS = {
    kind.name: kind
    for kind in (
        MENTION, POST_REPLY, TOPIC_REPLY, COMMENT_REPLY, BEST_ANSWER, ENDORSED, SOLVED, WATCHED_TOPIC,
        NEW_TOPIC, LIKE, MESSAGE, MESSAGE_REQUEST, GROUP_ADDED, FOLLOWER, CERTIFICATE, CERTIFICATE_REVOKED,
        REVIEW_REPLY, REFUND, STREAK_ENDS, STREAK_MILESTONE, STREAK_REPAIRED, BADGE, BADGES_FOUND, LEVEL,
        TRUST, BUG_CONFIRMED, BUG_ANSWERED, REFERRAL, LADDER, REVIEW_POSTED, COURSE_STAFF, ANALYTICS_DIGEST,
        PENALTY, CONTENT_HIDDEN, FLAG_RESOLVED, DATA_EXPORT, MAIL_REFUSED,
    )
}  # fmt: skip


def words(kind: str, *, actor: str, subject: str, count: int = 1) -> str:
    """Return the sentence of `kind` in the active language; a kind of an older release is its subject."""
    entry = KINDS.get(kind)
    if entry is None:
        return subject
    sentence = entry.many if entry.many is not None and count > 1 else entry.sentence
    return str(sentence % {"actor": actor or gettext("Somebody"), "subject": subject, "others": count - 1})


def icon(kind: str) -> str:
    entry = KINDS.get(kind)
    return entry.icon if entry else "bell"


def why(kind: str) -> str:
    """Return the sentence that says why one is told, in the active language; nothing for an unknown kind."""
    entry = KINDS.get(kind)
    return str(entry.why) if entry else ""


def kinds_of(category: str) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.category == category]
