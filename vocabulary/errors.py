"""What can be wrong with the vocabulary's data files."""

from core.errors import MaterielError


class VocabularyError(MaterielError):
    """Base of the faults of a vocabulary file; the message names the file and the entry."""


class UnreadableVocabulary(VocabularyError):
    """Raised when a vocabulary file is absent or is not TOML."""


class UnknownVocabularyKey(VocabularyError):
    """Raised for a key that the schema of the file does not have."""


class BadVocabularyValue(VocabularyError):
    """Raised for a value that is missing, of the wrong kind or not written as it has to be."""


class DuplicateId(VocabularyError):
    """Raised when two families, types, funds or bodies have the same id."""


class DuplicateTerm(VocabularyError):
    """Raised when two types have the same term in a language, or the same brand."""


class BadCpv(VocabularyError):
    """Raised for a CPV code or prefix that the nomenclature cannot hold, or that two types have."""
