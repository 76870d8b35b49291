"""The matrix: the table of regions' big sister, one row per thing and one tile per region."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatrixCell:
    """A region's tile in one row: ``state`` as a tile's (lit, dimmed, ringed, struck), ``text`` says it in words."""

    state: str
    text: str


@dataclass(frozen=True)
class MatrixRow:
    """A thing, with a link where ``url`` is set, and a cell for each column."""

    name: str
    url: str
    cells: list[MatrixCell]


@dataclass(frozen=True)
class Matrix:
    """``columns`` are the regions' codes in the network's order; every row has a cell for each."""

    label: str
    columns: list[str]
    rows: list[MatrixRow]
