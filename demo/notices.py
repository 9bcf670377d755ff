"""Writes notices as TED publishes them: the former TED_EXPORT forms and eForms."""

from demo.notices_eforms import write_eforms
from demo.notices_legacy import write_legacy
from demo.world import Notice


def write_notice(notice: Notice) -> bytes:
    """Return the XML of a notice in its form, UTF-8 with a declaration."""
    write = write_eforms if notice.form.startswith("eforms") else write_legacy
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + write(notice).encode()
