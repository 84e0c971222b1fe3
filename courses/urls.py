from django.urls import path

from courses.views import catalogue, lesson

app_name = "courses"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("<slug:slug>/", catalogue.course_detail, name="course-detail"),
    path("<slug:slug>/enroll/", catalogue.course_enroll, name="course-enroll"),
    path("<slug:slug>/<slug:lesson>/", lesson.lesson_detail, name="lesson-detail"),
    path("<slug:slug>/<slug:lesson>/complete/", lesson.lesson_complete, name="lesson-complete"),
    path("<slug:slug>/<slug:lesson>/position/", lesson.lesson_position, name="lesson-position"),
]
