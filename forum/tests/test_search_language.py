"""Stems, and what a search box understands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_platform.core.markdown import render
from community_platform.core.markdown.shown import shown_text
from community_platform.core.stems import form, stem, words
from forum.selectors.search_language import Operator, parse, telling_stems
from forum.selectors.search_snippets import Marker

FAMILIES = (
    "интеграл интеграла интегралы интегралам интегралов",
    "экран экрана экраны экранов экраном",
    "экзамен экзамены экзаменов",
    "задача задачу задачи задач задачами",
    "производная производной производные",
    "ёлка елка ёлки елками",
    "integral integrals integrate integration",
    "lesson lessons Lesson's LESSONS",
    "c++ C++",
)


@pytest.mark.parametrize("family", FAMILIES)
def test_forms_of_one_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", ["c++ c", "c# c", "news new", "урок курс", "список спина"])
def test_other_words_have_other_stems(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


def test_words_are_found_in_any_script() -> None:
    text = "node.js: C++ & F#, don't_stop 我学 3.14 Ёж"
    assert [word.text for word in words(text)] == [
        "node", "js", "C++", "F#", "don't", "stop", "我", "学", "3", "14", "Ёж",
    ]  # fmt: skip
    assert form("ﬁne") == "fine"
    assert form("Ёж") == "еж"


@given(st.text(max_size=60))
def test_a_stem_is_safe_inside_the_query_of_any_database(text: str) -> None:
    for word in words(text):
        assert all(c.isalnum() or c in "+#" for c in stem(word.text) + form(word.text))


def test_phrases_exclusions_and_operators_are_told_apart() -> None:
    query = parse(
        'loops "binary search" «двоичный поиск» -recursion -"big o" author:@anna is:solved -tag:c++ in:title'
    )
    assert query.phrases == (("binari", "search"), ("двоичн", "поиск"), ("loop",))
    assert query.excluded == (("recurs",), ("big", "o"))
    assert query.operators == (
        Operator("author", "@anna"), Operator("is", "solved"), Operator("tag", "c++", is_negated=True),
    )  # fmt: skip
    assert (query.in_title, query.order, query.notes) == (True, "relevance", ())


def test_unknown_operators_are_words_and_wrong_values_leave_a_note() -> None:
    query = parse("foo:bar is:purple order:sideways https://example.com/x")
    assert query.phrases == (("foo", "bar"), ("https", "exampl", "com", "x"))
    assert [note.split()[0] for note in query.notes] == ["“is:”", "“order:”"]
    assert query.operators == ()


def test_words_that_every_text_holds_are_left_out_of_questions() -> None:
    assert parse("how do I read the file").phrases == (("read",), ("file",))
    assert parse("to be").phrases == (("to",), ("be",))
    assert parse('"to be"').phrases == (("to", "be"),)
    assert telling_stems("Как найти ошибку в цикле?") == ("найт", "ошибк", "цикл")


@pytest.mark.parametrize(
    "typed", ["", "   ", "-", '"', '""', "-python", "-is:solved", "***", "a", "order:latest", "\x00"]
)
def test_too_little_asks_for_nothing(typed: str) -> None:
    assert parse(typed).is_empty


def test_a_long_search_is_cut_and_says_so() -> None:
    query = parse(" ".join(f"word{n}" for n in range(20)))
    assert len(query.phrases) == 10
    assert "first 10 words" in query.notes[0]


def test_a_snippet_shows_the_place_where_most_words_stand() -> None:
    text = "one loop here. " + "filler " * 60 + "a loop over lists ends " + "tail " * 60
    marker = Marker((("loop",), ("list",)))
    snippet = marker.snippet(text)
    assert "<mark>loop</mark> over <mark>lists</mark>" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 300


def test_a_snippet_is_escaped_and_marks_phrases_as_a_whole() -> None:
    marker = Marker((("binari", "search"),))
    assert marker.snippet("<b>Binary searches</b> & binary trees") == (
        "&lt;b&gt;<mark>Binary searches</mark>&lt;/b&gt; &amp; binary trees"
    )
    assert marker.title("No match <i>") == "No match &lt;i&gt;"


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_a_snippet_never_holds_markup_but_marks(text: str, asked: list[str]) -> None:
    phrases = tuple(tuple(stem(word.text) for word in words(each)) for each in asked)
    shown = Marker(tuple(phrase for phrase in phrases if phrase)).snippet(text)
    assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
    assert shown.count("<mark>") == shown.count("</mark>")


def test_the_text_of_html_hides_what_a_spoiler_hides() -> None:
    source = (
        "Seen ||hidden *words*|| and `code`\n\n:::spoiler Title\nunder it\n:::\n\n"
        "after <b>x</b> & y\n\n| a > b | c |\n|---|---|\n| d | e |"
    )
    text = shown_text(render(source).html)
    assert "hidden" not in text
    assert "under" not in text
    assert [word.text for word in words(text)] == "Seen and code Title after b x b y a b c d e".split()
