from django.urls import path

from analytics.views import courses, exports, own, success

app_name = "analytics"
urlpatterns = [
    path("analytics/", courses.home, name="home"),
    path("analytics/success/", success.success, name="success"),
    path("analytics/courses/<slug:slug>/", courses.course, name="course"),
    path("analytics/courses/<slug:slug>/message/", courses.message, name="message"),
    path("analytics/courses/<slug:slug>/people/<slug:code>/", courses.people, name="people"),
    path("analytics/courses/<slug:slug>/export/<slug:table>.<slug:format>", exports.export, name="export"),
    path("analytics/courses/<slug:slug>/<slug:page>/", courses.course, name="course"),
    path("me/learning/", own.learning, name="learning"),
    path("survey/", own.survey, name="survey"),
    path("survey/card/", own.survey_card, name="survey-card"),
]
