"""A chart's vertical axis: round places on it, and what is written there. Pure."""

from collections.abc import Callable, Sequence

__all__ = ["labelled", "ticks"]


def labelled(places: Sequence[int], written: Callable[[int], str]) -> list[tuple[int, str]]:
    """Each place with its text; cents are left out where all are whole dollars."""
    texts = [written(place) for place in places]
    if all(text.endswith(".00") for text in texts):
        texts = [text.removesuffix(".00") for text in texts]
    return list(zip(places, texts, strict=True))


def ticks(most: int, about: int = 5) -> list[int]:
    """Round numbers from 0 to the first that is not below ``most``: steps of 1, 2 or 5 times a power of ten.

    >>> ticks(7_300)
    [0, 2000, 4000, 6000, 8000]
    """
    if most <= 0:
        return [0, 1]
    step, factors = 1, (2, 5, 10)
    base, place = 1, 0
    while step * about < most:
        step = base * factors[place]
        place += 1
        if place == len(factors):
            base, place = base * 10, 0
    return list(range(0, most + step, step)) if most % step else list(range(0, most + 1, step))
