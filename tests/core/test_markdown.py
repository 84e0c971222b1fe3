"""What each feature of the dialect writes."""

import threading
from collections.abc import Mapping

import pytest
from django.test import override_settings
from django.utils import translation

from community_platform.core import markdown
from community_platform.core.markdown.document import BUDGETS
from community_platform.core.markdown.formulas import MAX_FORMULA_CHARS


def html(source: str) -> str:
    return markdown.render(source).html.strip()


def people(names: set[str]) -> Mapping[str, str]:
    return {name: f"/profile/{name.title()}/" for name in names if name != "ghost"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("# Top", "<h3>Top</h3>"),
        ("## Second", "<h4>Second</h4>"),
        ("Third\n---", "<h4>Third</h4>"),
        ("### Third", "<h5>Third</h5>"),
        ("###### Last", "<h6>Last</h6>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("---", "<hr>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("&copy; &lt;i&gt;", "<p>© &lt;i&gt;</p>"),
        ("", ""),
    ],
)
def test_basic_markup_is_written_as_html(source: str, expected: str) -> None:
    assert html(source) == expected


def test_a_quote_keeps_the_line_that_names_its_source() -> None:
    made = html("> [@anna](/forum/post/12/)\n> her words")
    assert made == '<blockquote>\n<p><a href="/forum/post/12/">@anna</a><br>\nher words</p>\n</blockquote>'


def test_a_table_scrolls_in_a_named_region_and_is_aligned_by_class() -> None:
    made = html("| Name | Points |\n|:-----|-------:|\n| Ann | 3 |")
    assert made.startswith(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Table: Name, Points"><table>'
    )
    assert '<th class="to-start">Name</th>' in made
    assert '<td class="to-end">3</td>' in made
    assert "style" not in made


def test_tables_beyond_the_budget_lose_only_their_frame() -> None:
    made = html("|a|\n|-|\n\n" * (BUDGETS["tables"] + 3))
    assert made.count("table-scroll") == BUDGETS["tables"]
    assert made.count("<table>") == BUDGETS["tables"] + 3


def test_task_boxes_are_labelled_by_their_text_and_cannot_be_ticked() -> None:
    made = html("- [ ] open\n- [x] *done*\n- plain")
    assert '<ul class="tasks">' in made
    assert '<li class="task"><label><input type="checkbox" disabled="">open</label></li>' in made
    assert '<input type="checkbox" disabled="" checked=""><em>done</em></label>' in made
    assert "<li>plain</li>" in made


def test_brackets_in_a_list_that_are_no_box_stay_text() -> None:
    assert "input" not in html("- [y] no\n- [x](/forum/)\n- [ ]")


def test_footnotes_are_numbered_by_use_and_lead_back() -> None:
    made = html("One[^b], two[^a], again[^b].\n\n[^a]: First.\n[^b]: Second.")
    assert made.count('class="footnote-ref"') == 3
    assert made.count('class="footnote-back"') == 3
    assert made.index("Second.") < made.index("First.")
    key = made.split('href="#fn-')[1][:8]
    for name in (f"fn-{key}-1", f"fn-{key}-2", f"fnref-{key}-1", f"fnref-{key}-1-2", f"fnref-{key}-2"):
        assert made.count(f'id="{name}"') == 1
        assert f'href="#{name}"' in made


def test_footnotes_of_two_texts_have_different_ids() -> None:
    first, second = html("a[^1]\n\n[^1]: x"), html("b[^1]\n\n[^1]: x")
    ids = [part.split('"')[0] for text in (first, second) for part in text.split(' id="')[1:]]
    assert len(set(ids)) == len(ids) >= 2


def test_a_footnote_that_is_not_defined_stays_text() -> None:
    assert html("a[^1]") == "<p>a[^1]</p>"


def test_code_is_coloured_by_classes_and_carries_the_name_of_its_language() -> None:
    made = html("```python\ndef f():\n    return 'x'  # why\n```")
    assert made.startswith('<pre tabindex="0" data-language="Python"><code>')
    assert '<span class="hl-k">def</span> <span class="hl-nf">f</span>' in made
    assert '<span class="hl-c"># why</span>' in made


