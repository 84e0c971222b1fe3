"""Finding: the newest texts that hold the words, the best of them first.

How good a hit is, is reckoned here and not by the database, so that PostgreSQL and SQLite answer alike. The rows that
are weighed are limited first, after what the reader may see was applied. At most two queries, and one for each kind on
a page.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from community_platform.core.stems import words
from forum.models.search import SearchEntry, SearchKind
from forum.models.search_words import Match
from forum.selectors.search_filters import resolve
from forum.selectors.search_hits import Found, Hit, load
from forum.selectors.search_language import Query, parse
from forum.selectors.search_snippets import Marker
from forum.selectors.search_titles import titled

HITS_MAX: Final = 400  # twenty pages; who wants more asks more exactly
TITLED_MAX: Final = 200  # of old texts whose titles hold the words
LIKED_AMONG: Final = 2_000  # newest hits that are ordered by likes

TABS: Final = {
    "all": (),
    "topics": (SearchKind.TOPIC,),
    "posts": (SearchKind.POST,),
    "comments": (SearchKind.COMMENT,),
    "courses": (SearchKind.COURSE, SearchKind.LESSON),
    "people": (SearchKind.PERSON,),
}
_WEIGHTS = {SearchKind.COURSE: 8, SearchKind.TOPIC: 5, SearchKind.LESSON: 4, SearchKind.PERSON: 4}
_FRESH = timedelta(days=60)  # after this time half of the bonus for news is left
_COLUMNS = (
    "pk", "kind", "post_id", "comment_id", "course_id", "lesson_id", "person_id", "created_at", "title",
    "post__likes_count", "comment__likes_count", "topic__best_answer",
)  # fmt: skip


@dataclass(slots=True)
class _Candidate:
    """A row that is weighed."""

    pk: int
    found: Found
    created_at: datetime
    title: str
    likes: int
    best_answer: int | None  # of its topic
    is_titled: bool


class Results(Sequence[Hit]):
    """The hits of one search, best first; a slice loads what it shows. `notes` tell what was not understood."""

    def __init__(self, user: Any, query: Query, found: Sequence[Found], notes: Sequence[str]) -> None:
        self._user = user
        self._found = found
        self.query = query
        self.notes = tuple(notes)

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more than can be turned over."""
        return len(self._found) >= HITS_MAX

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, place: Any) -> Any:
        marker = Marker(self.query.phrases, self.query.forms if self.query.beginnings else ())
        if isinstance(place, slice):
            return load(self._user, self._found[place], marker)
        return load(self._user, [self._found[place]], marker)[0]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self[:])


def search(
    user: Any, typed: str, *, tab: str = "all", order: str = "", now: datetime | None = None
) -> Results:
    """Return what `user` may see of what `typed` asks for, in the kinds of one of TABS.

    `order` stands above an operator `order:`.
    """
    query = parse(typed)
    query = replace(query, order=order or query.order)
    filters = resolve(user, query)
    if query.is_empty:
        return Results(user, query, (), filters.notes)
    rows = SearchEntry.objects.visible_to(user).filter(filters.conditions)
    if TABS[tab]:
        rows = rows.filter(kind__in=TABS[tab])
    for phrase in query.excluded:
        rows = rows.exclude(words__matches=Match((phrase,)))
    ordered = _by_relevance if query.order == "relevance" and query.phrases else _by_column
    return Results(user, query, ordered(rows, query, now or timezone.now())[:HITS_MAX], filters.notes)


def _anywhere(query: Query) -> Q:
    if query.match is None:
        return Q()
    if query.in_title:
        return titled(query)
    found = Q(words__matches=query.match)
    return found | Q(title_forms__matches=query.beginnings) if query.beginnings else found


def _by_column(rows: QuerySet[SearchEntry], query: Query, now: datetime) -> list[Found]:
    """Order by time or likes; by likes only the newest are ordered."""
    rows = rows.filter(_anywhere(query))
    if query.order == "oldest":
        return [each.found for each in _candidates(rows.order_by("created_at", "pk"), HITS_MAX)]
    limit = LIKED_AMONG if query.order == "likes" else HITS_MAX
    found = sorted(_candidates(rows.order_by("-created_at", "-pk"), limit), key=_newest_first)
    if query.order == "likes":
        found.sort(key=lambda each: -each.likes)
    return [each.found for each in found]


def _by_relevance(rows: QuerySet[SearchEntry], query: Query, now: datetime) -> list[Found]:
    newest = rows.filter(_anywhere(query)).order_by("-created_at", "-pk")
    in_title = rows.filter(titled(query)).order_by("-created_at", "-pk")
    found = {each.pk: each for each in _candidates(in_title, TITLED_MAX, is_titled=True)}
    if not query.in_title:
        found = {each.pk: each for each in _candidates(newest, HITS_MAX)} | found
    asked = sum(map(len, query.phrases))
    ranked = sorted(found.values(), key=lambda each: (-_score(each, asked, now), *_newest_first(each)))
    return [each.found for each in ranked]


def _candidates(rows: QuerySet[SearchEntry], limit: int, *, is_titled: bool = False) -> list[_Candidate]:
    """Return the first `limit` of `rows`; what they are weighed by is joined to these alone."""
    weighed = SearchEntry.objects.filter(pk__in=rows.values("pk")[:limit]).order_by(*rows.query.order_by)
    found = []
    for row in weighed.values_list(*_COLUMNS, named=True):
        key = row.post_id or row.comment_id or row.course_id or row.lesson_id or row.person_id
        likes = row.post__likes_count or row.comment__likes_count or 0
        best = row.topic__best_answer
        found.append(
            _Candidate(row.pk, Found(row.kind, key), row.created_at, row.title, likes, best, is_titled)
        )
    return found


def _score(each: _Candidate, asked: int, now: datetime) -> float:
    """Weigh a candidate: the title above all, then answers, likes and news. `asked` is the number of words."""
    score = float(_WEIGHTS.get(SearchKind(each.found.kind), 0))
    if each.is_titled:
        score += 60 + 40 * min(1.0, asked / max(1, sum(1 for _ in words(each.title))))
    if each.found == Found(SearchKind.POST, each.best_answer or 0):
        score += 12
    elif each.best_answer is not None and each.found.kind == SearchKind.TOPIC:
        score += 8
    score += min(20.0, 5 * math.log2(1 + each.likes))
    age = max(timedelta(0), now - each.created_at)
    return round(score + 25 * 0.5 ** (age / _FRESH), 6)


def _newest_first(each: _Candidate) -> tuple[float, int]:
    return -each.created_at.timestamp(), -each.pk
