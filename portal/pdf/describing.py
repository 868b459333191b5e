"""What a PDF says of itself: outline, title, author and times, and the same as XMP. Nothing is read from the clock."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from portal.pdf.writing import DocumentWriter, reference, text

PRODUCER = "WeasyPrint and pikepdf"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
<xmp:CreatorTool>{software}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Description:
    """The document's words about itself; `made_at` comes from its row, so that the same row gives the same bytes."""

    title: str
    author: str
    subject: str
    software: str
    made_at: datetime.datetime
    language: str = "en-GB"


@dataclass(slots=True)
class Entry:
    """One line of the outline: its words, the object number of its page, the height on it, and the lines below it."""

    label: str
    page: int
    top: float
    level: int
    number: int = 0
    below: "list[Entry]" = field(default_factory=list)


def write_info(writer: DocumentWriter, described: Description) -> int:
    """The document's information dictionary; its number."""
    moment = f"(D:{described.made_at.astimezone(datetime.UTC):%Y%m%d%H%M%S}Z)".encode()
    return writer.add(
        b"<< /Title %s /Author %s /Subject %s /Creator %s /Producer %s /CreationDate %s /ModDate %s >>"
        % (
            *map(text, (described.title, described.author, described.subject, described.software, PRODUCER)),
            moment,
            moment,
        )
    )


def write_metadata(writer: DocumentWriter, described: Description) -> int:
    """The same as XMP, uncompressed as readers expect it; the stream's number."""
    made = f"{described.made_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    words = {name: escape(getattr(described, name)) for name in ("title", "author", "subject", "software", "language")}
    number = writer.reserve()
    xmp = _XMP.format(**words, made=made, producer=PRODUCER).encode("utf-8", "replace")
    writer.write_stream(number, b"/Type /Metadata /Subtype /XML", xmp)
    return number


def write_outline(writer: DocumentWriter, entries: Sequence[Entry]) -> int:
    """The side bar's tree: level 1 open, what is deeper closed; the number of its root."""
    top = _nested(entries)
    root = writer.reserve()
    _write_entries(writer, top, root)
    count = sum(1 + len(entry.below) for entry in top)
    ends = b" /First %s /Last %s" % (reference(top[0].number), reference(top[-1].number)) if top else b""
    writer.write(root, b"<< /Type /Outlines /Count %d%s >>" % (count, ends))
    return root


def _nested(entries: Sequence[Entry]) -> list[Entry]:
    root = Entry("", 0, 0, 0)
    line = [root]
    for entry in entries:
        while line[-1].level >= entry.level:
            line.pop()
        line[-1].below.append(entry)
        line.append(entry)
    return root.below


def _write_entries(writer: DocumentWriter, entries: list[Entry], parent: int) -> None:
    for entry in entries:
        entry.number = writer.reserve()
    for place, entry in enumerate(entries):
        parts = [
            b"/Title %s /Parent %s" % (text(entry.label), reference(parent)),
            b"/Dest [%s /XYZ 0 %s 0]" % (reference(entry.page), f"{entry.top:.2f}".encode()),
        ]
        if place:
            parts.append(b"/Prev " + reference(entries[place - 1].number))
        if place + 1 < len(entries):
            parts.append(b"/Next " + reference(entries[place + 1].number))
        if entry.below:
            _write_entries(writer, entry.below, entry.number)
            count = len(entry.below) if entry.level == 1 else -len(entry.below)  # negative: closed
            first, last = reference(entry.below[0].number), reference(entry.below[-1].number)
            parts.append(b"/First %s /Last %s /Count %d" % (first, last, count))
        writer.write(entry.number, b"<< %s >>" % b" ".join(parts))
