"""Finding by titles: lists that are narrowed by words, suggestions while somebody types, questions like a new one."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from community_platform.core.stems import form, stem, words
from forum.models import SearchEntry, SearchKind
from forum.models.search_words import Match
from forum.selectors.search_hits import Found, Hit, load
from forum.selectors.search_language import CHARS_MIN, QUERY_MAX, TERMS_MAX, Query, parse, telling_stems
from forum.selectors.search_snippets import Marker
from profiles.privacy import unheard_ids

SUGGESTED: Final = {SearchKind.PERSON: 3, SearchKind.COURSE: 3, SearchKind.TOPIC: 5}
SIMILAR_MAX: Final = 5
_WEIGHED = 200  # newest titles that are compared
_ALIKE = 0.5  # share of the words that a similar title holds, at least


def titled(query: Query) -> Q:
    """Return the condition on entries that a title holds the words of `query`, or words that begin so."""
    condition = Q(title_words__matches=query.match) if query.match else Q(pk__in=())
    return condition | Q(title_forms__matches=query.beginnings) if query.beginnings else condition


def topic_titled(typed: str) -> Q:
    """Return the condition on topics that the title holds the words of `typed`."""
    entries = SearchEntry.objects.filter(titled(parse(typed)), kind=SearchKind.TOPIC, topic=OuterRef("pk"))
    return Q(Exists(entries))


def suggest(user: Any, typed: str) -> list[Hit]:
    """Return people, courses and topics whose names hold words that begin like those of `typed`.

    Neither people whom `user` ignores nor their topics: who looks for them finds them on the page of results.
    One query for each kind, and one more for each that is found.
    """
    forms = _forms(typed)
    if sum(map(len, forms)) < CHARS_MIN:
        return []
    begins = Q(title_forms__matches=Match(tuple((word,) for word in forms), prefix=True))
    found: list[Found] = []
    for kind, limit in SUGGESTED.items():
        rows = _heard(user, kind).filter(begins, kind=kind).order_by("-created_at", "-pk")
        key = {SearchKind.PERSON: "person", SearchKind.COURSE: "course"}.get(kind, "post")
        best = sorted(rows.values_list(key, "title")[:_WEIGHED], key=lambda row: _distance(row[1], forms))
        found += [Found(kind, pk) for pk, _title in best[:limit]]
    return load(user, found, Marker(beginnings=forms))


def _heard(user: Any, kind: SearchKind) -> Any:
    """Return the visible entries without people whom `user` ignores or blocks, and without their texts."""
    rows = SearchEntry.objects.visible_to(user)
    if not user.is_authenticated or kind == SearchKind.COURSE:
        return rows
    whose = "person" if kind == SearchKind.PERSON else "author"
    return rows.filter(Q(**{whose: None}) | ~Q(**{f"{whose}__in": unheard_ids(user)}))


def similar(user: Any, title: str) -> list[Hit]:
    """Return topics that seem to ask what `title` asks: solved ones first, then the most alike. Two queries."""
    asked = telling_stems(title)
    if len("".join(asked)) < CHARS_MIN + 1:
        return []
    match = Match(tuple((word,) for word in asked), any_of=True)
    rows = SearchEntry.objects.visible_to(user).filter(title_words__matches=match, kind=SearchKind.TOPIC)
    newest = rows.order_by("-created_at", "-pk").values_list("post", "title", "topic__best_answer")
    alike = [
        (best_answer is None, -share, post)
        for post, held, best_answer in newest[:_WEIGHED]
        if (share := _share(asked, held)) >= _ALIKE
    ]
    alike.sort(key=lambda each: each[:2])  # stable: of equals the newest first
    return load(
        user, [Found(SearchKind.TOPIC, post) for *_, post in alike[:SIMILAR_MAX]], Marker(match.phrases)
    )


def _share(asked: tuple[str, ...], title: str) -> float:
    """Return the part of the words asked for that `title` holds, 0 to 1."""
    held = {stem(word.text) for word in words(title)}
    return sum(word in held for word in asked) / len(asked)


def _forms(typed: str) -> tuple[str, ...]:
    found = dict.fromkeys(form(word.text) for word in words(typed[:QUERY_MAX]))
    return tuple(filter(None, found))[:TERMS_MAX]


def _distance(title: str, forms: tuple[str, ...]) -> int:
    """Return 0 for a title of just these words, 1 for one that begins with them, 2 for others."""
    held = [form(word.text) for word in words(title)]
    if set(held) <= set(forms):
        return 0
    return 1 if held and held[0].startswith(forms[0]) else 2
