"""`check_consistency`: does everything derived agree with its source? Exit 1 and a table when not."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community_platform.core import consistency
from community_platform.core.consistency import Result


class Command(BaseCommand):
    help = "Recomputes everything derived from its source and names what disagrees."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend counters; alarms are for people")
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        results = consistency.check(repair=options["repair"])
        self.stdout.write(_document(results) if options["json"] else _table(results))
        broken = sum(bool(result.violations) for result in results)
        if broken:
            raise CommandError(f"{broken} of {len(results)} invariants do not hold", returncode=1)


def _document(results: list[Result]) -> str:
    rows = [
        {
            "id": result.invariant.id,
            "title": result.invariant.title,
            "kind": result.invariant.kind,
            "violations": len(result.violations),
            "repaired": result.repaired,
            "milliseconds": round(result.milliseconds, 1),
            "examples": [{"pk": v.pk, "stored": v.stored, "actual": v.actual} for v in result.examples],
        }
        for result in results
    ]
    return json.dumps(
        {"ok": not any(row["violations"] for row in rows), "invariants": rows}, default=str, indent=2
    )


def _table(results: list[Result]) -> str:
    """One line per invariant that is broken or was mended, then a summary."""
    lines = []
    for result in results:
        if result.violations or result.repaired:
            shown = ", ".join(f"{v.pk}: {v.stored} ≠ {v.actual}" for v in result.examples)
            state = f"{len(result.violations)} broken, {result.repaired} mended"
            lines.append(f"{result.invariant.id:<32} {result.invariant.kind:<8} {state:<26} {shown}")
    total = sum(result.milliseconds for result in results)
    held = sum(not result.violations for result in results)
    lines.append(f"{held} of {len(results)} invariants hold ({total:.0f} ms)")
    return "\n".join(lines)
