from django.urls import path

from gamification.api import badges, boards, bugs, preferences, streak

urlpatterns = [
    path("streak", streak.StreakView.as_view()),
    path("streak/calendar", streak.StreakCalendarView.as_view()),
    path("gamification/leaderboards/<slug:board>", boards.LeaderboardView.as_view()),
    path("gamification/preferences", preferences.PreferencesView.as_view()),
    path("gamification/bugs", bugs.BugsView.as_view()),
    path("gamification/bugs/queue", bugs.BugQueueView.as_view()),
    path("gamification/bugs/<int:pk>/decide", bugs.BugDecisionView.as_view()),
    path("gamification/badges", badges.BadgesView.as_view(), name="api-badges"),
    path("gamification/badges/seen", badges.SeenView.as_view(), name="api-badges-seen"),
    path("gamification/badges/<slug:slug>", badges.BadgeView.as_view(), name="api-badge"),
    path("gamification/badges/<slug:slug>/holders", badges.HoldersView.as_view(), name="api-badge-holders"),
    path("gamification/badges/<slug:slug>/goal", badges.GoalView.as_view(), name="api-goal"),
    path("gamification/pins", badges.PinsView.as_view(), name="api-pins"),
    path("gamification/points/history", badges.PointsView.as_view(), name="api-points"),
    path("gamification/levels", badges.LevelsView.as_view(), name="api-levels"),
    path("users/<str:username>/badges", badges.BadgesOfPersonView.as_view(), name="api-user-badges"),
]
