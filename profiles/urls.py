from django.urls import path

from profiles.views import cards, data, onboarding, penalties, people, privacy, settings, support

app_name = "profiles"
urlpatterns = [
    path("people/", people.directory, name="directory"),
    path("people/<int:pk>/follow/", people.follow, name="follow"),
    path("people/<int:pk>/block/", people.block, name="block"),
    path("feed/", people.following_feed, name="feed"),
    path("profile/<str:username>/", people.profile, name="profile"),
    path("profile/<str:username>/card-<str:digest>.png", cards.person, name="card"),
    path("profile/<str:username>/followers/", people.ties, {"tab": "followers"}, name="followers"),
    path("profile/<str:username>/following/", people.ties, {"tab": "following"}, name="following"),
    path("profile/<str:username>/activity/", people.activity, name="activity"),
    path("moderation/people/<str:username>/", penalties.moderation_person, name="moderation-person"),
    path(
        "moderation/people/<str:username>/penalties/<int:pk>/", penalties.penalty_change, name="penalty-change"
    ),
    path("settings/", settings.settings_profile, name="settings-profile"),
    path("settings/zone/", settings.settings_zone, name="settings-zone"),
    path("settings/privacy/", privacy.settings_privacy, name="settings-privacy"),
    path("settings/privacy/activity/", privacy.show_activity, name="show-activity"),
    path("settings/people/", privacy.settings_people, name="settings-people"),
    path("settings/username/", privacy.settings_username, name="settings-username"),
    path("settings/data/", data.settings_data, name="settings-data"),
    path("settings/data/<int:pk>/", data.data_download, name="data-download"),
    path("settings/data/<int:pk>/delete/", data.data_delete, name="data-delete"),
    path("settings/data/erasure/", data.account_erasure, name="account-erasure"),
    path("welcome/", onboarding.welcome, name="welcome"),
    path("support/stop/", support.support_stop, name="support-stop"),
    path("settings/tokens/", settings.settings_tokens, name="settings-tokens"),
    path(
        "settings/tokens/<str:token_id>/revoke/", settings.settings_token_revoke, name="settings-token-revoke"
    ),
]
