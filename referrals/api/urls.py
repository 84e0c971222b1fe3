from django.urls import path

from referrals.api import codes, referrals, review

urlpatterns = [
    path("referrals", referrals.ReferralsView.as_view()),
    path("referrals/my-code", codes.MyCodeView.as_view()),
    path("referrals/generate-code", codes.GenerateCodeView.as_view()),
    path("referrals/codes", codes.CodesView.as_view()),
    path("referrals/codes/<int:pk>", codes.CodeView.as_view()),
    path("referrals/enter", referrals.EnterView.as_view()),
    path("referrals/stats", referrals.StatsView.as_view()),
    path("referrals/leaderboard", referrals.BoardView.as_view()),
    path("referrals/queue", review.QueueView.as_view()),
    path("referrals/<int:pk>/release", review.ReleaseView.as_view()),
    path("referrals/<int:pk>/reject", review.RejectView.as_view()),
]
