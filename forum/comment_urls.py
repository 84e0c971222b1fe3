from django.urls import path, re_path

from forum.views import comments

urlpatterns = [
    re_path(
        r"^comments/(?P<kind>course|lesson)/(?P<pk>[0-9]{1,18})/\Z",
        comments.comment_list,
        name="comment-list",
    ),
    path("comment/<int:pk>/", comments.comment, name="comment"),
    path("comment/<int:pk>/reply/", comments.comment_reply, name="comment-reply"),
    path("comment/<int:pk>/edit/", comments.comment_edit, name="comment-edit"),
    path("comment/<int:pk>/delete/", comments.comment_delete, name="comment-delete"),
    path("comment/<int:pk>/restore/", comments.comment_restore, name="comment-restore"),
    path("comment/<int:pk>/like/", comments.comment_like, name="comment-like"),
    path("comment/<int:pk>/pin/", comments.comment_pin, name="comment-pin"),
    path("comment/<int:pk>/lock/", comments.comment_lock, name="comment-lock"),
]
