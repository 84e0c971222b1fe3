from django.urls import path

from forum.views import drafts, pictures, revisions, tags

urlpatterns = [
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/save/", drafts.draft_save, name="draft-save"),
    path("drafts/discard/", drafts.draft_discard, name="draft-discard"),
    path("pictures/", pictures.picture_list, name="pictures"),
    path("picture/<uuid:name>/", pictures.picture, name="picture"),
    path("topic/<int:pk>/history/", revisions.topic_history, name="topic-history"),
    path("post/<int:pk>/history/", revisions.post_history, name="post-history"),
    path("comment/<int:pk>/history/", revisions.comment_history, name="comment-history"),
    path("revision/<int:pk>/restore/", revisions.revision_restore, name="revision-restore"),
    path("revision/<int:pk>/hide/", revisions.revision_hide, name="revision-hide"),
    path("tags/", tags.tag_list, name="tags"),
    path("tag/<slug:slug>/", tags.tag, name="tag"),
    path("tag/<slug:slug>/edit/", tags.tag_edit, name="tag-edit"),
    path("tag/<slug:slug>/merge/", tags.tag_merge, name="tag-merge"),
]
