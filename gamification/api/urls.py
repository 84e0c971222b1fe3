from django.urls import path

from gamification.api import streak

urlpatterns = [
    path("streak", streak.StreakView.as_view()),
    path("streak/calendar", streak.StreakCalendarView.as_view()),
]