@pytest.mark.parametrize("info", ["", "no-such-language", "python3.99", "<script>", 'python"onload="x'])
def test_code_of_an_unknown_language_is_plain(info: str) -> None:
    assert html(f"```{info}\nx < 1\n```") == '<pre tabindex="0"><code>x &lt; 1\n</code></pre>'


def test_code_beyond_the_budget_is_plain_but_complete() -> None:
    made = html("```py\nif x: pass\n```\n" * (BUDGETS["code_blocks"] + 2))
    assert made.count("<pre") == BUDGETS["code_blocks"] + 2
    assert made.count('<span class="hl-k">if</span>') == BUDGETS["code_blocks"]


def test_formulas_become_mathml_in_the_line_and_on_their_own() -> None:
    assert html("Area $a^2$.") == (
        '<p>Area <math display="inline"><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow></math>.</p>'
    )
    block = html("$$\n\\frac{1}{2}\n$$")
    assert block.startswith('<div class="formula" tabindex="0"><math display="block">')
    assert "<mfrac>" in block


def test_symbols_of_a_formula_are_characters() -> None:
    assert "<mo>∑</mo>" in html(r"$\sum_{i=0}^n i$")
    assert "<mo>&lt;</mo>" in html("$a < b$")


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{",
        r"\begin{matrix} 1",
        r"\left( x",
        r"\newcommand{\a}{\a\a}\a",
        r"\def\a{b}",
        r"\href{javascript:alert(1)}{x}",
        "{" * 100 + "}" * 100,
        "x" * (MAX_FORMULA_CHARS // 2) + r"^",
        r"x^2^3",
    ],
)
def test_a_formula_that_cannot_be_read_shows_its_source(source: str) -> None:
    made = markdown.render(f"Then $${source}$$ follows").html
    assert '<code class="formula-source">$$' in made
    assert "follows" in made
    assert "<math" not in made


@pytest.mark.parametrize(
    "source", ["It costs $5 and $7.", "3$ a month, or 4$ here", "4 $ a day, 5 $ a week", "$$", "$ $"]
)
def test_prices_are_no_formulas(source: str) -> None:
    assert html(source) == f"<p>{source}</p>"


def test_formulas_beyond_the_budget_show_their_source() -> None:
    made = html("$x$ " * (BUDGETS["formulas"] + 5))
    assert made.count("<math") == BUDGETS["formulas"]
    assert made.count("$x$") == 5


def test_markup_in_the_text_of_a_formula_stays_text() -> None:
    made = html(r"$\text{<script>alert(1)</script>&#x3C;img src=x onerror=alert(1)&#x3E;}$")
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;script&gt;" in made


def test_hidden_text_in_a_line_can_be_reached_by_keyboard() -> None:
    assert html("It was ||the **butler**||!") == (
        '<p>It was <span class="spoiler" tabindex="0">the <strong>butler</strong></span>!</p>'
    )


@pytest.mark.parametrize("source", ["a || b || c", "if (a || b)", "||", "||||", "||open", "`||code||`"])
def test_bars_that_hide_nothing_stay(source: str) -> None:
    assert "spoiler" not in html(source)
    assert "||" in html(source)


def test_a_hidden_block_has_a_title_and_may_hold_another() -> None:
    made = html(":::spoiler The *end*\nfirst\n\n::: spoiler\n- deep\n:::\nlast\n:::\nafter")
    assert made.startswith(
        '<details class="spoiler-block">\n<summary>The <em>end</em></summary>\n<p>first</p>'
    )
    assert "<summary>Spoiler</summary>\n<ul>\n<li>deep</li>" in made
    assert made.endswith("<p>last</p>\n</details>\n<p>after</p>")


def test_a_hidden_block_without_end_runs_to_the_end() -> None:
    assert html(":::spoiler\nall\n\nof it").endswith("<p>all</p>\n<p>of it</p>\n</details>")


