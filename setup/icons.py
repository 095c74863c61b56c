"""Draws the icons that browsers want as pixels from the shape of server/static/icon.svg: `python setup/icons.py`."""

import re
from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "server" / "static"
SIDE = 32  # of the drawing in icon.svg
FINER = 64  # times as large as the drawing, then made smaller: smooth edges


def draw(rounded: bool) -> Image.Image:
    """The icon at `SIDE * FINER` pixels; phones round the corners of theirs themselves."""
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8")
    ground, ink = re.findall(r'fill="(#[0-9a-f]{6})"', svg)
    (radius,) = re.findall(r'rx="(\d+)"', svg)
    image = Image.new("RGBA", (SIDE * FINER, SIDE * FINER), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    edge = SIDE * FINER - 1
    pen.rounded_rectangle((0, 0, edge, edge), int(radius) * FINER if rounded else 0, fill=ground)
    (path,) = re.findall(r' d="([^"]+)"', svg)
    pen.polygon([(x * FINER, y * FINER) for x, y in corners(path)], fill=ink)
    return image


def corners(path: str) -> list[tuple[float, float]]:
    """The corners of a path of straight lines: M, l, h, v, H, z."""
    x = y = 0.0
    found = []
    for letter, rest in re.findall(r"([MlhvHz])([^MlhvHz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?\d+", rest)]
        if letter == "M":
            x, y = numbers
            found.append((x, y))
        elif letter == "l":
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                found.append((x, y))
        elif numbers:
            x = numbers[0] if letter == "H" else x + numbers[0] * (letter == "h")
            y += numbers[0] * (letter == "v")
            found.append((x, y))
    return found


def write() -> None:
    """favicon.ico in three sizes, and the icon of a phone's home screen."""
    draw(rounded=True).save(STATIC / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    phone = draw(rounded=False).convert("RGB").resize((180, 180), Image.Resampling.LANCZOS)
    phone.quantize(16).save(STATIC / "touch-icon.png", optimize=True)


if __name__ == "__main__":
    write()
