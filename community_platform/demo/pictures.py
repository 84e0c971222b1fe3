"""Portraits of people who do not exist: a face of shapes, the same for the same name."""

import hashlib
import io
import math

from PIL import Image, ImageDraw

SIZE = 256


def portrait(name: str) -> bytes:
    """Return a square WebP for `name`."""
    seed = hashlib.sha256(name.encode()).digest()
    hue = seed[0] / 255
    image = Image.new("HSV", (SIZE, SIZE), (int(hue * 255), 110, 235)).convert("RGB")
    pen = ImageDraw.Draw(image)
    skin = [(255, 219, 190), (236, 188, 150), (198, 140, 100), (140, 92, 62)][seed[1] % 4]
    hair = [(40, 30, 30), (92, 58, 34), (190, 140, 70), (120, 120, 130), (150, 60, 40)][seed[2] % 5]
    coat = Image.new("HSV", (1, 1), ((int(hue * 255) + 110) % 256, 140, 150)).convert("RGB").getpixel((0, 0))
    pen.ellipse((36, 190, 220, 340), fill=coat)
    pen.rounded_rectangle((108, 160, 148, 214), radius=18, fill=skin)
    top = 40 + seed[3] % 16
    pen.ellipse((66, top, 190, top + 120), fill=hair)
    if seed[4] % 2:
        pen.rounded_rectangle((66, top + 50, 190, top + 50 + 50 + seed[5] % 60), radius=30, fill=hair)
    pen.ellipse((80, 66, 176, 186), fill=skin)
    for side in (-1, 1):
        x = 128 + side * 22
        pen.ellipse((x - 5, 118, x + 5, 130), fill=(40, 30, 30))
        if seed[6] % 3 == 0:
            pen.ellipse((x - 17, 108, x + 17, 140), outline=(40, 30, 30), width=4)
    smile = 10 + seed[7] % 10
    points = [(128 + 24 * math.cos(a / 10), 146 + smile * math.sin(a / 10)) for a in range(4, 28)]
    pen.line(points, fill=(150, 60, 60), width=5, joint="curve")
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82)
    return buffer.getvalue()
