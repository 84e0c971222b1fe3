"""Problems of Open edX as questions: one choice, several, a word, a number. Others cannot be asked here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element, tostring

from django.utils.translation import gettext as _

from courses import limits
from courses.services.quizzes import Draft

RESPONSES = {"multiplechoiceresponse", "choiceresponse", "numericalresponse", "stringresponse", "optionresponse"}
_HINTS = {"choicehint", "compoundhint", "correcthint", "stringequalhint", "optionhint", "demandhint", "hintgroup"}
_INPUTS = {"choicegroup", "checkboxgroup", "textline", "formulaequationinput", "optioninput", "responseparam"}
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_RANGE = re.compile(r"([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])")
Lost = Callable[[str], None]
ToMarkdown = Callable[[str], str]


@dataclass(slots=True)
class _Piece:
    """What stands before a response, and the response."""

    text: str
    response: Element


def questions_of(problem: Element, to_markdown: ToMarkdown, lost: Lost) -> list[Draft]:
    """Return the questions in a `<problem>`; `lost` is told why one is left out."""
    script = problem.find(".//script")
    source = "".join(problem.itertext())
    if script is not None and re.search(r"\$\{?\w", source):
        lost(_("it draws random numbers by a script"))
        return []
    kinds = [child.tag for child in problem.iter() if str(child.tag).endswith("response")]
    for kind in sorted({str(kind) for kind in kinds} - RESPONSES):
        lost(_("questions of the kind “%(kind)s” cannot be asked here") % {"kind": kind})
    why = "\n\n".join(to_markdown(inside(part)) for part in problem.iter("solution")).strip()
    points = _points(problem.get("weight"))
    drafts = []
    for piece in _pieces(problem, to_markdown):
        fields = _answer(piece.response, to_markdown, lost)
        if fields is not None:
            text = piece.text or problem.get("display_name") or _("Choose")
            drafts.append(Draft(text=text[: limits.QUESTION_MAX], points=points, explanation=why, **fields))
    if not drafts and not kinds:
        lost(_("there is no question in it"))
    return drafts


def _pieces(problem: Element, to_markdown: ToMarkdown) -> list[_Piece]:
    """Cut the problem at its responses: what stands before one, and the words inside it, ask it."""
    pieces: list[_Piece] = []
    before: list[str] = []

    def walk(element: Element) -> None:
        for child in element:
            tag = str(child.tag)
            if tag in RESPONSES:
                words = [*before, *_asked_inside(child)]
                pieces.append(_Piece("\n\n".join(filter(None, map(to_markdown, words))).strip(), child))
                before.clear()
            elif tag.endswith("response"):
                before.clear()
            elif any(str(deep.tag).endswith("response") for deep in child.iter()):
                walk(child)
            elif tag not in _HINTS | {"solution", "script"}:
                before.append(_outside(child))

    walk(problem)
    return pieces


def _asked_inside(response: Element) -> list[str]:
    skipped = _INPUTS | _HINTS | {"solution", "additional_answer", "correct_answer"}
    return [_outside(child) for child in response if str(child.tag) not in skipped]


def _answer(response: Element, to_markdown: ToMarkdown, lost: Lost) -> dict[str, Any] | None:
    tag = str(response.tag)
    if tag == "multiplechoiceresponse":
        return _choices(response, "single", lost)
    if tag == "choiceresponse":
        return _choices(response, "multiple", lost)
    if tag == "optionresponse":
        return _options(response, lost)
    if tag == "stringresponse":
        return _string(response, lost)
    return _number(response, lost)


def _choices(response: Element, kind: str, lost: Lost) -> dict[str, Any]:
    choices = []
    for choice in response.iter("choice"):
        if choice.find(".//img") is not None:
            lost(_("pictures in answers are left out"))
        choices.append((_words(choice), choice.get("correct", "").lower() == "true"))
    right = sum(is_right for _text, is_right in choices)
    return {"kind": "multiple" if right > 1 else kind, "choices": choices}


def _options(response: Element, lost: Lost) -> dict[str, Any] | None:
    box = response.find(".//optioninput")
    if box is None:
        lost(_("a list without options"))
        return None
    written = box.findall("option")
    if written:
        choices = [(_words(one), one.get("correct", "").lower() == "true") for one in written]
    else:
        offered = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", box.get("options", ""))
        texts = [one or other for one, other in offered]
        choices = [(text, text == box.get("correct")) for text in texts]
    return {"kind": "single", "choices": choices}


def _string(response: Element, lost: Lost) -> dict[str, Any] | None:
    if "regexp" in (response.get("type") or ""):
        lost(_("an answer held against a pattern"))
        return None
    accepted = [response.get("answer", "")]
    accepted += [other.get("answer") or "".join(other.itertext()) for other in response.iter("additional_answer")]
    return {"kind": "text", "accepted": [word.strip() for word in accepted if word.strip()]}


def _number(response: Element, lost: Lost) -> dict[str, Any] | None:
    written = (response.get("answer") or "").strip()
    if response.find("additional_answer") is not None:
        lost(_("further right numbers are left out"))
    span = _RANGE.fullmatch(written)
    if span:
        low, high = _decimal(span[2]), _decimal(span[3])
        if low is None or high is None or low > high:
            lost(_("the answer %(answer)s is no number") % {"answer": written[:40]})
            return None
        if "(" in span[1] or ")" in span[4]:
            lost(_("the ends of a range count as right"))
        return {"kind": "number", "number": (low + high) / 2, "tolerance": (high - low) / 2}
    number = _decimal(written)
    if number is None:
        lost(_("the answer %(answer)s is no number") % {"answer": written[:40]})
        return None
    return {"kind": "number", "number": number, "tolerance": _tolerance(response, number, lost)}


def _tolerance(response: Element, number: Decimal, lost: Lost) -> Decimal:
    for param in response.iter("responseparam"):
        if param.get("type") != "tolerance":
            continue
        written = (param.get("default") or "").strip()
        is_part = written.endswith("%")
        value = _decimal(written.rstrip("% "))
        if value is None or value < 0:
            lost(_("a tolerance that is no number"))
            return Decimal(0)
        exact = abs(number) * value / 100 if is_part else value
        return exact.quantize(Decimal("0.000000001")) if exact else Decimal(0)
    return Decimal(0)


def _decimal(written: str) -> Decimal | None:
    if not _PLAIN.fullmatch(written.strip()):
        return None
    try:
        number = Decimal(written.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < limits.NUMBER_DIGITS else None


def _points(weight: str | None) -> int:
    value = _decimal(weight or "1")
    return max(1, min(limits.POINTS_MAX, round(value))) if value is not None else 1


def _words(element: Element) -> str:
    """Return the text of a choice on one line, without its hints."""
    parts = [element.text or ""]
    for child in element:
        if str(child.tag) not in _HINTS:
            parts.append(_words(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())[: limits.CHOICE_TEXT_MAX]


def _outside(element: Element) -> str:
    """Return an element as HTML; labels and descriptions read as paragraphs."""
    tag = str(element.tag)
    return f"<p>{inside(element)}</p>" if tag in {"label", "description", "text"} else _whole(element)


def inside(element: Element) -> str:
    """Return what is in an element, as HTML."""
    return (element.text or "").replace("&", "&amp;").replace("<", "&lt;") + "".join(
        _whole(child) + (child.tail or "").replace("&", "&amp;").replace("<", "&lt;") for child in element
    )


def _whole(element: Element) -> str:
    tail, element.tail = element.tail, None
    try:
        return tostring(element, encoding="unicode", method="html")
    finally:
        element.tail = tail
