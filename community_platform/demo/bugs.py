"""What people of the demo school reported as broken, and what a moderator said."""

from datetime import timedelta

from community_platform.demo.seeding import Seeding
from gamification.models import BugReport
from gamification.services.bugs import decide_bug, report_bug

REPORTS = [  # who, days ago, title, story, page, decision, answer
    (
        "chen", 19, "The subtitles cover the formula", "In full screen the subtitles lie over the last line of the "
        "formula, from the second minute on. Firefox 140 on a laptop.", "/courses/", "confirmed",
        "Thank you, they stand lower now.",
    ),
    (
        "boris", 6, "Печать вопроса обрезает код", "Если распечатать тему с длинной строкой кода, правая часть строки "
        "не попадает на лист.", "/forum/", "confirmed", "",
    ),
    (
        "chen", 2, "Search forgets what I typed", "I search, open a hit, go back, and the field is empty again. I "
        "expected my words to stand there still.", "/forum/search/", "", "",
    ),
]  # fmt: skip


def make(run: Seeding) -> None:
    """Let them report by the service, then date the reports."""
    for name, ago, title, story, page, decision, answer in REPORTS:
        report = report_bug(actor=run.people[name], title=title, description=story, page=page)
        if decision:
            decide_bug(actor=run.people["maxim"], report=report, state=decision, answer=answer)
        at = run.now - timedelta(days=ago)
        decided_at = at + timedelta(hours=20) if decision else None
        BugReport.objects.filter(pk=report.pk).update(created_at=at, decided_at=decided_at)
