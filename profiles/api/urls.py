from django.urls import path

from profiles.api import accounts, people

urlpatterns = [
    path("auth/register", accounts.RegisterView.as_view(), name="api-register"),
    path("auth/token", accounts.TokenView.as_view(), name="api-token"),
    path("auth/me", accounts.MeView.as_view(), name="api-me"),
    path("auth/tokens", accounts.TokensView.as_view(), name="api-tokens"),
    path("auth/tokens/<str:token_id>", accounts.TokenDetailView.as_view(), name="api-token-detail"),
    path("users/profile", people.OwnProfileView.as_view(), name="api-own-profile"),
    path("users/<str:username>/profile", people.ProfileView.as_view(), name="api-profile"),
]
