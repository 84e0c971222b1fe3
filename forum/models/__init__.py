from forum.models.category import Category
from forum.models.comment import Comment
from forum.models.like import Like
from forum.models.post import Post
from forum.models.reading import TopicRead
from forum.models.tag import Tag
from forum.models.topic import Topic, TopicKind

__all__ = ["Category", "Comment", "Like", "Post", "Tag", "Topic", "TopicKind", "TopicRead"]
