"""The scorers of `bench.extract`, on cases whose scores are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from bench.extract import __main__ as command
from bench.extract import (
    boxes,
    corpus,
    ink,
    memory,
    poppler,
    table_shapes,
    tables_quality,
    text_quality,
)
from bench.extract.floors import Floor, broken, read_floors
from bench.extract.result import Result, columns
from bench.extract.scores import (
    GridText,
    Score,
    compare,
    from_rows,
    nearest_pairs,
    overlap,
    relations,
)
from bench.extract.truth import read_boxes, read_cells

SQUARE = [["a", "b"], ["c", "d"]]


def grids(rows: list[list[str | None]], page: int = 1) -> tables_quality.Grids:
    """One table on one page."""
    return {page: [from_rows(rows)]}


def related(truth: list[GridText], rows: list[list[str | None]]) -> Score:
    """The relations of found rows against true cells."""
    return tables_quality.score_relations({1: [truth]}, grids(rows))


def test_multisets_count_repetitions() -> None:
    score = compare(["a", "a", "b"], ["a", "b", "b", "c"])
    assert score == Score(expected=3, found=4, correct=2)
    assert (score.recall, score.precision, score.f1) == (2 / 3, 2 / 4, 4 / 7)


def test_nothing_to_find_and_nothing_found_is_right() -> None:
    score = Score()
    assert (score.recall, score.precision, score.f1) == (1.0, 1.0, 1.0)


def test_scores_add_up() -> None:
    assert Score(3, 2, 1) + Score(1, 1, 1) == Score(4, 3, 2)


def test_identical_tables_score_one() -> None:
    rows: list[list[str | None]] = [["Item", "EUR 000"], ["Radios", "12 500"], [None, "-"]]
    assert tables_quality.score_cells(grids(rows), grids(rows)) == Score(5, 5, 5)
    # right: 2; below: Item-Radios, EUR 000-12 500, 12 500 to the dash
    assert tables_quality.score_relations(grids(rows), grids(rows)) == Score(5, 5, 5)


def test_a_missing_row_costs_recall_alone() -> None:
    found: list[list[str | None]] = [["a", "b"]]
    truth = from_rows(SQUARE)
    assert tables_quality.score_cells({1: [truth]}, grids(found)) == Score(4, 2, 2)
    assert related(truth, found) == Score(4, 1, 1)


def test_a_shifted_row_keeps_its_cells_and_loses_relations() -> None:
    found: list[list[str | None]] = [["a", "b", None], [None, "c", "d"]]
    truth = from_rows(SQUARE)
    assert tables_quality.score_cells({1: [truth]}, grids(found)) == Score(4, 4, 4)
    # found: a-b and c-d to the right, which are true, and b-c below, which is not
    assert related(truth, found) == Score(4, 3, 2)


def test_columns_in_the_wrong_order_lose_what_stands_beside() -> None:
    assert related(from_rows(SQUARE), [["b", "a"], ["d", "c"]]) == Score(4, 4, 2)


def test_a_merged_cell_has_a_neighbour_in_each_column() -> None:
    merged = [GridText("h", 0, 0, 0, 1), GridText("a", 1, 0, 1, 0), GridText("b", 1, 1, 1, 1)]
    assert sorted(relations(merged)) == [
        ("a", "b", "right"),
        ("h", "a", "below"),
        ("h", "b", "below"),
    ]
    assert related(merged, [["h", None], ["a", "b"]]) == Score(3, 2, 2)


def test_a_cell_over_two_rows_and_columns_meets_each_neighbour_once() -> None:
    cells = [GridText("m", 0, 0, 1, 1), GridText("x", 0, 2, 1, 2), GridText("y", 2, 0, 2, 1)]
    assert sorted(relations(cells)) == [("m", "x", "right"), ("m", "y", "below")]


def test_cells_joined_into_one_are_wrong_on_both_sides() -> None:
    found: list[list[str | None]] = [["a b"], ["c d"]]
    assert tables_quality.score_cells(grids([["a", "b"], ["c", "d"]]), grids(found)) == Score(4, 2)
    assert related(from_rows(SQUARE), found) == Score(4, 1, 0)


def test_relations_look_past_empty_cells() -> None:
    assert relations(from_rows([["a", " ", "b"]])) == [("a", "b", "right")]
    assert relations(from_rows([[None, ""]])) == []


def test_cells_see_blanks_and_relations_do_not() -> None:
    truth, found = grids([["12 068", "A"]]), grids([["12068", "a"]])
    assert tables_quality.score_cells(truth, found) == Score(2, 2, 0)
    assert tables_quality.score_relations(truth, found) == Score(1, 1, 1)


def test_a_line_break_in_a_cell_is_one_blank() -> None:
    assert tables_quality.score_cells(grids([["12 068"]]), grids([[" 12\n\t068 "]])) == Score(
        1, 1, 1
    )


def test_cells_of_another_page_are_wrong() -> None:
    truth, found = grids([["a"]], page=1), grids([["a"]], page=2)
    assert tables_quality.score_cells(truth, found) == Score(1, 1, 0)


def test_wrong_cells_are_told_apart() -> None:
    truth = ["Czech Republic", "12 068", "Total cost", "Estonia", "same"]
    found = ["CzechRepublic", "Year 12 068", "cost", "Latvia", "same"]
    wrong = tables_quality.explain(truth, found)
    assert wrong.blanks == ["Czech Republic | CzechRepublic"]
    assert wrong.joined == ["12 068 | Year 12 068"]
    assert wrong.parted == ["Total cost | cost"]
    assert (wrong.missing, wrong.added) == (["Estonia"], ["Latvia"])


def test_no_wrong_cells_say_nothing() -> None:
    assert str(tables_quality.explain(["a"], ["a"])) == ""


@pytest.mark.parametrize(
    ("other", "share"),
    [
        ((0.0, 0.0, 10.0, 10.0), 1.0),
        ((5.0, 0.0, 15.0, 10.0), 1 / 3),
        ((0.0, 0.0, 10.0, 8.0), 0.8),
        ((10.0, 0.0, 20.0, 10.0), 0.0),
        ((30.0, 30.0, 40.0, 40.0), 0.0),
        ((5.0, 5.0, 5.0, 5.0), 0.0),
    ],
)
def test_overlap(other: tuple[float, float, float, float], share: float) -> None:
    assert overlap((0.0, 0.0, 10.0, 10.0), other) == pytest.approx(share)


def test_nearest_boxes_pair_once_and_not_from_afar() -> None:
    one = [(0.0, 0.0, 2.0, 2.0), (10.0, 0.0, 12.0, 2.0)]
    two = [(9.0, 0.0, 11.0, 2.0), (100.0, 0.0, 102.0, 2.0)]
    assert nearest_pairs(one, two, 50) == [(1, 0)]
    assert sorted(nearest_pairs(one, two, 200)) == [(0, 1), (1, 0)]


def test_boxes_of_the_nearest_equal_word_are_compared() -> None:
    theirs = [
        ("EUR", (0.0, 0.0, 20.0, 10.0)),
        ("EUR", (0.0, 50.0, 20.0, 60.0)),
        ("x", (0, 0, 1, 1)),
    ]
    own = [("EUR", (0.0, 54.0, 20.0, 60.0)), ("EUR", (0.0, 1.0, 20.0, 10.0))]
    tally = boxes.Tally()
    bad = boxes.count(theirs, own, tally)
    assert (tally.theirs, tally.matched, tally.good) == (3, 2, 1)
    assert (tally.wide, tally.high) == (2, 1)
    assert len(bad) == 1
    assert "0.60" in bad[0]


def test_poppler_markup_is_read() -> None:
    markup = (
        '<page width="10" height="10">\n'
        '<word xMin="1.5" yMin="-2" xMax="3" yMax="4">R&amp;D</word>\n</page>\n'
        '<page width="10" height="10">\n</page>'
    )
    assert poppler.parse_boxes(markup) == [[poppler.PlacedWord("R&D", (1.5, -2.0, 3.0, 4.0))], []]


STRUCTURE = """<document><table id="1"><region page="2">
<cell id="1" start-row="0" end-row="1" start-col="0"><content>Total
cost</content></cell>
<cell id="1" start-row="0" start-col="1" end-col="3"><content>R &amp; D</content></cell>
</region></table></document>"""
REGIONS = """<document><table id="1"><region page="2">
<bounding-box x1="10" y1="20" x2="110" y2="70"/></region></table></document>"""


def test_truth_files_are_read(tmp_path: Path) -> None:
    structure, regions = tmp_path / "x-str.xml", tmp_path / "x-reg.xml"
    structure.write_text(STRUCTURE)
    regions.write_text(REGIONS)
    (region,) = read_cells(structure)
    assert region.page == 2
    assert region.cells == [GridText("Total\ncost", 0, 0, 1, 0), GridText("R & D", 0, 1, 0, 3)]
    assert list(read_boxes(regions, {2: 800.0})) == [(2, (10.0, 730.0, 110.0, 780.0))]


@pytest.mark.parametrize(("name", "recall"), [("eu-003", 1.0), ("eu-008", 8 / 58)])
def test_pdfplumber_has_its_known_recall(shared_data: Path, name: str, recall: float) -> None:
    path = shared_data / "pdf" / "tables" / f"{name}.pdf"
    score = tables_quality.score_cells(
        tables_quality.truth_grids(path), tables_quality.peer_grids(path)
    )
    assert score.recall == pytest.approx(recall)


def shapes(
    own: list[list[str]], peer: list[list[str | None]], unshaded: list[list[str | None]] | None
) -> table_shapes.Tally:
    """Compare one table of each reader in the same place."""
    box = (0.0, 0.0, 100.0, 50.0)
    tally = table_shapes.Tally()
    others = [] if unshaded is None else [corpus.PeerTable(box, unshaded)]
    table_shapes.compare_page([(box, own)], [corpus.PeerTable(box, peer)], others, tally)
    return tally


def test_blank_rows_and_columns_do_not_count() -> None:
    rows: list[list[str | None]] = [["a", None, "b c"], ["", " ", ""], ["d", "", None]]
    assert table_shapes.without_blank(rows) == [["a", "bc"], ["d", ""]]
    assert table_shapes.shape(table_shapes.without_blank([[None, ""]])) == (0, 0)
    tally = shapes([["a", "b"]], [["a", None, "b"], ["", "", ""]], None)
    assert (tally.both, tally.default, tally.share) == (1, 1, 1.0)


def test_shading_and_doubled_rules_are_forgiven_and_counted() -> None:
    strips: list[list[str | None]] = [["a", "b"], ["a2", "b2"]]
    assert shapes([["aa2", "bb2"]], strips, [["a a2", "b b2"]]).unshaded == 1
    doubled: list[list[str | None]] = [["a", None, "b"], [None, "c", "d"]]
    assert shapes([["a", "b"], ["c", "d"]], doubled, None).joined == 1


def test_another_shape_is_wrong() -> None:
    tally = shapes([["a", "b c"]], [["a", "b", "c"]], [["a", "b", "c"]])
    assert (tally.both, tally.share) == (1, 0.0)


def test_frames_are_set_aside_and_tables_elsewhere_counted() -> None:
    assert shapes([["a", "b"]], [["text"], ["more"]], None).frames == 1
    tally = table_shapes.Tally()
    far = corpus.PeerTable((300.0, 0.0, 400.0, 50.0), [["a", "b"]])
    table_shapes.compare_page([((0.0, 0.0, 100.0, 50.0), [["a", "b"]])], [far], [], tally)
    assert (tally.both, tally.peer_alone, tally.ours_alone) == (0, 1, 1)


HEIGHT = 200
BASE = 100.0  # of the word, from the top


@pytest.fixture
def page(tmp_path: Path) -> ink.Image:
    """The word `Éj` in 20 points at 50, a rule of 60 points close below it, as drawn."""
    path = tmp_path / "word.pdf"
    canvas = Canvas(str(path), pagesize=(HEIGHT, HEIGHT))
    canvas.setFont("Helvetica", 20)
    canvas.drawString(50, HEIGHT - BASE, "Éj")
    canvas.line(40, HEIGHT - BASE - 6, 100, HEIGHT - BASE - 6)
    canvas.save()
    with ink.drawings(path) as draw:
        return draw(1)


def cut(page: ink.Image, *words: tuple[str, tuple[float, float, float, float]]) -> ink.Tally:
    """Count the words of a drawn page."""
    tally = ink.Tally()
    ink.count(page, words, tally)
    return tally


def test_a_generous_box_cuts_nothing(page: ink.Image) -> None:
    assert page.shape == (HEIGHT * ink.SCALE, HEIGHT * ink.SCALE)
    tally = cut(page, ("Éj", (49.0, BASE - 22, 70.0, BASE + 6)))
    assert (tally.words, tally.cut, tally.blank) == (1, 0, 0)


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((49.0, BASE - 10, 70.0, BASE + 6), id="above"),
        pytest.param((49.0, BASE - 22, 70.0, BASE + 1), id="below"),
        pytest.param((54.0, BASE - 22, 70.0, BASE + 6), id="left"),
        pytest.param((49.0, BASE - 22, 60.0, BASE + 6), id="right"),
    ],
)
def test_ink_out_of_a_box_is_seen_on_each_side(
    page: ink.Image, box: tuple[float, float, float, float], request: pytest.FixtureRequest
) -> None:
    tally = ink.Tally()
    (said,) = ink.count(page, [("Éj", box)], tally)
    assert tally.cut == 1
    assert request.node.callspec.id in said


def test_an_accent_that_does_not_touch_its_letter_is_seen(page: ink.Image) -> None:
    # Helvetica's capitals are 718 units of 1000 high: the box ends between letter and accent
    tally = ink.Tally()
    (said,) = ink.count(page, [("Éj", (49.0, BASE - 14.6, 70.0, BASE + 6))], tally)
    assert "above" in said


def test_ink_in_the_box_of_another_word_is_not_cut(page: ink.Image) -> None:
    lower, upper = (49.0, BASE - 10, 70.0, BASE + 6), (49.0, BASE - 30, 70.0, BASE - 10)
    assert cut(page, ("j", lower), ("É", upper)).cut == 0


def test_a_box_beside_the_ink_is_blank_and_a_dark_ground_left_out(page: ink.Image) -> None:
    assert cut(page, ("x", (120.0, 20.0, 140.0, 40.0))).blank == 1
    assert cut(np.zeros_like(page), ("x", (120.0, 20.0, 140.0, 40.0))).words == 0


def test_words_of_a_page_are_scored_against_poppler(tmp_path: Path) -> None:
    if not corpus.has_poppler():
        pytest.skip(corpus.NO_POPPLER)
    path = tmp_path / "words.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "Twelve radios for the coast guard")
    canvas.showPage()
    canvas.rect(72, 72, 100, 100)  # a page without text, which is left out
    canvas.save()
    (score,) = text_quality.page_scores(path)
    assert (score.number, score.ours, score.peer) == (1, 1.0, 1.0)
    assert [word.text for word in poppler.words(path)[0]][:2] == ["Twelve", "radios"]


def test_the_long_file_has_its_pages(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(memory.draw_long(tmp_path / "long.pdf", 3))
    try:
        assert len(document) == 3
        assert "Page 3, line 29" in document[2].get_textpage().get_text_range()
    finally:
        document.close()


def test_floors_name_what_is_below() -> None:
    floors = [
        Floor(figure="a.x", least=0.9),
        Floor(figure="a.y", most=5),
        Floor(figure="b.z", most=1),
    ]
    assert list(broken(floors, {"a.x": 0.9, "a.y": 5.0})) == []
    below, above = broken(floors, {"a.x": 0.8, "a.y": 6.0})
    assert "a.x is 0.8" in below
    assert "a.y is 6.0" in above


def test_a_floor_whose_figure_got_lost_is_broken() -> None:
    (said,) = broken([Floor(figure="a.x", least=0.9)], {"a.other": 1.0})
    assert said.startswith("a.x")


def test_a_floor_needs_a_bound() -> None:
    with pytest.raises(ValueError, match="neither least nor most"):
        Floor(figure="a.x")


def test_each_floor_is_of_a_measurement_and_stands_once() -> None:
    names = [floor.figure for floor in read_floors()]
    assert len(names) == len(set(names)) > 10
    assert {name.split(".")[0] for name in names} == set(command.MEASUREMENTS)


@pytest.mark.parametrize(("growth", "status"), [(0.02, 0), (0.5, 1)])
def test_check_exits_1_below_a_floor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], growth: float, status: int
) -> None:
    result = Result("memory", {"memory.growth": growth, "memory.long": 100.0})
    monkeypatch.setitem(command.MEASUREMENTS, "memory", lambda: result)
    assert command.main(["memory", "--check"]) == status
    assert ("memory.growth is 0.5000" in capsys.readouterr().out) == bool(status)
    assert command.main(["memory"]) == 0


def test_columns_line_up() -> None:
    assert columns(("file", "R"), [("eu-001", 0.5), ("b", 12)]) == [
        "file         R",
        "eu-001  0.5000",
        "b           12",
    ]
