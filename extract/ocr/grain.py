"""Grain and specks of a scan, taken out where there is so much that letters are misread."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from extract.ocr.turn import Grey

_EVERY = 4  # rows of which one is looked at
_SPECK = 64  # grey levels by which a speck is darker than all four neighbours
_SPECKS = 0.004  # of all pixels; from about here on words get lost
_GRAIN = 30.0  # grey levels, standard deviation from pixel to pixel; likewise
_SIGMA = 1.4826 / 2**0.5  # from the median difference of two neighbours to a standard deviation


def without_grain(pixels: Grey) -> Grey:
    """Return the picture, each pixel the median of its square of nine where it is grainy.

    A clean picture comes back as it is: the median thins small print.
    """
    if min(pixels.shape) < 3:
        return pixels
    middle = pixels[1:-1:_EVERY, 1:-1]
    left, right = pixels[1:-1:_EVERY, :-2], pixels[1:-1:_EVERY, 2:]
    over, under = pixels[:-2:_EVERY, 1:-1], pixels[2::_EVERY, 1:-1]
    around = np.minimum(np.minimum(left, right), np.minimum(over, under))
    # Unsigned numbers: the neighbours are kept from falling under zero.
    specks = float((middle < np.maximum(around, _SPECK) - np.uint8(_SPECK)).mean())
    steps = np.maximum(middle, left) - np.minimum(middle, left)
    if specks < _SPECKS and _SIGMA * float(np.median(steps)) < _GRAIN:
        return pixels
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.MedianFilter(3)))
