"""Numbers and reserved words shared by forms, serializers and services."""

from typing import Final

TITLE_MAX: Final = 120
SUMMARY_MAX: Final = 240
SLUG_MAX: Final = 80
QUERY_MAX: Final = 100
QUERY_WORDS: Final = 6  # words of a search beyond these are ignored
CATALOGUE_PAGE: Final = 12
LESSON_SECONDS_MAX: Final = 86_400
PRICE_MAX: Final = 9_999_999
# Last pieces of addresses under /courses/ and /courses/<slug>/ that are pages of their own.
COURSE_SLUGS_TAKEN: Final = frozenset({"new", "mine", "search"})
LESSON_SLUGS_TAKEN: Final = frozenset({"enroll", "leave", "reviews", "edit", "order", "certificate", "comments"})
