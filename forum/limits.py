"""Numbers that form, API and database share."""

from community_platform.core.ratelimits import Limit

TOPICS_PER_PAGE = 20
POSTS_PER_PAGE = 10
COMMENTS_PER_PAGE = 20

TITLE_MIN, TITLE_MAX = 5, 150
POST_MIN, POST_MAX = 2, 20_000
COMMENT_MIN, COMMENT_MAX = 1, 5_000
TAGS_MAX = 5
TAG_MIN, TAG_MAX = 2, 24
LOCK_REASON_MAX = 200

TOPIC_RATES = (Limit("topic", 3, 60), Limit("topic-day", 20, 86_400))
POST_RATES = (Limit("post", 6, 30), Limit("post-day", 300, 86_400))
COMMENT_RATES = (Limit("comment", 6, 30), Limit("comment-day", 300, 86_400))
EDIT_RATES = (Limit("edit", 20, 60),)
LIKE_RATES = (Limit("like", 60, 60), Limit("like-day", 500, 86_400))
PREVIEW_RATES = (Limit("preview", 60, 60),)
