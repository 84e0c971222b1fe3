from django.urls import path

from courses.api import views

urlpatterns = [
    path("courses", views.CoursesView.as_view()),
    path("courses/<str:course>", views.CourseView.as_view()),
    path("courses/<str:course>/enroll", views.EnrollView.as_view()),
    path("lessons/<int:lesson>", views.LessonView.as_view()),
    path("lessons/<int:lesson>/progress", views.LessonProgressView.as_view()),
    path("lessons/<int:lesson>/complete", views.LessonCompleteView.as_view()),
]
