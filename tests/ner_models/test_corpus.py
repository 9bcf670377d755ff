"""The inline markup of the training passages."""

from __future__ import annotations

import pytest

from ner_models.corpus import CorpusFault, parse, read_corpus

PASSAGE = """\
## en press_release
Under the [EUTF]{FU 1,2}, [ICMPD]{SU 1} sent [ten]{QT 1} [patrol
boats]{EQ 1} to [Libya]{RC 1, 2}.

## fr minutes
Rien [...] à signaler.
"""


def test_spans_have_offsets_of_the_bare_text() -> None:
    first, second = parse(PASSAGE, "a.txt")
    assert first.text == "Under the EUTF, ICMPD sent ten patrol\nboats to Libya."
    assert [(first.text[s.start : s.end], s.label, s.entries) for s in first.spans] == [
        ("EUTF", "FUND", (1, 2)),
        ("ICMPD", "SUPPLIER", (1,)),
        ("ten", "QUANTITY", (1,)),
        ("patrol\nboats", "EQUIPMENT", (1,)),
        ("Libya", "RECIPIENT", (1, 2)),
    ]
    assert (second.language, second.genre, second.text) == (
        "fr",
        "minutes",
        "Rien [...] à signaler.",
    )
    assert second.spans == ()
    assert (first.line, second.line) == (1, 5)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("## en minutes\nA [boat]{XX 1}.", 2),
        ("## en minutes\n\nA [boat]{EQ one}.", 3),
        ("## en minutes\nA [ boat]{EQ}.", 2),
        ("## en minutes\nA []{EQ}.", 2),
        ("## en minutes\nA boat]{EQ}.", 2),
        ("## en poetry\nA boat.", 1),
        ("stray text\n## en minutes\nA boat.", 1),
        ("## en minutes\nfine\n## english minutes\nA boat.", 2),
        ("## en minutes\n[A]{RC 1} and [B]{RC 1}.", 2),
    ],
)
def test_a_fault_names_file_and_line(content: str, line: int) -> None:
    with pytest.raises(CorpusFault, match=rf"^b\.txt, line {line}: "):
        parse(content, "b.txt")


def test_the_projects_own_passages_are_sound() -> None:
    passages = read_corpus()
    assert len(passages) >= 500
    assert {p.language for p in passages} == {"en", "fr", "de", "es", "it"}
    for passage in passages:
        ends = [0, *(span.end for span in passage.spans)]
        assert all(s.start >= e for s, e in zip(passage.spans, ends, strict=False))
