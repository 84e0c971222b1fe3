"""People, topics and courses that only the style guide shows: long names, empty values, large numbers."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from analytics.charts.samples import samples

LONG_NAME = "Maximiliana-Alexandrina von Hohenzollern-Sigmaringen"


class SampleForm(forms.Form):
    """Every kind of field; bound to bad input it shows every kind of error."""

    title = forms.CharField(max_length=150, help_text="One sentence that says what you want to know.")
    email = forms.EmailField()
    category = forms.ChoiceField(choices=[("general", "General"), ("help", "Help")])
    about = forms.CharField(widget=forms.Textarea, required=False)
    picture = forms.FileField(required=False)
    level = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "Beginner"), ("b", "Advanced")])
    subscribe = forms.BooleanField(
        required=False, label="Send me answers by mail", help_text="You can stop it any time."
    )


class ComposerForm(forms.Form):
    content = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(
            attrs={
                "placeholder": "Write in Markdown",
                "data-behaviour": "autogrow counter",
                "data-max": 20_000,
            }
        ),
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what templates/styleguide.html shows; no query."""
    people = [
        _person(n, name)
        for n, name in enumerate(["Anna Petrova", "boris", "Chen Wei", "Дарья", "emil", LONG_NAME], 1)
    ]
    bad = SampleForm({"title": "x" * 151, "email": "nobody", "category": "other", "level": ""})
    bad.add_error(None, "This topic was closed while you wrote. Your text is kept below.")
    return {
        "people": people,
        "long_name": LONG_NAME,
        "topics": _topics(people),
        "courses": _courses(people),
        "enrollment": _enrollment(_courses(people)[0], 64),
        "form": SampleForm(auto_id="good_%s"),
        "bad_form": bad,
        "composer": ComposerForm(auto_id="composer_%s"),
        "bad_composer": ComposerForm({"content": ""}, auto_id="refused_%s"),
        "pages": [Paginator(range(200), 10).page(n) for n in (1, 10)],
        "crumbs": [("Forum", "/forum/"), ("Help with a very long category name", "/forum/")],
        "moments": [timezone.now() - timedelta(minutes=m) for m in (0, 5, 130, 3000, 900_000)],
        "numbers": [0, 7, 99, 100, 1234, 48_500, 1_200_000],
        "rarities": ["common", "uncommon", "rare", "epic", "legendary", "mythic"],
        "week": ["done", "done", "frozen", "done", "done", "today", ""],
        "charts": samples(),
    }


def _person(number: int, name: str) -> SimpleNamespace:
    return SimpleNamespace(
        pk=number,
        name=name,
        username=name.split()[0].lower(),
        avatar_url=None,
        get_absolute_url=lambda: "/styleguide/",
    )


def _topics(people: list[SimpleNamespace]) -> list[SimpleNamespace]:
    category = SimpleNamespace(name="Challenges", get_absolute_url=lambda: "/styleguide/")
    tag = SimpleNamespace(name="django", get_absolute_url=lambda: "/styleguide/")
    rows = [
        ("Weekly challenge: build a streak widget", {"is_pinned": True}, (7, 13, 111)),
        ("Не получается сдать тест по модулю 3", {"is_solved": True}, (21, 39, 12_930)),
        ("Why does this loop never end? " * 4, {"is_locked": True}, (0, 0, 0)),
        ("Removed, shown to moderators only", {"is_deleted": True}, (1, 0, 4)),
    ]
    flags = {"is_pinned": False, "is_solved": False, "is_locked": False, "is_deleted": False}
    return [
        SimpleNamespace(
            title=title,
            author=people[number if number < 2 else 5],
            category=category,
            tags=SimpleNamespace(all=[tag] if number == 1 else []),
            replies_count=replies,
            likes_count=likes,
            views_count=views,
            last_post_at=timezone.now() - timedelta(hours=number * 5),
            get_absolute_url=lambda: "/styleguide/",
            **(flags | changed),
        )
        for number, (title, changed, (replies, likes, views)) in enumerate(rows)
    ]


def _courses(people: list[SimpleNamespace]) -> list[SimpleNamespace]:
    rows = [
        (
            "Django in depth",
            "Views, queries and everything in between, with a project that you keep.",
            "code",
            0,
            4.8,
        ),
        (
            "Data analysis with a title that takes two lines",
            "From a messy table to a chart that convinces.",
            "chart-line",
            49,
            4.2,
        ),
        ("Speak Spanish", "Twelve weeks, ten minutes a day.", "languages", 0, None),
    ]
    return [
        SimpleNamespace(
            title=title,
            summary=summary,
            category_id=number,
            category=SimpleNamespace(name=("Programming", "Data", "Languages")[number], icon=icon),
            instructor=people[5 if number == 1 else 0],
            price=price,
            currency="EUR",
            rating=rating,
            students_count=1284,
            lessons_count=1 + number * 20,
            get_level_display="Beginner",
            get_absolute_url=lambda: "/styleguide/",
        )
        for number, (title, summary, icon, price, rating) in enumerate(rows)
    ]


def _enrollment(course: SimpleNamespace, percent: int) -> SimpleNamespace:
    lesson = SimpleNamespace(title="Transactions, and why they end", get_absolute_url=lambda: "/styleguide/")
    return SimpleNamespace(course=course, progress_percent=percent, next_lesson=lesson)
