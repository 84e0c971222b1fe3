from django.urls import path

from forum.api import comments, flags

urlpatterns = [
    path("courses/<str:course>/comments", comments.CourseCommentsView.as_view()),
    path("lessons/<int:lesson>/comments", comments.LessonCommentsView.as_view()),
    path("comments", comments.CommentsView.as_view()),
    path("comments/<int:comment>", comments.CommentView.as_view()),
    path("comments/<int:comment>/reply", comments.CommentReplyView.as_view()),
    path("comments/<int:comment>/flag", flags.CommentFlagView.as_view()),
    path("comments/<int:comment>/like", comments.CommentLikeView.as_view()),
    path("comments/<int:comment>/pin", comments.CommentPinView.as_view()),
    path("comments/<int:comment>/lock", comments.CommentLockView.as_view()),
    path("comments/<int:comment>/restore", comments.CommentRestoreView.as_view()),
]
