"""From what a person types to a tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.search.parse import DEEPEST, LONGEST, MOST_TEXTS, parse
from store.search.tree import And, Kind, Name, Near, Node, Not, Or, Text, leaves
from store.search.words import words_of


def text(written: str, *, prefix: bool = False, exact: bool = False) -> Text:
    """Return a leaf."""
    return Text(written, words_of(written), prefix=prefix, exact=exact)


A, B, C, D = (text(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NOT b", Not(A, B)),
        ("a AND NOT b", Not(A, B)),
        ("a -b", Not(A, B)),
        ('a -"b c"', Not(A, text("b c"))),
        ("a -(b OR c)", Not(A, Or((B, C)))),
        ("-a b", Not(B, A)),
        ("NOT a b -c", Not(B, Or((A, C)))),
        ("a OR (b -c)", Or((A, Not(B, C)))),
        ('"patrol boat"', text("patrol boat")),
        ('="patrol boat"', text("patrol boat", exact=True)),
        ("=boat", text("boat", exact=True)),
        ("equip*", text("equip", prefix=True)),
        ('"patrol bo"*', text("patrol bo", prefix=True)),
        ("NEAR(a b, 5)", Near((A, B), 5)),
        ("NEAR(a b,5)", Near((A, B), 5)),
        ("NEAR(a, b)", Near((A, B), 10)),
        ("NEAR(a b 5)", Near((A, B, text("5")), 10)),
        ("drones, boats.", And((text("drones"), text("boats")))),
        ("NEAR(a b , 5)", Near((A, B), 5)),
        ('NEAR(a "b c")', Near((A, text("b c")), 10)),
        ("NEAR(a)", A),
        ("type:uav a", And((Kind("type", "uav"), A))),
        ('type:"patrol boat"', Kind("type", "patrol boat")),
        ("-type:uav a", Not(A, Kind("type", "uav"))),
        ("family:vessels", Kind("family", "vessels")),
        ("title:a", text("title:a")),
        ("C(2025)5935", text("C(2025)5935")),
        ("C(2025) 5935", text("C(2025) 5935")),
        ("(C(2025)5935)", text("C(2025)5935")),
        ("2023/S 012-345678", text("2023/S 012-345678")),
        ("T05-EUTF-NOA-LY-03", text("T05-EUTF-NOA-LY-03")),
        ("near and or not", And(tuple(text(word) for word in ("near", "and", "or", "not")))),
        ("a § b", And((A, B))),
        ("", None),
        ("§ - ! *", None),
    ],
)
def test_queries(query: str, tree: Node | None) -> None:
    parsed = parse(query)
    assert parsed.tree == tree
    assert not parsed.plain
    assert not parsed.cut


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("a (b", ["a", "b"]),
        ("a) b", ["a", "b"]),
        ("a AND", ["a"]),
        ("OR a", ["a"]),
        ("NOT a", ["a"]),
        ("-a", ["a"]),
        ("a OR -b", ["a", "b"]),
        ("a AND OR b", ["a", "b"]),
        ('a "b', ["a", "b"]),
        ("NEAR(a (b))", ["a", "b"]),
        ("NEAR(a", ["a"]),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), ["a"]),
        ("()", []),
        ("AND", []),
    ],
)
def test_broken_syntax_gives_the_plain_words(query: str, words: list[str]) -> None:
    parsed = parse(query)
    assert parsed.plain
    found = (
        [leaf.written for leaf in leaves(parsed.tree) if isinstance(leaf, Text)]
        if parsed.tree
        else []
    )
    assert found == words


def test_long_queries_are_cut_and_said_to_be() -> None:
    many = parse(" ".join(f"w{number}" for number in range(MOST_TEXTS + 50)))
    assert many.cut
    assert many.tree is not None
    assert len(list(leaves(many.tree))) == MOST_TEXTS
    assert parse("x" * (LONGEST + 1)).cut
    long = parse('"' + "word " * 50 + '"').tree
    assert isinstance(long, Text)
    assert len(long.words) == 20


def written(node: Node) -> str:
    """Return a tree as a person may type it."""
    match node:
        case Text():
            star = "*" if node.prefix else ""
            return f'{"=" if node.exact else ""}"{node.written}"{star}'
        case Kind(field, value):
            return f'{field}:"{value}"'
        case Near(parts, distance):
            return f"NEAR({' '.join(map(written, parts))}, {distance})"
        case And(parts):
            return "(" + " ".join(map(written, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(written, parts)) + ")"
        case Not(wanted, unwanted):
            return f"({written(wanted)} NOT {written(unwanted)})"
        case Name():
            raise AssertionError("the parser knows no names; the taxonomy does")


def flat(node: Node) -> Node:
    """Return a tree in the shape that the parser gives: what is excluded stands together."""
    match node:
        case And(parts) | Or(parts):
            return type(node)(tuple(flat(part) for part in parts))
        case Not(wanted, unwanted):
            return Not(flat(wanted), flat(unwanted))
    return node


_TEXTS = st.builds(
    text,
    st.lists(st.sampled_from(["boat", "é", "x1", "Drohne"]), min_size=1, max_size=3).map(" ".join),
    prefix=st.booleans(),
    exact=st.booleans(),
)
_KINDS = st.builds(Kind, st.sampled_from(["type", "family"]), st.sampled_from(["uav", "a b"]))
_NEARS = st.builds(
    Near,
    st.lists(_TEXTS, min_size=2, max_size=3).map(tuple),
    st.integers(min_value=0, max_value=99),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(And, parts) | st.builds(Or, parts) | st.builds(Not, inner, inner)


@settings(max_examples=300, deadline=None)
@given(st.recursive(_TEXTS | _KINDS | _NEARS, _grown, max_leaves=8))
def test_a_tree_that_is_written_down_is_read_again(tree: Node) -> None:
    parsed = parse(written(tree))
    assert not parsed.plain
    assert parsed.tree == flat(tree)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='ab ()"*-=:NEARORT,5', max_size=60))
def test_whatever_is_typed_is_bounded_and_read_without_fault(query: str) -> None:
    parsed = parse(query)
    found = list(leaves(parsed.tree)) if parsed.tree else []
    assert len(found) <= MOST_TEXTS
    assert all(leaf.words for leaf in found if isinstance(leaf, Text))
