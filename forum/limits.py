"""Numbers that form, API and database share."""

TOPICS_PER_PAGE = 20
POSTS_PER_PAGE = 10
COMMENTS_PER_PAGE = 20
UNREAD_HORIZON_DAYS = 40  # what is older is neither new nor unread
WATCH_LEVELS = ("watching", "tracking", "normal", "muted")  # the names of models.WatchLevel, as they are sent
READ_AT_ONCE = 200  # topics marked as read by one request

TITLE_MIN, TITLE_MAX = 5, 150
POST_MIN, POST_MAX = 2, 20_000
COMMENT_MIN, COMMENT_MAX = 1, 5_000
TAGS_MAX = 5
TAG_MIN, TAG_MAX = 2, 24
LOCK_REASON_MAX = 200
SPLIT_MAX = 500  # posts split off at once
SLOW_MODE_MAX = 604_800  # a week

EDIT_REASON_MAX = 200
GRACE_SECONDS, GRACE_CHARS = 300, 100  # a small correction soon after writing keeps no former version
REVISIONS_PER_PAGE = 10
DRAFTS_MAX = 200  # open ones of one person
DRAFT_CHARS = 60_000  # of all fields: more than any text may have, so that nothing too long is lost either
DRAFT_DAYS, SENT_DRAFT_DAYS = 180, 7  # how long an open draft is kept, and the number of one that was sent
PICTURES_PER_TEXT = 5
PICTURE_SIDE = 1_600  # pixels
UNUSED_PICTURE_HOURS = 24
ALT_MAX = 200
TAG_DESCRIPTION_MAX = 200
TAGS_PER_PAGE = 60
TAG_SYNONYMS_MAX = 20
QUOTE_MAX = 2_000  # characters of a post that a quotation takes

# Guards (research/forum.md, table of limits). Of one text: people mentioned, links to other sites, pictures; None is
# any.
TEXT_MAX = ((2, 2, 1), (10, None, 10))  # without trust; others
CONSECUTIVE_MAX = 3  # replies of one person in a row, but of the asker and who leads the discussion
CONSECUTIVE_LOOKED_AT = 200  # a limit beyond is none
DUPLICATE_SECONDS = 300
COPY_MIN = 100  # characters from which the same reply in another topic is a copy, not a "thanks"
UNHURRIED = 1_000  # a RATE_LIMIT_SCALE from here on means that seeds or imports write: nothing is a repetition
FAST_SECONDS = 3.0  # nobody types a first text faster
SAME_HOST_MAX, SAME_HOST_DAYS = 3, 7  # texts of new accounts that link to one host
FAMILIAR_HOSTS = frozenset(
    "github.com gitlab.com bitbucket.org stackoverflow.com stackexchange.com python.org readthedocs.io wikipedia.org "
    "wikimedia.org youtube.com youtu.be vimeo.com mozilla.org w3.org kaggle.com arxiv.org habr.com rutube.ru".split()
)

# Trust (research/forum.md, table of limits, last row and §5.22). Reading counts as topics opened and posts seen.
# Level 1 has a second way: a lesson done. Level 3 is ours. Earned levels stay; penalties take them (profiles.limits).
TRUST_NEEDS: dict[int, dict[str, int]] = {
    1: {"topics_read": 3, "posts_read": 15},
    2: {"topics_read": 3, "posts_read": 15, "days": 15, "likes_given": 1, "likes_received": 1},
    3: {
        "topics_read": 3, "posts_read": 15, "days": 60, "likes_given": 1, "likes_received": 20, "replies": 50,
        "days_without_penalty": 90,
    },
}  # fmt: skip
TRUST_LESSONS = 1  # finished lessons that stand for the reading that every level asks for

CATEGORY_TEXT_MAX = 200
CATEGORY_ICONS = (
    "messages-square", "message-circle-question-mark", "megaphone", "smile", "code", "terminal", "database",
    "chart-column", "sigma", "calculator", "atom", "flask-conical", "palette", "pen-tool", "music", "languages",
    "book-open", "graduation-cap",
    "briefcase", "coffee", "globe", "heart", "lightbulb", "rocket", "trophy", "users", "wrench", "shield",
)  # fmt: skip
# Words that stand where a category's address would: /forum/<word>/ is a page of its own.
RESERVED_SLUGS = frozenset({
    "new", "search", "unanswered", "unread", "tags", "tag", "drafts", "feed", "topic", "post", "comment", "comments",
    "category", "user", "preview", "picture", "pictures", "similar", "mentions", "trust", "read", "watching", "topics",
    "posts", "export", "import", "moderation", "suggestions", "people", "history", "revisions", "solved",
    "latest", "revision", "course",
})  # fmt: skip
