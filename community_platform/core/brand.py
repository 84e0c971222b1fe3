"""The school's mark, drawn: for icons and for the pictures of shared links."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

FROM, TO = (0x7C, 0x5C, 0xF5), (0x0A, 0x8F, 0xD8)  # as in favicon.svg
STARS = ((0.46, 0.47, 0.27), (0.72, 0.72, 0.11))  # centre and reach, in parts of the side


def gradient(width: int, height: int) -> Image.Image:
    """Return the brand's colours from the upper left to the lower right corner."""
    corners = Image.new("RGB", (2, 2))
    middle = tuple((a + b) // 2 for a, b in zip(FROM, TO, strict=True))
    corners.putdata([FROM, middle, middle, TO])
    return corners.resize((width, height), Image.Resampling.BILINEAR)


def draw_mark(size: int) -> Image.Image:
    """Return the mark, filling its square to the edge, as phones want it: they cut their own corners."""
    image = gradient(size, size)
    draw_stars(image, (0, 0), size, "white")
    return image


def draw_stars(
    image: Image.Image, corner: tuple[int, int], size: int, colour: str | tuple[int, int, int]
) -> None:
    """Draw the stars of the mark into `image`, as large as in a mark of `size` pixels whose upper left is `corner`."""
    pen = ImageDraw.Draw(image)
    for x, y, reach in STARS:
        points = [(corner[0] + px * size, corner[1] + py * size) for px, py in star(x, y, reach)]
        pen.polygon(points, fill=colour)


def star(x: float, y: float, reach: float) -> Iterator[tuple[float, float]]:
    """Yield a four-pointed star with drawn-in sides."""
    tips = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
    for (ax, ay), (bx, by) in zip(tips, [*tips[1:], tips[0]], strict=True):
        for step in range(16):
            t = step / 16
            # A quadratic curve from tip to tip, pulled towards the centre.
            cx, cy = (ax + bx) * 0.14, (ay + by) * 0.14
            yield (
                x + (1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * bx,
                y + (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * by,
            )
