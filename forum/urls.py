from django.urls import include, path

from forum.views import feeds, lists, posts, topics

app_name = "forum"
urlpatterns = [
    path("", lists.index, name="index"),
    path("feed/", feeds.TopicFeed(), name="feed"),
    path("new/", topics.topic_new, name="topic-new"),
    path("search/", lists.search, name="search"),
    path("tag/<slug:slug>/", lists.tag, name="tag"),
    path("topic/<int:pk>/", topics.topic, name="topic"),
    path("topic/<int:pk>/reply/", posts.reply, name="reply"),
    path("topic/<int:pk>/edit/", topics.topic_edit, name="topic-edit"),
    path("topic/<int:pk>/delete/", topics.topic_delete, name="topic-delete"),
    path("topic/<int:pk>/restore/", topics.topic_restore, name="topic-restore"),
    path("topic/<int:pk>/pin/", topics.topic_pin, name="topic-pin"),
    path("topic/<int:pk>/lock/", topics.topic_lock, name="topic-lock"),
    path("post/<int:pk>/", posts.post, name="post"),
    path("post/<int:pk>/edit/", posts.post_edit, name="post-edit"),
    path("post/<int:pk>/delete/", posts.post_delete, name="post-delete"),
    path("post/<int:pk>/restore/", posts.post_restore, name="post-restore"),
    path("post/<int:pk>/like/", posts.post_like, name="post-like"),
    path("post/<int:pk>/accept/", posts.post_accept, name="post-accept"),
    path("", include("forum.comment_urls")),
    # Last: any other word is a category.
    path("<slug:slug>/feed/", feeds.TopicFeed(), name="category-feed"),
    path("<slug:slug>/", lists.category, name="category"),
]
