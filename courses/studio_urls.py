from django.urls import path

from courses.views import files
from courses.views.studio import belongings, courses, lessons, quizzes, transfer

app_name = "studio"
urlpatterns = [
    path("studio/", courses.course_list, name="list"),
    path("studio/new/", courses.course_new, name="course-new"),
    path("studio/import/", transfer.course_import, name="import"),
    path("studio/courses/<slug:slug>/", courses.course, name="course"),
    path("studio/courses/<slug:slug>/edit/", courses.course_edit, name="course-edit"),
    path("studio/courses/<slug:slug>/publish/", courses.course_publish, name="course-publish"),
    path("studio/courses/<slug:slug>/unpublish/", courses.course_unpublish, name="course-unpublish"),
    path("studio/courses/<slug:slug>/archive/", courses.course_archive, name="course-archive"),
    path("studio/courses/<slug:slug>/duplicate/", courses.course_duplicate, name="course-duplicate"),
    path("studio/courses/<slug:slug>/preview/", courses.course_preview, name="course-preview"),
    path("studio/courses/<slug:slug>/export/", transfer.course_export, name="export"),
    path("studio/courses/<slug:slug>/imported/", transfer.imported, name="imported"),
    path("studio/courses/<slug:slug>/sections/", lessons.section_add, name="section-add"),
    path("studio/courses/<slug:slug>/files/", belongings.file_list, name="files"),
    path("studio/courses/<slug:slug>/staff/", belongings.staff_list, name="staff"),
    path("studio/courses/<slug:slug>/staff/<int:user>/remove/", belongings.staff_remove, name="staff-remove"),
    path("studio/sections/<int:pk>/", lessons.section_rename, name="section"),
    path("studio/sections/<int:pk>/place/", lessons.section_place, name="section-place"),
    path("studio/sections/<int:pk>/delete/", lessons.section_delete, name="section-delete"),
    path("studio/sections/<int:pk>/lessons/new/", lessons.lesson_new, name="lesson-new"),
    path("studio/lessons/<int:pk>/", lessons.lesson, name="lesson"),
    path("studio/lessons/<int:pk>/place/", lessons.lesson_place, name="lesson-place"),
    path("studio/lessons/<int:pk>/delete/", lessons.lesson_delete, name="lesson-delete"),
    path("studio/quizzes/<int:pk>/", quizzes.quiz, name="quiz"),
    path("studio/quizzes/<int:pk>/preview/", quizzes.quiz_preview, name="quiz-preview"),
    path("studio/quizzes/<int:pk>/questions/new/", quizzes.question_new, name="question-new"),
    path("studio/questions/<int:pk>/", quizzes.question, name="question"),
    path("studio/questions/<int:pk>/place/", quizzes.question_place, name="question-place"),
    path("studio/questions/<int:pk>/delete/", quizzes.question_delete, name="question-delete"),
    path("studio/files/<int:pk>/delete/", belongings.file_delete, name="file-delete"),
    path("course-files/<slug:key>/<str:name>", files.course_file, name="file"),
]
