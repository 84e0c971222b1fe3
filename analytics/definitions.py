"""What every number means, once: for pages, the API, exports and the help."""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

Accuracy = Literal["transactional", "behavioural"]
PUBLIC_MINIMUM = 10  # people, where figures are shown beyond one's own students


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric. Its ratio is `numerator` / `denominator`, the first among the second; both empty for a count.

    A transactional figure counts rows that were agreed on (enrolments, marks, money), a behavioural one what browsers
    reported. Groups smaller than `minimum` are not shown.
    """

    id: str
    title: Any
    formula: Any
    numerator: Any = ""
    denominator: Any = ""
    accuracy: Accuracy = "transactional"
    minimum: int = 1


def ratio(numerator: int, denominator: int) -> float | None:
    """Return a share of 0..1; None of nothing. What exceeds its whole is a mistake of the caller."""
    if not denominator:
        return None
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} is not among {denominator}")
    return numerator / denominator


def percent(numerator: int, denominator: int) -> float | None:
    """Return 0-100 with two places; None of nothing."""
    share = ratio(numerator, denominator)
    return None if share is None else round(100 * share, 2)


def suppressed(counts: dict[str, int], minimum: int = PUBLIC_MINIMUM) -> dict[str, int | None]:
    """Return `counts` of one whole without small cells: None hides a number of 1 up to `minimum` - 1.

    Where a single cell would be hidden, the next larger one goes too: the total gives nothing away.
    """
    small = {name for name, count in counts.items() if 0 < count < minimum}
    if small and sum(counts[name] for name in small) < minimum:
        rest = sorted((count, name) for name, count in counts.items() if name not in small and count)
        small |= {name for _count, name in rest[:1]}
    return {name: None if name in small else count for name, count in counts.items()}


_ENROLLED = _("students who enrolled by then and were not refunded")
_ALL = (
    Definition("students", _("Students"), _("People enrolled now; the staff of the course is left out.")),
    Definition("enrollments", _("Enrolments"), _("People who enrolled on these days.")),
    Definition(
        "active_students", _("Active students"),
        _(
            "Different people who opened a lesson, watched, answered a quiz, finished a lesson, wrote or rated on that"
            " day. Enrolling, paying and signing in do not count."
        ),
        accuracy="behavioural",
    ),
    Definition(
        "wau", _("Active in 7 days"), _("Different people who learned on any of the 7 days ending that day."),
        accuracy="behavioural",
    ),
    Definition(
        "mau", _("Active in 30 days"), _("Different people who learned on any of the 30 days ending that day."),
        accuracy="behavioural",
    ),
    Definition("completions", _("Completions"), _("Students who finished the last required lesson on these days.")),
    Definition(
        "completion_rate", _("Completion rate"), _("Of all who enrolled by that day, how many had completed by then."),
        _("students who completed"), _ENROLLED,
    ),
    Definition(
        "starters_rate", _("Completion rate of starters"),
        _("Of all who learned at least once, how many have completed."),
        _("students who completed"), _("students who opened a lesson or more"),
    ),
    Definition(
        "mature_rate", _("Completion rate of mature starters"),
        _("As of starters, among those who enrolled at least as long ago as the course takes."),
        _("students who completed"), _("students who began long enough ago"),
    ),
    Definition(
        "total_watch_time_minutes", _("Watch time"), _("Minutes of video that were played, whatever the speed."),
        accuracy="behavioural",
    ),
    Definition(
        "average_watch_time_minutes", _("Watch time per viewer"),
        _("Minutes of video played, divided by the people who watched."),
        _("minutes of video"), _("people who watched on that day"), "behavioural",
    ),
    Definition("comments_count", _("Comments"), _("Comments of students on the course and its lessons.")),
    Definition("questions_count", _("Questions"), _("Questions of students in the forum about the course.")),
    Definition("likes_count", _("Likes"), _("Likes on comments and posts about the course.")),
    Definition(
        "average_quiz_score", _("Mean quiz score"), _("The mean result of all attempts that were handed in that day."),
        _("sum of results"), _("attempts"),
    ),
    Definition("quiz_attempts", _("Quiz attempts"), _("Attempts that were handed in.")),
    Definition("revenue", _("Revenue"), _("Payments less refunds, each on its own day, in the course's currency.")),
    Definition(
        "conversion", _("Orders that were paid"), _("Of the orders opened on these days, how many were paid."),
        _("paid orders"), _("orders opened"),
    ),
    Definition(
        "refund_rate", _("Refund rate"), _("Of the orders paid on these days, how many were refunded since."),
        _("refunded orders"), _("paid orders"),
    ),
    Definition("rating", _("Rating"), _("The mean of the reviews that count, 1 to 5.")),
    Definition(
        "drop_off", _("Left here"),
        _(
            "Students whose furthest lesson is this one, who have not completed and did nothing for 14 days, of all who"
            " came this far. Who is still on the way is counted apart."
        ),
        _("students who left"), _("students who reached the lesson"), "behavioural",
    ),
    Definition(
        "lesson_completion", _("Lesson completion"), _("Of those who opened the lesson, how many finished it."),
        _("students who finished"), _("students who opened it"),
    ),
    Definition(
        "funnel", _("Funnel"),
        _("Students who enrolled on these days, by the steps they took in this order; none without those before it."),
        _("students at this step"), _("students who enrolled"),
    ),
    Definition(
        "replays", _("Replays"),
        _("For each five seconds of a video: how often they were played, less the number of people who played them."),
        accuracy="behavioural",
    ),
    Definition(
        "engagement_score", _("Engagement score"),
        _(
            "Activity from 0 to 100, not quality of learning: keeping up with the plan (30), active days (25), quiz"
            " results (25), comments and questions (10), how recent (10). Parts that do not apply are left out."
        ),
        accuracy="behavioural",
    ),
    Definition(
        "estimated_completion_date", _("Estimated completion"),
        _(
            "The content that is left, divided by the pace of the last weeks, younger days counting more. Nothing is"
            " estimated after 21 days without learning or below a minute a day."
        ),
        accuracy="behavioural",
    ),
    Definition(
        "at_risk", _("At risk"),
        _("Not completed, and: no learning for 7 days, less than half of the plan, or quiz results below 50 %."),
        accuracy="behavioural",
    ),
    Definition(
        "facility", _("Facility"), _("The mean mark in first attempts, as a share of the highest mark."),
        _("marks given"), _("marks possible"),
    ),
    Definition(
        "discrimination", _("Discrimination"),
        _(
            "The correlation between the mark for this question and the result in the rest of the quiz, in first"
            " attempts. Below 0 the key may be wrong. Judged from 20 attempts."
        ),
        minimum=20,
    ),
    Definition(
        "retention", _("Retention"),
        _("Of those who enrolled in the same week or month, how many learned in the weeks or months after."),
        _("students who learned in that period"), _("students of the cohort"), "behavioural",
    ),
)  # fmt: skip

REGISTRY: dict[str, Definition] = {definition.id: definition for definition in _ALL}


def get(id: str) -> Definition:
    """Return a definition. Raises: KeyError."""
    return REGISTRY[id]
