from django.urls import path

from courses.views import catalogue, feedback, lesson, money, orders, quiz, reviews

app_name = "courses"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/coupons/", money.coupon_list, name="coupons"),
    path("orders/coupons/<int:pk>/", money.coupon_switch, name="coupon-switch"),
    path("orders/<uuid:number>/", orders.order, name="order"),
    path("orders/<uuid:number>/cancel/", orders.order_cancel, name="order-cancel"),
    path("orders/<uuid:number>/pay/", orders.simulated_payment, name="simulated-payment"),
    path("orders/<uuid:number>/refund/", money.order_refund, name="order-refund"),
    path("<slug:slug>/", catalogue.course_detail, name="course-detail"),
    path("<slug:slug>/checkout/", orders.checkout, name="checkout"),
    path("<slug:slug>/enroll/", catalogue.course_enroll, name="course-enroll"),
    path("<slug:slug>/leave/", catalogue.course_leave, name="course-leave"),
    path("<slug:slug>/reviews/", reviews.review_list, name="reviews"),
    path("<slug:slug>/reviews/<int:pk>/", reviews.review, name="review"),
    path("<slug:slug>/reviews/<int:pk>/edit/", reviews.review_edit, name="review-edit"),
    path("<slug:slug>/reviews/<int:pk>/delete/", reviews.review_delete, name="review-delete"),
    path("<slug:slug>/reviews/<int:pk>/reply/", reviews.review_reply, name="review-reply"),
    path("<slug:slug>/feedback/", feedback.course_feedback, name="feedback"),
    path("<slug:slug>/feedback/<int:pk>/", feedback.feedback_resolve, name="feedback-resolve"),
    path("<slug:slug>/<slug:lesson>/", lesson.lesson_detail, name="lesson-detail"),
    path("<slug:slug>/<slug:lesson>/complete/", lesson.lesson_complete, name="lesson-complete"),
    path("<slug:slug>/<slug:lesson>/progress/", lesson.lesson_progress, name="lesson-progress"),
    path("<slug:slug>/<slug:lesson>/feedback/", feedback.lesson_feedback, name="lesson-feedback"),
    path("<slug:slug>/<slug:lesson>/attempts/", quiz.attempt_start, name="attempt-start"),
    path("<slug:slug>/<slug:lesson>/attempts/<int:number>/", quiz.attempt, name="attempt"),
    path("<slug:slug>/<slug:lesson>/attempts/<int:number>/save/", quiz.attempt_save, name="attempt-save"),
]
