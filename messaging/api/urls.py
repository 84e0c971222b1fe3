from django.urls import path

from messaging.api import conversations, flags, messages

urlpatterns = [
    path("messages/conversations", conversations.ConversationsView.as_view()),
    path("messages/conversations/<int:conversation>", conversations.ConversationView.as_view()),
    path("messages/conversations/<int:conversation>/messages", messages.SendView.as_view()),
    path("messages/conversations/<int:conversation>/participants", conversations.ParticipantsView.as_view()),
    path(
        "messages/conversations/<int:conversation>/participants/<int:user>",
        conversations.ParticipantView.as_view(),
    ),
    path("messages/conversations/<int:conversation>/leave", conversations.LeaveView.as_view()),
    path("messages/conversations/<int:conversation>/read", conversations.ConversationReadView.as_view()),
    path("messages/conversations/<int:conversation>/mute", conversations.MuteView.as_view()),
    path("messages/conversations/<int:conversation>/archive", conversations.ArchiveView.as_view()),
    path("messages/conversations/<int:conversation>/request", conversations.RequestView.as_view()),
    path("messages/conversations/<int:conversation>/draft", conversations.DraftView.as_view()),
    path("messages/unread-count", conversations.UnreadCountView.as_view()),
    path("messages/presence", conversations.PresenceView.as_view()),
    path("messages/search", messages.SearchView.as_view()),
    path("messages/preferences", messages.PreferencesView.as_view()),
    path("messages/attachments", messages.AttachmentsView.as_view()),
    path("messages/<int:message>", messages.MessageView.as_view()),
    path("messages/<int:message>/read", messages.MessageReadView.as_view()),
    path("messages/<int:message>/unread", messages.MessageUnreadView.as_view()),
    path("messages/<int:message>/readers", messages.ReadersView.as_view()),
    path("messages/<int:message>/reactions", messages.ReactionsView.as_view()),
    path("messages/<int:message>/flag", flags.MessageFlagView.as_view()),
]
