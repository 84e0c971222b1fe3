"""The square that a telephone reads, as one path of an SVG."""

import qrcode


def qr_path(text: str) -> tuple[str, int]:
    """Return the path and the number of modules a side, quiet zone included."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    matrix = code.get_matrix()
    cells = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark)
    return "".join(cells), len(matrix)