def test_our_own_words_are_in_the_language_of_the_school_not_of_the_author() -> None:
    with translation.override("ru"):
        assert "<summary>Spoiler</summary>" in html(":::spoiler\nx\n:::")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (":heart: it", "<p>❤️ it</p>"),
        (":smile::rocket:", "<p>😄🚀</p>"),
        (":no_such_thing:", "<p>:no_such_thing:</p>"),
        ("10:100:5 and a:100:b", "<p>10:100:5 and a:100:b</p>"),
        (r"\:smile:", "<p>:smile:</p>"),
        ("`:smile:`", "<p><code>:smile:</code></p>"),
    ],
)
def test_shortcodes_become_emoji_where_they_stand_alone(source: str, expected: str) -> None:
    assert html(source) == expected


def test_people_are_linked_by_one_call_that_gets_every_name_once() -> None:
    calls: list[set[str]] = []

    def resolve(names: set[str]) -> Mapping[str, str]:
        calls.append(names)
        return people(names)

    rendered = markdown.render("@anna, @Ghost and @ANNA. ||@boris.||", resolve_mentions=resolve)
    assert calls == [{"anna", "ghost", "boris"}]
    assert rendered.mentions == {"Anna", "Boris"}
    assert '<a class="mention" href="/profile/Anna/">@anna</a>' in rendered.html
    assert '<a class="mention" href="/profile/Anna/">@ANNA</a>.' in rendered.html
    assert "@Ghost and" in rendered.html


@pytest.mark.parametrize(
    "source",
    [
        "`@anna`",
        "```\n@anna\n```",
        "    @anna",
        "[@anna](/forum/)",
        "<https://example.com/@anna>",
        "https://example.com/@anna",
        "www.example.com/@anna",
        "mail@anna.org",
        "mail.me@anna",
        r"\@anna",
        "$@anna$",
        "@ anna",
        "![@anna](/media/a.png)",
    ],
)
def test_an_at_sign_that_names_nobody_is_no_mention(source: str) -> None:
    rendered = markdown.render(source, resolve_mentions=people)
    assert rendered.mentions == frozenset()
    assert 'class="mention"' not in rendered.html


def test_without_a_resolver_nobody_is_linked() -> None:
    assert html("@anna") == "<p>@anna</p>"
    assert markdown.render("@anna").mentions == frozenset()


def test_a_text_without_names_asks_nobody() -> None:
    def refuse(names: set[str]) -> Mapping[str, str]:
        raise AssertionError(names)

    assert markdown.render("a@b.org", resolve_mentions=refuse).mentions == frozenset()


def test_names_that_a_resolver_adds_by_itself_are_ignored() -> None:
    assert (
        markdown.render("@anna", resolve_mentions=lambda _: {"boris": "/profile/boris/"}).mentions
        == frozenset()
    )


@pytest.mark.parametrize(
    ("source", "address", "rest"),
    [
        ("see https://a.org/x.", "https://a.org/x", "</a>."),
        ("(http://a.org/x_(y))", "http://a.org/x_(y)", "</a>)"),
        ("https://a.org/a_b_c*d*?q=1&r=2#f!", "https://a.org/a_b_c*d*?q=1&amp;r=2#f", "</a>!"),
        ("http://localhost:8080/x", "http://localhost:8080/x", "</a>"),
        ("**https://a.org**", "https://a.org", "</a></strong>"),
        ("||https://a.org/b||", "https://a.org/b", "</a></span>"),
        ("https://пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C", "</a>"),
    ],
)
def test_a_bare_address_becomes_a_link_without_the_sentence_around_it(
    source: str, address: str, rest: str
) -> None:
    made = html(source)
    assert f'<a href="{address}" rel="nofollow ugc noopener">' in made
    assert rest in made


def test_a_www_address_is_linked() -> None:
    assert '<a href="http://www.a.org/b" rel="nofollow ugc noopener">www.a.org/b</a>,' in html(
        "www.a.org/b, c"
    )


@pytest.mark.parametrize(
    "source",
    ["http://", "https:// a", "xhttp://a.org", "http://[", "ftp://a.org", "www.", "www.a", "awww.a.org"],
)
def test_what_is_no_address_is_not_linked(source: str) -> None:
    assert "<a " not in html(source)


def test_an_address_as_the_text_of_a_link_is_not_linked_again() -> None:
    assert html("[https://a.org](/forum/)") == '<p><a href="/forum/">https://a.org</a></p>'


