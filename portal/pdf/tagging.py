"""Puts right, once per part, what the renderer's tag tree leaves to be desired.

Header cells get a `Scope` instead of IDs that would clash between parts; elements that only wrap (`Span`, `NonStruct`
without attributes) hand their content to their parent, which leaves a third of the elements and the same reading
order; the outline goes, since the merge writes one for the whole document.
"""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Array, Dictionary, Object, Pdf

_CARRIED = {"/Type", "/S", "/P", "/K", "/Pg"}


def tidy(pdf: bytes) -> bytes:
    """The same pages with a lean tag tree and without outline, names and metadata."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        for key in ("/Outlines", "/Names", "/Metadata"):
            if key in document.Root:
                del document.Root[key]
        if "/StructTreeRoot" in document.Root:
            _tidy_tree(document)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _tidy_tree(document: "Pdf") -> None:
    from pikepdf import Dictionary

    owners: dict[tuple[int, int], Object] = {}
    root = document.Root.StructTreeRoot
    for top in root.K:
        if isinstance(top, Dictionary):
            _lean(top, owners, in_head=False)
    nums = root.ParentTree.Nums
    for position in range(1, len(nums), 2):
        nums[position] = _reassigned(nums[position], owners)


def _lean(element: "Dictionary", owners: dict[tuple[int, int], "Object"], *, in_head: bool) -> None:
    """Settle the attributes of `element` and let its kids be its own and those of the wrappers among them."""
    from pikepdf import Array, Dictionary, Name

    kind = element.get("/S")
    in_head = in_head or kind == Name.THead
    _settle_cell(element, kind, in_head=in_head)
    kids: list[Object | int] = []
    for kid in _kids(element):
        if not isinstance(kid, Dictionary) or "/S" not in kid:
            kids.append(kid)
            continue
        _lean(kid, owners, in_head=in_head)
        kids += _handed_up(kid, element, owners)
    element.K = Array(kids)


def _handed_up(
    kid: "Dictionary", parent: "Dictionary", owners: dict[tuple[int, int], "Object"]
) -> "list[Object | int]":
    """The kid itself, or what it wraps: then its content and its own kids belong to the parent."""
    from pikepdf import Dictionary

    inner = _kids(kid)
    if not _only_wraps(kid) or not _same_page(kid, parent, inner):
        return [kid]
    if "/Pg" in kid:
        parent.Pg = kid.Pg
    for grandchild in inner:
        if isinstance(grandchild, Dictionary) and "/S" in grandchild:
            grandchild.P = parent
    owners[kid.objgen] = parent
    return inner


def _same_page(kid: "Dictionary", parent: "Dictionary", inner: "list[Object | int]") -> bool:
    if "/Pg" not in kid or not any(isinstance(one, int) for one in inner):
        return True
    return "/Pg" not in parent or bool(parent.Pg.objgen == kid.Pg.objgen)


def _only_wraps(element: "Dictionary") -> bool:
    from pikepdf import Name

    return element.get("/S") in (Name.Span, Name.NonStruct) and set(element.keys()) <= _CARRIED


def _settle_cell(element: "Dictionary", kind: "Object | None", *, in_head: bool) -> None:
    from pikepdf import Dictionary, Name

    if kind == Name.TH:
        kept = {key: element.A[key] for key in ("/ColSpan", "/RowSpan") if key in element.get("/A", {})}
        scope = Name.Column if in_head else Name.Row
        element.A = Dictionary({"/O": Name.Table, "/Scope": scope, **kept})
        if "/ID" in element:
            del element["/ID"]
    elif kind == Name.TD and "/A" in element:
        if "/Headers" in element.A:
            del element.A["/Headers"]
        if len(element.A.keys()) == 1:
            del element["/A"]


def _kids(element: "Dictionary") -> "list[Object | int]":
    from pikepdf import Array

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _reassigned(entry: "Object", owners: dict[tuple[int, int], "Object"]) -> "Object | Array":
    """An entry of the parent tree (one owner, or the owners of a page's marks) with the wrappers replaced."""
    from pikepdf import Array

    if isinstance(entry, Array):
        return Array([_owner(one, owners) for one in entry])
    return _owner(entry, owners)


def _owner(element: "Object", owners: dict[tuple[int, int], "Object"]) -> "Object":
    while element.objgen in owners:
        element = owners[element.objgen]
    return element
