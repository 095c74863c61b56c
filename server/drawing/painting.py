"""The picture that stands for a page where somebody links to it: a few words on paper, in our typefaces, as a PNG.

The only room that draws with Pillow. What no typeface here can write is left out, never shown as boxes.
"""

import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630  # pixels: what those who show such pictures ask for
MARGIN = 84
PAPER, INK, SOFT, ACCENT = "#fdfcf9", "#1c1a17", "#5c564d", "#8c2f16"  # of style.css, by day
COLOURS = 32  # enough for the edges of letters in four colours; a quarter of the bytes
SIZES = (76, 66, 58, 50, 44)  # of the title, in pixels; the largest at which it fits
ROOM = 330  # pixels that the title has from top to bottom
SMALL, LEAD = 28, 32
LEADING = 1.18
LONGEST = 400  # characters of any text that are looked at: more than there is room for
FOLDER = "static/vendor/fonts"
SERIF = tuple(f"literata-{part}-400-normal.woff2" for part in ("latin", "cyrillic", "latin-ext"))
SANS = tuple(f"source-sans-3-{part}-wght-normal.woff2" for part in ("latin", "cyrillic"))
BOLD = 600

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Picture:
    """What is written: the kind of page, who says what follows ("" for nobody), the words, and below them two notes."""

    kicker: str
    lead: str
    title: str
    site: str
    voices: str


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface in one size, its files in the order in which they are asked for a letter."""

    fonts: Sequence[Font]

    def runs(self, text: str) -> list[tuple[str, Font]] | None:
        """The text in pieces with the font of each; None where a letter of it is in no font."""
        found: list[tuple[str, Font]] = []
        for letter in text:
            able = next((font for font in self.fonts if _has(font, letter)), None)
            if able is None:
                return None
            if found and (found[-1][1] is able or letter == " "):
                found[-1] = (found[-1][0] + letter, found[-1][1])
            else:
                found.append((letter, able))
        return found

    def width(self, text: str) -> float:
        """How many pixels a text takes, which all its letters have."""
        return sum(font.getlength(piece) for piece, font in self.runs(text) or ())


def can_paint() -> bool:
    """Whether the typefaces are there; they come with the set-up."""
    return _face(SERIF, SMALL) is not None and _face(SANS, SMALL) is not None


def paint(picture: Picture) -> bytes:
    """The picture as a PNG of `WIDTH` by `HEIGHT`: same words, same bytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 20, HEIGHT), fill=ACCENT)
    right = WIDTH - MARGIN
    _line(draw, picture.kicker, _face(SANS, SMALL, BOLD), 78, ACCENT, right - MARGIN)
    top = 138
    said = picture.title
    if _line(draw, picture.lead, _face(SANS, LEAD, BOLD), top, SOFT, right - MARGIN):
        top += 56
    elif _plain(picture.lead):
        said = ""  # without the name of who says it, it is not said
    _title(draw, said, top) or _title(draw, picture.site, top)
    draw.rectangle((MARGIN, HEIGHT - 118, MARGIN + 64, HEIGHT - 115), fill=ACCENT)
    face = _face(SANS, SMALL)
    left = _line(draw, picture.site, face, HEIGHT - 92, INK, (right - MARGIN) * 0.66)
    if face is not None and face.runs(_plain(picture.voices)):
        wide = face.width(_plain(picture.voices))
        if MARGIN + left + 40 < right - wide:
            _line(draw, picture.voices, face, HEIGHT - 92, SOFT, wide + 1, right - wide)
    kept = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    kept.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _title(draw: ImageDraw.ImageDraw, text: str, top: float) -> bool:
    """The title as large as it fits, cut off with an ellipsis where it does not even in the smallest size.

    False where a letter of it is in no typeface: then nothing of it is written.
    """
    text = _plain(text)
    room = ROOM - (top - 138)
    for size in SIZES:
        face = _face(SERIF, size)
        if not text or face is None or face.runs(text + "…") is None:
            return False
        lines = list(_wrapped(text, face, WIDTH - 2 * MARGIN))
        most = int(room // (size * LEADING))
        if len(lines) <= most or size == SIZES[-1]:
            if len(lines) > most:
                lines = [*lines[: most - 1], _cut(lines[most - 1] + "…", face, WIDTH - 2 * MARGIN)]
            for number, line in enumerate(lines):
                _write(draw, line, face, MARGIN, top + number * size * LEADING, INK)
            return True
    return False


def _line(
    draw: ImageDraw.ImageDraw, text: str, face: Face | None, top: float, colour: str, most: float, left: float = MARGIN
) -> float:
    """One line, cut to `most` pixels; how wide it came out, 0 where it cannot be written."""
    text = _plain(text)
    if not text or face is None or face.runs(text + "…") is None:
        return 0
    text = _cut(text, face, most)
    _write(draw, text, face, left, top, colour)
    return face.width(text)


def _write(draw: ImageDraw.ImageDraw, text: str, face: Face, left: float, top: float, colour: str) -> None:
    for piece, font in face.runs(text) or ():
        baseline = top + face.fonts[0].getmetrics()[0]
        draw.text((left, baseline), piece, fill=colour, font=font, anchor="ls")
        left += font.getlength(piece)


def _wrapped(text: str, face: Face, most: float) -> Iterator[str]:
    """Lines of at most `most` pixels; a word that is wider than a line is broken."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if face.width(longer) <= most:
            line = longer
            continue
        if line:
            yield line
        line = word
        while face.width(line) > most:
            part = _fitting(line, face, most)
            yield line[:part]
            line = line[part:]
    if line:
        yield line


def _cut(text: str, face: Face, most: float) -> str:
    if face.width(text) <= most:
        return text
    return text[: _fitting(text, face, most - face.width("…"))].rstrip() + "…"


def _fitting(text: str, face: Face, most: float) -> int:
    """How many letters from the start fit; at least one, so that there is an end."""
    return max(1, bisect_right(range(1, len(text) + 1), most, key=lambda n: face.width(text[:n])))


def _plain(text: str) -> str:
    """Composed where it can be, in one line, without characters that have no shape of their own."""
    composed = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    shown = "".join(c for c in composed if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


@lru_cache(maxsize=32)
def _face(names: tuple[str, ...], size: int, weight: int = 400) -> Face | None:
    fonts = []
    for name in names:
        try:
            file = files("server").joinpath(FOLDER, name)
            font = ImageFont.truetype(io.BytesIO(file.read_bytes()), size)
            if "wght" in name:
                font.set_variation_by_axes([weight])
        except OSError:
            return None
        fonts.append(font)
    return Face(tuple(fonts))


@lru_cache(maxsize=4096)
def _has(font: Font, letter: str) -> bool:
    """Whether a font has a letter: it does not look like what the font shows for a letter that nobody has."""
    if letter == " ":
        return True
    return bytes(font.getmask(letter)) != bytes(font.getmask("\U0010ffff")) and font.getbbox(letter)[2] > 0
