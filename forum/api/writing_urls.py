from django.urls import path

from forum.api import tags, writing

urlpatterns = [
    path("forum/drafts", writing.DraftsView.as_view()),
    path("forum/drafts/<str:key>", writing.DraftView.as_view()),
    path("forum/pictures", writing.PicturesView.as_view()),
    path("forum/mentions", writing.MentionsView.as_view()),
    path("forum/posts/<int:post>/revisions", writing.PostRevisionsView.as_view()),
    path("comments/<int:comment>/revisions", writing.CommentRevisionsView.as_view()),
    path("forum/revisions/<int:revision>", writing.RevisionView.as_view()),
    path("forum/revisions/<int:revision>/restore", writing.RevisionRestoreView.as_view()),
    path("forum/tags", tags.TagsView.as_view()),
    path("forum/tags/<slug:slug>", tags.TagView.as_view()),
    path("forum/tags/<slug:slug>/merge", tags.TagMergeView.as_view()),
]
