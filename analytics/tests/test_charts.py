"""Charts: what they say is what was put in, in every form they say it."""

import re

import html5lib
import pytest

from analytics.charts import (
    Cell,
    Part,
    Row,
    Series,
    bars,
    funnel,
    heatmap,
    line,
    retention,
    sparkline,
    strips,
)
from analytics.charts.lines import curve
from analytics.charts.samples import samples
from analytics.charts.shapes import scale_for

DAYS = ["1", "2", "3", "4", "5"]


def parsed(markup):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(markup)


@pytest.mark.parametrize("name", sorted(samples()))
def test_every_chart_is_sound_markup_without_script_or_style(name) -> None:
    drawn = samples()[name]
    parsed(drawn)
    assert not re.search(r"\s(style|on\w+)=|<script|<style|#[0-9a-f]{6}|rgb\(", drawn)


@pytest.mark.parametrize("draw", [line, bars])
def test_a_plot_has_title_description_and_a_table_of_its_data(draw) -> None:
    drawn = draw("Students", DAYS, [Series("Active", [3, None, 1200, 0, 2.5], urls=[f"/list/{d}/" for d in DAYS])])
    tree = parsed(drawn)
    plot = tree.find(".//{*}svg[@role='img']")
    ids = {element.get("id"): element for element in plot.iter() if element.get("id")}
    title, description = (ids[key] for key in plot.get("aria-labelledby").split())
    assert title.text == "Students"
    assert "from 0 to 1,200, last 2.5" in description.text
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert rows == [["1", "3"], ["2", "—"], ["3", "1,200"], ["4", "0"], ["5", "2.5"]]
    assert [a.get("href") for a in tree.findall(".//tbody//a")] == [f"/list/{d}/" for d in DAYS]
    assert len(tree.findall(".//{*}rect[@class='chart__tip']")) == 5


def test_names_of_people_and_lessons_are_escaped_everywhere() -> None:
    evil = '<script>"&'
    for drawn in (
        line(evil, DAYS, [Series(evil, [1, 2, 3, 4, 5])]), strips(evil, [Row(evil, [Part(evil, 1, url=evil)], evil)]),
        funnel(evil, [(evil, 1, evil)]), heatmap(evil, [evil], [(evil, [Cell(evil, 1, evil)])]),
        retention(evil, [(evil, 1, [1])], steps=[evil]),
    ):  # fmt: skip
        assert "<script" not in drawn
        assert '"&"' not in drawn


def test_what_is_not_known_is_a_gap_and_no_zero() -> None:
    gap = line("x", DAYS, [Series("a", [1, 2, None, 4, 5])])
    assert gap.count('class="chart__line ') == 2
    assert line("x", DAYS, [Series("a", [1, 2, 0, 4, 5])]).count('class="chart__line ') == 1
    nothing = Series("a", [None] * 5)
    for drawn in (line("x", [], []), line("x", DAYS, [nothing]), bars("x", DAYS, [Series("a", [0] * 5)])):
        assert "<svg" not in drawn


@pytest.mark.parametrize(
    "values", [[0], [1], [7, 3], [1e9], [-5, 5], [-49, 0], [0.2, 0.9], [99, 101], [None, 4], [12345]]
)
def test_a_scale_holds_zero_and_every_value(values) -> None:
    scale = scale_for(values)
    known = [value for value in values if value is not None]
    assert scale.low <= min(0, *known, 0) <= max(0, *known, 0) <= scale.high
    assert 0 in scale.ticks
    assert 2 <= len(scale.ticks) <= 8
    assert scale.y(scale.high) < scale.y(scale.low)


def test_a_smooth_line_never_leaves_the_range_of_its_neighbours() -> None:
    points = [(float(x), float(y)) for x, y in enumerate([0, 0, 10, 10, 2, 2.1, 9])]
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", curve(points))]
    assert all(-0.05 <= y <= 10.05 for y in numbers[1::2])


def test_stacked_bars_pile_up_and_refunds_hang_below_zero() -> None:
    parts = [Series("sold", [60], 5), Series("more", [40], 1), Series("back", [-50], 4)]
    drawn = bars("m", ["a"], parts, is_stacked=True)
    boxes = {
        int(b.get("class")[-1]): (float(b.get("y")), float(b.get("height")))
        for b in parsed(drawn).findall(".//{*}rect") if b.get("class").startswith("chart__bar")
    }  # fmt: skip
    (sold_y, sold_h), (more_y, more_h), (back_y, back_h) = boxes[5], boxes[1], boxes[4]
    assert more_y + more_h == pytest.approx(sold_y, abs=0.1)
    assert back_y == pytest.approx(sold_y + sold_h, abs=0.1)
    assert sold_h / more_h == pytest.approx(1.5, abs=0.01)
    assert back_h / more_h == pytest.approx(1.25, abs=0.01)


def test_retention_leaves_a_running_week_out_of_the_mean_and_weighs_by_size() -> None:
    drawn = retention("r", [("a", 100, [100, 50, 10]), ("b", 10, [10, 9])], steps=["0", "1", "2"])
    tree = parsed(drawn)
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert rows[0] == ["a · 100", "100 %", "50 %", "10 %"]
    assert rows[1] == ["b · 10", "100 %", "90 %", ""]
    assert rows[2][1:] == ["100 %", "50 %", "—"]  # week 1 of b and week 2 of a still run
    assert len(tree.findall(".//td[@class='heat-1 heat-partial']")) == 1


def test_a_funnel_says_both_shares() -> None:
    tree = parsed(funnel("f", [("in", 200, "/l/"), ("half", 50, ""), ("out", 25, "")]))
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert rows == [["in", "200", "100 %", "100 %"], ["half", "50", "25 %", "25 %"], ["out", "25", "12.5 %", "50 %"]]


def test_a_sparkline_needs_two_values() -> None:
    assert sparkline([1, None]) == ""
    assert 'aria-hidden="true"' in sparkline([1, 2])
