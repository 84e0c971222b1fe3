"""Charts as markup made by the server: plain data in, SVG with a title, a description and a table of its data out.

No script, no inline style: geometry is attributes, colours are classes (static/css/components/charts.css), so charts
print and follow the theme. Widths are per cent and heights pixels: text keeps its size on a phone.
"""

from analytics.charts.bars import bars, histogram
from analytics.charts.lines import line, sparkline
from analytics.charts.rows import Part, Row, funnel, strips
from analytics.charts.shapes import Series
from analytics.charts.tables import Cell, heatmap, retention

__all__ = [
    "Cell", "Part", "Row", "Series", "bars", "funnel", "heatmap", "histogram", "line", "retention", "sparkline",
    "strips",
]  # fmt: skip
