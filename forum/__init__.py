"""Forum: talk beside the lessons.

Owns: categories, topics, posts, tags, likes, comments on courses and lessons, reading state, moderation.
Publishes: TopicCreated, PostCreated, AnswerAccepted, Liked, Unliked, CommentCreated.
Must never know: messaging, points, badges, referrals, notifications, analytics.
"""
