"""Ink that Tesseract passed over: figures alone in a cell are taken for grain by its layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from extract.ocr.engine import ReadWord
from extract.ocr.ink import Mask, patches, runs, widened
from extract.ocr.turn import PAPER, Box, Grey

_AROUND = 1.5  # points around a word that are its own: accents, dots, the grey of its edge
_LOWEST, _HIGHEST = 4.0, 24.0  # points of a line of letters
_WIDEST = 200.0  # points
_BLANK = 5.0  # points between words of one line at most
_MARGIN = 6.0  # points of paper that Tesseract wants around a line
_MOST = 40  # pieces of ink; a page with more has a drawing, whose strokes are no letters
_FLOOR = 0.6  # confidence: what stands alone has no neighbours to bear it out


@dataclass(frozen=True)
class _Piece:
    x0: int
    top: int
    x1: int
    bottom: int


def _unread(ink: Mask, step: int, words: Sequence[ReadWord], scale: float) -> Mask:
    rest = ink.copy()
    around = _AROUND * scale
    for word in words:
        x0, top, x1, bottom = word.box
        rest[
            max(0, int((top - around) / step)) : int((bottom + around) / step) + 1,
            max(0, int((x0 - around) / step)) : int((x1 + around) / step) + 1,
        ] = False
    return rest


def _pieces(rest: Mask, density: float) -> list[_Piece]:
    """Return boxes around what may be words or lines of unread ink, in pixels of the mask."""
    reach = max(1, round(_BLANK * density))
    rows, starts, ends = runs(widened(rest, reach))
    if not rows.size:
        return []
    labels = patches(rows, starts, ends)
    _, which = np.unique(labels, return_inverse=True)
    count = int(which.max()) + 1
    sides = np.full((4, count), np.iinfo(np.intp).max)
    np.minimum.at(sides[0], which, starts)
    np.minimum.at(sides[1], which, rows)
    np.minimum.at(sides[2], which, reach - ends)
    np.minimum.at(sides[3], which, -1 - rows)
    found = [_Piece(x0, top, -x1, -bottom) for x0, top, x1, bottom in sides.T.tolist()]
    return [
        piece
        for piece in found
        if _LOWEST * density <= piece.bottom - piece.top <= _HIGHEST * density
        and piece.x1 - piece.x0 <= _WIDEST * density
    ]


def _cut(picture: Grey, box: Box, margin: int) -> Grey:
    x0, top, x1, bottom = (int(side) for side in box)
    return np.pad(picture[top:bottom, x0:x1], margin, constant_values=PAPER)


def _place(words: Sequence[ReadWord], box: Box) -> int:
    """Return where among the words a new one belongs: after its left neighbour, else by height."""
    middle = (box[1] + box[3]) / 2
    beside = [
        (word.box[2], index)
        for index, word in enumerate(words)
        if word.box[1] <= middle <= word.box[3] and word.box[2] <= box[0]
    ]
    if beside:
        return max(beside)[1] + 1
    above = [index for index, word in enumerate(words) if word.box[3] <= middle]
    return max(above) + 1 if above else 0


def with_leftovers(
    words: list[ReadWord],
    picture: Grey,
    ink: tuple[Mask, int],
    scale: float,
    read: Callable[[Grey], list[ReadWord]],
) -> list[ReadWord]:
    """Return the words with those that a second look at unread ink finds, lines of their own.

    `ink` is the mask of what may be text in the picture and how many pixels of the picture each of
    its pixels stands for; `read` reads one line. Boxes are pixels, `scale` to the point.
    """
    mask, step = ink
    pieces = _pieces(_unread(mask, step, words, scale), scale / step)
    if len(pieces) > _MOST:
        return words
    found = list(words)
    margin = round(_MARGIN * scale)
    line = max((word.line for word in words), default=-1)
    for piece in pieces:
        high, wide = picture.shape
        box = (
            max(0, (piece.x0 - 1) * step),
            max(0, (piece.top - 1) * step),
            min(wide, (piece.x1 + 1) * step),
            min(high, (piece.bottom + 1) * step),
        )
        new = [word for word in read(_cut(picture, box, margin)) if word.confidence >= _FLOOR]
        if not any(character.isalnum() for word in new for character in word.text):
            continue
        line += 1
        place = _place(found, box)
        across, down = box[0] - margin, box[1] - margin
        found[place:place] = [
            ReadWord(
                word.text,
                (
                    word.box[0] + across,
                    word.box[1] + down,
                    word.box[2] + across,
                    word.box[3] + down,
                ),
                word.confidence,
                line,
            )
            for word in new
        ]
    return found
