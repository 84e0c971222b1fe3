from django.urls import path

from gamification.views import streak

app_name = "gamification"
urlpatterns = [path("streak/", streak.streak, name="streak")]
