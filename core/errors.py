"""Every error that a person may see, under one base; the command line prints its one sentence."""

from __future__ import annotations

from typing import ClassVar


class MaterielError(Exception):
    """Base of all errors of this program; the message says what was wrong and what to do."""

    exit_status: ClassVar[int] = 1


class UsageError(MaterielError):
    """Raised by the command line and the settings when an option or a value cannot be used."""

    exit_status: ClassVar[int] = 2


class SettingsError(UsageError):
    """Raised by core.settings for an unknown key or a value outside its range."""


class RecordError(MaterielError, ValueError):
    """Raised by core.records when a record is built with a value that cannot be true."""


class NothingTaken(MaterielError):
    """Raised by `add` when nothing of what was named could be taken in."""


class OutputLocked(MaterielError):
    """Raised by operate.lock when another run holds the output folder."""


class OutputNotWritable(MaterielError):
    """Raised where the output folder or a file in it cannot be created or written."""


class NoWorkers(MaterielError):
    """Raised by operate.workers when no child process can be started."""


class DiskFull(MaterielError):
    """Raised where a write ended with "no space left on device"; what was complete is kept."""


class StoreError(MaterielError):
    """Base of what can be wrong with the database."""


class NewerDatabase(StoreError):
    """Raised by store.open when the database was made by a newer version of this program."""


class DamagedDatabase(StoreError):
    """Raised by store.open when the file is no database or fails SQLite's own check."""


class UnknownKey(StoreError):
    """Raised by `show` and `cite` when no document or entry has the key."""


class CrawlError(MaterielError):
    """Base of what ends the crawl of a source."""


class DocumentError(MaterielError):
    """Base of what is wrong with one document; costs one issue, never the run.

    `code` is the stable name under which `status` counts it.
    """

    code: ClassVar[str] = "document_error"


class EmptyDocument(DocumentError):
    """Raised by extract for a file of zero bytes or of white space only."""

    code: ClassVar[str] = "empty_document"


class UnknownFormat(DocumentError):
    """Raised by extract when the content is of no kind that Materiel reads."""

    code: ClassVar[str] = "unknown_format"


class DamagedDocument(DocumentError):
    """Raised by extract when a file is truncated or breaks the rules of its format."""

    code: ClassVar[str] = "damaged_document"


class EncryptedDocument(DocumentError):
    """Raised by extract when the file needs a password."""

    code: ClassVar[str] = "encrypted_document"


class HostileDocument(DocumentError):
    """Raised by extract for a ZIP bomb, entity expansion, an external entity and their kin."""

    code: ClassVar[str] = "hostile_document"


class InternalFault(DocumentError):
    """Recorded by operate.child when this program itself failed on a document: a bug to report."""

    code: ClassVar[str] = "internal_fault"


class LimitReached(DocumentError):
    """Raised by operate.workers when a document used up its time or memory."""

    code: ClassVar[str] = "limit_reached"


class WorkerDied(DocumentError):
    """Raised by operate.workers when a document ended its worker process."""

    code: ClassVar[str] = "worker_died"
