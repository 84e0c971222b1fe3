from forum.models.category import Audience, Category
from forum.models.comment import Comment
from forum.models.imported import ImportedRow
from forum.models.like import Like
from forum.models.post import Post
from forum.models.reading import ReadMark, TopicRead, Watch, WatchLevel
from forum.models.search import SearchEntry, SearchKind
from forum.models.tag import Tag
from forum.models.topic import Topic, TopicKind
from forum.models.writing import Draft, Picture, Revision

__all__ = [
    "Audience",
    "Category",
    "Comment",
    "Draft",
    "ImportedRow",
    "Like",
    "Picture",
    "Post",
    "ReadMark",
    "Revision",
    "SearchEntry",
    "SearchKind",
    "Tag",
    "Topic",
    "TopicKind",
    "TopicRead",
    "Watch",
    "WatchLevel",
]
