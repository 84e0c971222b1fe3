"""What people type into a search box, taken apart. Nothing typed is an error: at worst it is words.

`"phrase" -term in:title author: tag: category: course: is: has: before: after: order:`, each may be negated by `-`.
An operator that does not exist is words; a value that means nothing leaves a note.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from community_platform.core.stems import form, stem, words
from forum.models.search_words import Match

QUERY_MAX = 200  # characters; the rest is not read
TERMS_MAX = 10
CHARS_MIN = 2
PREFIX_MIN = 3  # letters that may be the beginning of a word in a title

NAMED: Final = ("author", "tag", "category", "course", "before", "after")
CHOICES: Final = {
    "in": ("title",),
    "is": ("solved", "unanswered", "unread", "mine"),
    "has": ("code",),
    "order": ("relevance", "latest", "oldest", "likes"),
}
_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<name>[a-z]+):)?
        (?: "(?P<straight>[^"]*)" | «(?P<russian>[^»]*)» | “(?P<curly>[^”]*)” | (?P<bare>\S+) )""",
    re.VERBOSE | re.IGNORECASE,
)
# Words that every text holds. They are left out where others remain, so that a whole question can be asked.
_STOP_WORDS: Final = frozenset(
    form(word)
    for word in """
    a an and are as at be by can do does for from how i in is it my of on or that the this to was what when where which
    who why will with you
    а без бы был в во вот где да для до ее если есть еще же за и из или их как ко когда кто ли меня мне мой мы на не
    ни но о об он она они от по под при с со так то у уже чем что чтобы эта это этот я
    """.split()
)
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """One `name:value` that exists."""

    name: str
    value: str
    is_negated: bool = False


@dataclass(slots=True)
class _Parts:
    """What has been read so far."""

    quoted: list[Phrase] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)  # what stood between spaces
    excluded: list[Phrase] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Query:
    """A parsed search. `phrases` are stems that must all be there, `forms` the plain words as they were written."""

    text: str
    phrases: tuple[Phrase, ...] = ()
    forms: tuple[str, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    operators: tuple[Operator, ...] = ()
    order: str = "relevance"
    in_title: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for: then nothing is found."""
        return not self.phrases and not any(not operator.is_negated for operator in self.operators)

    @property
    def match(self) -> Match | None:
        return Match(self.phrases) if self.phrases else None

    @cached_property
    def beginnings(self) -> Match | None:
        """What a title holds when each word is the beginning of one of its words; None where that is too little."""
        usable = (
            self.forms and len(self.forms) == len(self.phrases) and min(map(len, self.forms)) >= PREFIX_MIN
        )
        return Match(tuple((word,) for word in self.forms), prefix=True) if usable else None


def parse(typed: str) -> Query:
    """Read what was typed."""
    text = " ".join(typed[:QUERY_MAX].split())
    parts = _Parts()
    for token in _TOKEN.finditer(text):
        _read(token, parts)
    plain = _without_stop_words(parts.plain, keep=not parts.quoted)
    phrases = [*parts.quoted, *filter(None, (stems(word) for word in plain))]
    if len(phrases) > TERMS_MAX:
        parts.notes.append(_("Only the first %(n)d words count.") % {"n": TERMS_MAX})
    phrases = list(dict.fromkeys(phrases[:TERMS_MAX]))
    if phrases and sum(len(word) for phrase in phrases for word in phrase) < CHARS_MIN:
        parts.notes.append(_("Type at least two letters."))
        phrases = []
    # Where a word is many words ("node.js"), or was left out, beginnings would mean something else.
    forms = [form(word.text) for each in plain for word in words(each)]
    return Query(
        text=text,
        phrases=tuple(phrases),
        forms=tuple(dict.fromkeys(forms)) if not parts.quoted else (),
        excluded=tuple(parts.excluded[:TERMS_MAX]),
        operators=tuple(operator for operator in parts.operators if operator.name not in {"order", "in"}),
        order=next((o.value for o in reversed(parts.operators) if o.name == "order"), "relevance"),
        in_title=any(o.name == "in" and not o.is_negated for o in parts.operators),
        notes=tuple(parts.notes),
    )


def stems(text: str) -> Phrase:
    """Return the stems of `text` in their order."""
    return tuple(filter(None, (stem(word.text) for word in words(text))))


def telling_stems(text: str) -> tuple[str, ...]:
    """Return the different stems of `text` that say what it is about."""
    telling = (word.text for word in words(text) if form(word.text) not in _STOP_WORDS)
    return tuple(dict.fromkeys(filter(None, map(stem, telling))))[:TERMS_MAX]


def _read(token: re.Match[str], parts: _Parts) -> None:
    name, is_negated = (token["name"] or "").lower(), bool(token["minus"])
    quoted = next((token[kind] for kind in ("straight", "russian", "curly") if token[kind] is not None), None)
    value = token["bare"] if quoted is None else quoted
    if name in CHOICES:
        if value.lower() in CHOICES[name]:
            parts.operators.append(Operator(name, value.lower(), is_negated))
        else:
            known = ", ".join(CHOICES[name])
            parts.notes.append(
                _("“%(operator)s:” takes one of: %(values)s.") % {"operator": name, "values": known}
            )
    elif name in NAMED:
        parts.operators.append(Operator(name, value.strip(), is_negated))
    elif is_negated:
        parts.excluded.extend(filter(None, [stems(token.group()[1:])]))
    elif quoted is not None and not name:
        parts.quoted.extend(filter(None, [stems(quoted)]))
    else:
        parts.plain.append(token.group())


def _without_stop_words(plain: Iterable[str], *, keep: bool) -> list[str]:
    """Leave out words that every text holds, unless (with `keep`) nothing would be left."""
    said = list(plain)
    telling = [word for word in said if form(word) not in _STOP_WORDS]
    return telling or (said if keep else [])
