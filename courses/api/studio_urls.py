from django.urls import path

from courses.api import studio, studio_parts

urlpatterns = [
    path("courses", studio.StudioCoursesView.as_view()),
    path("courses/<str:course>", studio.StudioCourseView.as_view()),
    path("courses/<str:course>/publish", studio.PublishView.as_view()),
    path("courses/<str:course>/unpublish", studio.UnpublishView.as_view()),
    path("courses/<str:course>/archive", studio.ArchiveView.as_view()),
    path("courses/<str:course>/duplicate", studio.DuplicateView.as_view()),
    path("courses/<str:course>/cover", studio.CoverView.as_view()),
    path("courses/<str:course>/sections", studio.SectionsView.as_view()),
    path("courses/<str:course>/files", studio_parts.FilesView.as_view()),
    path("courses/<str:course>/staff", studio_parts.StaffView.as_view()),
    path("courses/<str:course>/staff/<int:user>", studio_parts.StaffMemberView.as_view()),
    path("courses/<str:course>/export", studio_parts.ExportView.as_view()),
    path("imports", studio_parts.ImportsView.as_view()),
    path("sections/<int:section>", studio.SectionView.as_view()),
    path("sections/<int:section>/place", studio.SectionPlaceView.as_view()),
    path("sections/<int:section>/lessons", studio.SectionLessonsView.as_view()),
    path("lessons/<int:lesson>", studio.StudioLessonView.as_view()),
    path("lessons/<int:lesson>/place", studio.LessonPlaceView.as_view()),
    path("quizzes/<int:quiz>", studio_parts.StudioQuizView.as_view()),
    path("quizzes/<int:quiz>/questions", studio_parts.QuestionsView.as_view()),
    path("questions/<int:question>", studio_parts.QuestionView.as_view()),
    path("questions/<int:question>/place", studio_parts.QuestionPlaceView.as_view()),
    path("files/<int:file>", studio_parts.FileView.as_view()),
]
