from django.urls import path

from gamification.views import badges, boards, bugs, points, settings, streak

app_name = "gamification"
urlpatterns = [
    path("streak/", streak.streak, name="streak"),
    path("leaderboards/", boards.leaderboards, name="leaderboards"),
    path("leaderboards/<slug:board>/", boards.leaderboards, name="leaderboard"),
    path("settings/game/", settings.settings_game, name="settings"),
    path("bugs/", bugs.my_bugs, name="bugs"),
    path("bugs/new/", bugs.new_bug, name="bug-new"),
    path("bugs/queue/", bugs.bug_queue, name="bug-queue"),
    path("bugs/<int:pk>/decide/", bugs.decide_bug, name="bug-decide"),
    path("badges/", badges.badges, name="badges"),
    path("badges/pins/", badges.pins, name="pins"),
    path("badges/seen/", badges.seen, name="seen"),
    path("badges/<slug:slug>/goal/", badges.goal, name="goal"),
    path("badges/<slug:slug>/", badges.badge, name="badge"),
    path("points/", points.points, name="points"),
    path("levels/", points.levels, name="levels"),
]
