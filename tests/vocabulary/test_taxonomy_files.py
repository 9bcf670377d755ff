"""Each fault in the taxonomy's files has its own error, which names the file or type."""

from pathlib import Path

import pytest

from vocabulary.errors import (
    BadCpv,
    BadVocabularyValue,
    DuplicateId,
    DuplicateTerm,
    UnknownVocabularyKey,
    UnreadableVocabulary,
    VocabularyError,
)
from vocabulary.taxonomy import load_taxonomy
from vocabulary.taxonomy_files import read_taxonomy

HEAD = 'id = "boats"\nlabel = "Boats"\n'
CANOE = '[[type]]\nid = "canoe"\nlabel = "Canoe"\nterms.en = ["canoe"]\ncpv = ["34500000"]\n'
GENERIC = '[words]\nen = ["system"]\n[shared_terms]\nen = ["punt"]\n'


def write(folder: Path, *families: str) -> Path:
    (folder / "equipment").mkdir()
    (folder / "generic.toml").write_text(GENERIC, encoding="utf-8")
    for number, family in enumerate(families):
        (folder / "equipment" / f"f{number}.toml").write_text(family, encoding="utf-8")
    return folder


def kind(type_id: str, lines: str) -> str:
    return f'[[type]]\nid = "{type_id}"\nlabel = "A"\n{lines}\n'


FAULTS = [
    (HEAD + CANOE + 'colour = "red"\n', UnknownVocabularyKey, "type canoe .* 'colour'"),
    (HEAD + "size = 3\n" + CANOE, UnknownVocabularyKey, "f0.toml .* 'size'"),
    (HEAD + CANOE + CANOE, DuplicateId, "'canoe'"),
    (HEAD + CANOE + kind("kayak", 'terms.en = ["Canoe"]'), DuplicateTerm, "kayak: the en term"),
    (HEAD + CANOE + kind("kayak", 'terms.en = ["kayak"]\ncpv = ["345"]'), BadCpv, "prefix 345"),
    (HEAD + kind("raft", 'terms.en = ["raft"]\ncpv = ["3450000X"]'), BadCpv, "3450000X"),
    (HEAD + kind("raft", 'terms.en = ["raft"]\ncpv = ["99000000"]'), BadCpv, "99000000"),
    (HEAD + kind("raft", 'terms.en = ["raft"]\ncpv = ["345000001"]'), BadCpv, "345000001"),
    (HEAD + kind("Raft", 'terms.en = ["raft"]'), BadVocabularyValue, "snake_case"),
    (HEAD + kind("raft", ""), BadVocabularyValue, "type raft has no terms"),
    (HEAD + kind("raft", 'terms.english = ["raft"]'), BadVocabularyValue, "'english'"),
    (HEAD + kind("raft", 'terms.en = ["raft "]'), BadVocabularyValue, "'raft '"),
    (HEAD + kind("raft", 'terms.en = "raft"'), BadVocabularyValue, "needs 'en' as list"),
    (HEAD + kind("raft", 'terms.en = ["raft"]\ndual_use = "yes"'), BadVocabularyValue, "dual_use"),
    (HEAD + kind("raft", 'terms.en = ["raft"]\nbroader = "ark"'), BadVocabularyValue, "'ark'"),
    (HEAD, BadVocabularyValue, "'type'"),
    ('label = "Boats"\n' + CANOE, BadVocabularyValue, "needs 'id'"),
    ("id = boats", UnreadableVocabulary, "f0.toml cannot be read"),
]


@pytest.mark.parametrize(("family", "error", "words"), FAULTS)
def test_fault(tmp_path: Path, family: str, error: type[VocabularyError], words: str) -> None:
    with pytest.raises(error, match=words):
        read_taxonomy(write(tmp_path, family))


def test_family_id_twice(tmp_path: Path) -> None:
    with pytest.raises(DuplicateId, match="family 'boats'"):
        read_taxonomy(write(tmp_path, HEAD + CANOE, HEAD + kind("raft", 'terms.en = ["raft"]')))


def test_brand_of_two_types(tmp_path: Path) -> None:
    more = kind("raft", 'terms.en = ["raft"]\nbrands = ["Nemo"]')
    with pytest.raises(DuplicateTerm, match="'Nemo' is given to canoe"):
        read_taxonomy(write(tmp_path, HEAD + CANOE + 'brands = ["Nemo"]\n' + more))


def test_no_generic_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableVocabulary, match=r"generic\.toml"):
        read_taxonomy(tmp_path)


def test_a_listed_term_may_be_shared_and_the_first_type_has_it(tmp_path: Path) -> None:
    one = kind("barge", 'terms.en = ["punt"]')
    two = kind("skiff", 'terms.en = ["punt", "skiff"]\ncpv = ["34510000"]')
    taxonomy = load_taxonomy(write(tmp_path, HEAD + one + two))
    assert taxonomy.terms("en")["punts"] == "barge"
    assert taxonomy.type("skiff").cpv == ("3451",)
    assert taxonomy.type("skiff").family == "boats"
