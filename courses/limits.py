"""Numbers and reserved words shared by forms, serializers and services."""

from datetime import timedelta
from typing import Final

from community_platform.core.ratelimits import Limit

TITLE_MAX: Final = 120
SUMMARY_MAX: Final = 240
SLUG_MAX: Final = 80
QUERY_MAX: Final = 100
QUERY_WORDS: Final = 6  # words of a search beyond these are ignored
CATALOGUE_PAGE: Final = 12
LESSON_SECONDS_MAX: Final = 86_400
PRICE_MAX: Final = 9_999_999
# Last pieces of addresses under /courses/ and /courses/<slug>/ that are pages of their own.
COURSE_SLUGS_TAKEN: Final = frozenset({"new", "mine", "search", "files", "studio", "orders"})
LESSON_SLUGS_TAKEN: Final = frozenset(
    {"enroll", "leave", "reviews", "feedback", "edit", "order", "checkout", "certificate", "comments"}
)

# Progress.
COVERAGE_PERCENT: Final = 95  # of a video's seconds, each counted once, completes it
READING_SECONDS: Final = 5  # an article is on screen before it can be done
READ_REPORT_MAX: Final = 120  # seconds of reading taken from one report
RATE_MAX: Final = 2.0  # faster is not watching
CLAIMED_RATE_MAX: Final = 16.0  # what browsers can play at all
SPANS_MAX: Final = 100  # of one report
SPAN_AGE_MAX: Final = 86_400.0  # seconds: a day without a connection
SAME_VISIT: Final = timedelta(minutes=5)  # opening the same lesson again is no news
FIRST_REPORT: Final = timedelta(seconds=30)  # what a first report about a lesson never opened may be about

# Quizzes.
QUESTIONS_MAX: Final = 200
CHOICES_MIN, CHOICES_MAX = 2, 12
CHOICE_TEXT_MAX: Final = 500
QUESTION_MAX: Final = 5_000
ACCEPTED_MAX: Final = 20  # spellings of a text question
ANSWER_MAX: Final = 500
NUMBER_DIGITS: Final = 15  # before the point
POINTS_MAX: Final = 100
TIME_LIMIT_MIN, TIME_LIMIT_MAX = 10, 86_400  # seconds
ATTEMPTS_MAX: Final = 1_000
DEADLINE_GRACE: Final = timedelta(seconds=5)  # for what is on its way when the time is over
OVERDUE_BATCH: Final = 500

# The studio.
MEGABYTE: Final = 1024 * 1024
COVER, COVER_SMALL = (1280, 720), (640, 360)
PICTURE_SIDE: Final = 2_000  # pixels of a picture in a lesson
CLEAN_BYTES: Final = 4 * MEGABYTE
VIDEO_BYTES: Final = 100 * MEGABYTE
FILE_BYTES: Final = 20 * MEGABYTE
TEXT_BYTES: Final = MEGABYTE  # captions, plain text
FILES_BYTES: Final = 2 * 1024 * MEGABYTE  # of a course
FILES_MAX: Final = 1_000
FILE_RATES: Final = (Limit("course-file", 60, 60), Limit("course-file-day", 1_000, 86_400))
OBJECTIVES_MAX: Final = 2_000
SECTIONS_MAX: Final = 200
LESSONS_MAX: Final = 1_000
STAFF_MAX: Final = 50

# Archives that become courses.
IMPORT_BYTES: Final = 100 * MEGABYTE  # packed
IMPORT_UNPACKED: Final = 400 * MEGABYTE
IMPORT_FILES: Final = 3_000
IMPORT_RATIO: Final = 150  # unpacked to packed; above, it is a bomb
IMPORT_TEXT: Final = 2 * MEGABYTE  # of one text, page or question
IMPORT_RATES: Final = (Limit("course-import", 20, 3_600),)

# Reviews and feedback.
REVIEW_MAX: Final = 4_000
REVIEW_PROGRESS: Final = 20  # percent of the course before one may judge it
REVIEWS_SHOWN, REVIEWS_PAGE = 3, 10  # on the course's page, on a page of their own
FEEDBACK_TEXT_MAX: Final = 500
FEEDBACK_MARKS_MAX: Final = 50  # of one person in one lesson
FEEDBACK_PAGE: Final = 50

# Certificates.
REVOKE_REASON_MAX: Final = 200
CREDENTIAL_MAX: Final = 100_000  # characters of a credential that somebody has checked

# Orders and coupons.
ORDER_LIFE: Final = timedelta(hours=1)  # an order that nobody pays holds its coupon for so long
ORDERS_PAGE: Final = 20
COUPON_USES_MAX: Final = 1_000_000
REFUND_REASON_MAX: Final = 200

# Reports of other systems.
INGEST_MAX: Final = 1_000  # events of one batch
INGEST_EARLY: Final = timedelta(minutes=5)  # clocks of others may be so much ahead
TOLD_AT_ONCE: Final = 50  # facts that one batch tells the other apps by itself; more go by the queue,
TOLD_BY_A_TASK: Final = 100  # so many a task
REPORTED_RATE_MIN: Final = 0.25  # slower is not watching
STATEMENTS_PAGE: Final = 200  # of an xAPI list, unless asked for fewer
