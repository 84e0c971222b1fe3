from django.urls import path

from analytics.api import views

urlpatterns = [
    path("analytics/courses/<str:course>/overview", views.OverviewView.as_view(), name="api-analytics-overview"),
    path("analytics/courses/<str:course>/engagement", views.EngagementView.as_view()),
    path("analytics/courses/<str:course>/students", views.StudentsView.as_view()),
    path("analytics/courses/<str:course>/content", views.ContentView.as_view()),
    path("analytics/courses/<str:course>/quiz-performance", views.PerformanceView.as_view()),
    path("analytics/instructor/dashboard", views.DashboardView.as_view(), name="api-analytics-dashboard"),
    path("analytics/cohort/<str:course>", views.CohortView.as_view()),
]
