from django.urls import path

from referrals.views import own, review

app_name = "referrals"
urlpatterns = [
    path("referrals/", own.referrals, name="referrals"),
    path("referrals/codes/", own.make_code, name="make-code"),
    path("referrals/codes/<int:pk>/", own.switch_code, name="switch-code"),
    path("referrals/enter/", own.enter, name="enter"),
    path("referrals/forget/", own.forget, name="forget"),
    path("referrals/review/", review.queue, name="review"),
    path("referrals/review/<int:pk>/", review.decide, name="decide"),
]
