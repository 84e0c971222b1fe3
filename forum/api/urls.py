from django.urls import include, path

from forum.api import posts, topics

urlpatterns = [
    path("forum/categories", topics.CategoriesView.as_view()),
    path("forum/categories/<int:category>/topics", topics.CategoryTopicsView.as_view()),
    path("forum/topics", topics.TopicsView.as_view()),
    path("forum/topics/<int:topic>", topics.TopicView.as_view()),
    path("forum/topics/<int:topic>/posts", posts.TopicPostsView.as_view()),
    path("forum/topics/<int:topic>/restore", topics.TopicRestoreView.as_view()),
    path("forum/topics/<int:topic>/like", topics.TopicLikeView.as_view()),
    path("forum/topics/<int:topic>/pin", topics.TopicPinView.as_view()),
    path("forum/topics/<int:topic>/lock", topics.TopicLockView.as_view()),
    path("forum/topics/<int:topic>/best-answer", topics.BestAnswerView.as_view()),
    path("forum/posts/<int:post>", posts.PostView.as_view()),
    path("forum/posts/<int:post>/restore", posts.PostRestoreView.as_view()),
    path("forum/posts/<int:post>/like", posts.PostLikeView.as_view()),
    path("forum/search", topics.SearchView.as_view()),
    path("", include("forum.api.comment_urls")),
]
