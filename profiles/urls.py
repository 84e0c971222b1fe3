from django.urls import path

from profiles.views import people, settings

app_name = "profiles"
urlpatterns = [
    path("profile/<str:username>/", people.profile, name="profile"),
    path("settings/", settings.settings_profile, name="settings-profile"),
    path("settings/tokens/", settings.settings_tokens, name="settings-tokens"),
    path(
        "settings/tokens/<str:token_id>/revoke/", settings.settings_token_revoke, name="settings-token-revoke"
    ),
]
