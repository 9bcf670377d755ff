"""Office files that the tests of `extract` make part by part: invented content, real formats."""

from __future__ import annotations

import io
import zipfile

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_RELATED}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_ODF_SPACES = " ".join(
    f'xmlns:{short}="{_ODF}{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
        ("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("meta", "meta"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of these parts, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return buffer.getvalue()


def word_part(name: str, content: str) -> str:
    """A part of a word processor file with this root element."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_SPACES}>{content}</w:{name}>'


def word_package(body: str, *, namespace: str = _WORD, **parts: str) -> bytes:
    """A DOCX with this body and these parts (`styles`, `numbering`, `footnotes`, `header1` ...)."""
    kinds = {name: name.rstrip("0123456789") for name in parts}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATED}/{kind}" Target="{name}.xml"/>'
        for name, kind in kinds.items()
    )
    roots = {"header": "hdr", "footer": "ftr"}
    main = word_part("document", f"<w:body>{body}</w:body>")
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{_RELATED}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": main.replace(_WORD, namespace),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
        ),
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = word_part(roots.get(kinds[name], kinds[name]), content)
    return zipped(files)


def run(text: str, properties: str = "") -> str:
    """A run of a paragraph."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A table cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def open_document(
    kind: str, content: str, *, styles: str = "", automatic: str = "", manifest: str = ""
) -> bytes:
    """An ODT (`text`) or ODS (`spreadsheet`) with this content and these styles."""
    start = '<?xml version="1.0" encoding="UTF-8"?>'
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": (
                f"{start}<office:document-content {_ODF_SPACES}>"
                f"<office:automatic-styles>{automatic}</office:automatic-styles>"
                f"<office:body><office:{kind}>{content}</office:{kind}></office:body>"
                "</office:document-content>"
            ),
            "styles.xml": (
                f"{start}<office:document-styles {_ODF_SPACES}>{styles}</office:document-styles>"
            ),
            "meta.xml": (
                f"{start}<office:document-meta {_ODF_SPACES}><office:meta>"
                "<dc:title>Annex II</dc:title><dc:language>fr-FR</dc:language>"
                "</office:meta></office:document-meta>"
            ),
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        }
    )