def test_only_links_that_leave_the_site_are_marked() -> None:
    made = html("[a](/forum/) [b](http://127.0.0.1:8000/x) [c](https://a.org) [d](//a.org) [e](#x)")
    assert made.count('rel="nofollow ugc noopener"') == 2


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.org",
        "https://user@a.org",
        "https://u:p@a.org",
        "file:///x",
    ],
)
def test_an_address_that_is_not_allowed_stays_text(address: str) -> None:
    assert "<a " not in html(f"[x]({address})")
    assert "<a " not in html(f"<{address}>")


def test_own_uploads_are_shown_lazily() -> None:
    assert html('![A cat](/media/a/cat.webp "Tom")') == (
        '<p><img src="/media/a/cat.webp" alt="A cat" title="Tom" loading="lazy"></p>'
    )


@pytest.mark.parametrize(
    "src",
    [
        "/logout/",
        "/media/../logout/",
        "/media/%2e%2e/logout/",
        "/media/%252e%252e/x",
        "http://a.org/a.png",
        "a.png",
    ],
)
def test_a_picture_from_anywhere_else_leaves_only_its_description(src: str) -> None:
    assert html(f"![A cat]({src})") == "<p>A cat</p>"


def test_a_picture_of_another_host_is_a_link_while_the_policy_would_block_it() -> None:
    assert html("![A cat](https://a.org/cat.png)") == (
        '<p><a href="https://a.org/cat.png" rel="nofollow ugc noopener">A cat</a></p>'
    )


@override_settings(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"img-src": ["'self'", "https:"]}})
def test_a_picture_of_another_host_is_shown_once_the_policy_allows_it() -> None:
    assert html("![A cat](https://a.org/cat.png)") == (
        '<p><img src="https://a.org/cat.png" alt="A cat" loading="lazy"></p>'
    )
    assert html("![A cat](http://a.org/cat.png)") == "<p>A cat</p>"


def test_too_deep_quotes_and_lists_keep_their_words() -> None:
    assert "the bottom" in html(">" * 60 + "the bottom")
    assert "the bottom" in html("- " * 60 + "the bottom")
    assert "the bottom" in html("> - " * 30 + "the bottom")


@pytest.mark.parametrize(
    "source", ["a\x00b", "a\ud800b", "\udfff", "\x00", "`\ud83d`", "[\udc00](\ud800)", "@\ud800"]
)
def test_characters_that_cannot_be_stored_are_replaced(source: str) -> None:
    rendered = markdown.render(source)
    for made in (rendered.html, rendered.text):
        made.encode()
        assert "\x00" not in made
    assert "\ufffd" in rendered.text or "%EF%BF%BD" in rendered.html


def test_the_same_source_gives_the_same_result_in_every_thread() -> None:
    source = "# A\n\n@anna $x^2$ ||b|| [^1]\n\n```py\nx = 1\n```\n\n[^1]: n"
    expected = markdown.render(source, resolve_mentions=people)
    results: list[markdown.Rendered] = []

    def work() -> None:
        results.extend(markdown.render(source, resolve_mentions=people) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert set(results) == {expected}


def test_the_plain_text_has_the_words_in_order_and_nothing_hidden() -> None:
    source = (
        "# Head\n\nA *b* [c](/d) `e` $f$ :heart: @anna\nnew ||secret||\n\n- [x] done\n\n"
        "|a|b|\n|-|-|\n|1|2|\n\n:::spoiler Title\nsecret too\n:::\n\n![pic](/media/a.png)\n\n```py\nx = 1\n```"
    )
    assert markdown.render(source).text == (
        "Head\nA b c e f ❤️ @anna\nnew ▒▒▒\ndone\na b\n1 2\nTitle\n▒▒▒\npic\nx = 1"
    )


def test_an_excerpt_is_one_line_cut_between_words() -> None:
    assert markdown.excerpt("one\ntwo   three") == "one two three"
    assert markdown.excerpt("one two three, four five", 15) == "one two three…"
    assert markdown.excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert markdown.excerpt("", 10) == ""
    assert all(len(markdown.excerpt("word, " * 40, n)) <= n for n in range(1, 80))
