from django.urls import path

from messaging.views import arranging, conversations, messages

app_name = "messaging"
urlpatterns = [
    path("messages/", conversations.conversation_list, name="list"),
    path("messages/new/", conversations.conversation_new, name="new"),
    path("messages/search/", conversations.message_search, name="search"),
    path("messages/attachments/<int:pk>/", messages.attachment, name="attachment"),
    path("messages/message/<int:pk>/edit/", messages.message_edit, name="message-edit"),
    path("messages/message/<int:pk>/delete/", messages.message_delete, name="message-delete"),
    path("messages/message/<int:pk>/react/", messages.message_react, name="message-react"),
    path("messages/message/<int:pk>/unread/", messages.message_unread, name="message-unread"),
    path("messages/<int:pk>/", conversations.conversation, name="conversation"),
    path("messages/<int:pk>/after/", conversations.piece, name="piece"),
    path("messages/<int:pk>/send/", conversations.message_send, name="send"),
    path("messages/<int:pk>/request/", conversations.request_answer, name="request"),
    path("messages/<int:pk>/people/", arranging.manage, name="manage"),
    path("messages/<int:pk>/people/add/", arranging.people_add, name="people-add"),
    path("messages/<int:pk>/people/<int:user>/remove/", arranging.person_remove, name="person-remove"),
    path("messages/<int:pk>/title/", arranging.title_change, name="title"),
    path("messages/<int:pk>/leave/", arranging.group_leave, name="leave"),
    path("messages/<int:pk>/mute/", arranging.conversation_mute, name="mute"),
    path("messages/<int:pk>/archive/", arranging.conversation_archive, name="archive"),
    path("settings/messages/", arranging.preference, name="settings"),
]
