"""Write docs/equipment.md from the taxonomy: `python -m vocabulary.render`."""

from collections.abc import Iterator
from pathlib import Path

from vocabulary.taxonomy import LANGUAGES, EquipmentType, Family, Taxonomy, load_taxonomy

PAGE = Path(__file__).resolve().parent.parent / "docs" / "equipment.md"

_INTRO = """# Equipment types

Made from `vocabulary/equipment/*.toml` by `python -m vocabulary.render`; edit those files, not
this page. {families} families, {types} types, {terms} terms in base form.

An entry's type and family are one of these. A search for a word that names a type finds all its
names, in all languages and inflected forms. **S** marks surveillance equipment, **D** equipment
of possible dual use. CPV codes are written without their closing zeros; a notice's code belongs
to the type with the longest matching one.
"""


def render(taxonomy: Taxonomy) -> str:
    """The page, as Markdown: one section for each family and one for each type in it."""
    terms = sum(len(t) for e in taxonomy.types.values() for t in e.terms.values())
    intro = _INTRO.format(families=len(taxonomy.families), types=len(taxonomy.types), terms=terms)
    sections = (_family(family) for family in taxonomy.families.values())
    return "\n".join([intro, *sections])


def _family(family: Family) -> str:
    names = ", ".join(f"{language}: {label}" for language, label in family.labels.items())
    title = f"## {family.label} (`{family.id}`)\n\n{names}\n"
    return "\n".join([title, *(_type(equipment) for equipment in family.types)])


def _type(equipment: EquipmentType) -> str:
    flags = (" **S**" if equipment.surveillance else "") + (" **D**" if equipment.dual_use else "")
    lines = [f"### {equipment.label} (`{equipment.id}`){flags}", "", *_rows(equipment), ""]
    return "\n".join(lines)


def _rows(equipment: EquipmentType) -> Iterator[str]:
    others = sorted(language for language in equipment.terms if language not in LANGUAGES)
    for language in (*LANGUAGES, *others):
        if terms := equipment.terms.get(language):
            yield f"- {language}: {', '.join(term.split('|')[0] for term in terms)}"
    for label, words in (
        ("abbreviations", equipment.abbreviations),
        ("brands", equipment.brands),
        ("CPV", equipment.cpv),
    ):
        if words:
            yield f"- {label}: {', '.join(words)}"


def main() -> None:
    """Write the page of the package's taxonomy."""
    PAGE.write_text(render(load_taxonomy()), encoding="utf-8")


if __name__ == "__main__":
    main()
