"""Reads the tag tree of a PDF and says what does not hold together in it."""

import io
import re
from typing import Any

import pikepdf


def mistakes(pdf: bytes) -> list[str]:
    """Marked content without an owner on its page, links outside the tree, header cells without scope, and the like."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        owners = dict(_entries(document.Root.StructTreeRoot.ParentTree))
        pages = {page.obj.objgen for page in document.pages}
        tree = {element.objgen for element in elements(document)}
        found = [wrong for element in elements(document) for wrong in _in_element(element, pages)]
        for number, page in enumerate(document.pages, 1):
            found += [f"page {number}: {wrong}" for wrong in _on_page(page, owners, tree)]
    return found


def elements(document: pikepdf.Pdf) -> list[Any]:
    """Every structure element, in no promised order."""
    waiting, found = list(document.Root.StructTreeRoot.K), []
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += [kid for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return found


def _in_element(element: Any, pages: set[tuple[int, int]]) -> list[str]:
    kids = [kid for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    wrong = ["a kid that names another parent" for kid in kids if kid.P.objgen != element.objgen]
    if element.S == pikepdf.Name.TH and "/Scope" not in element.get("/A", {}):
        wrong.append("a header cell without scope")
    if pikepdf.Name.Figure == element.S and "/Alt" not in element:
        wrong.append("a figure without words")
    if "/Pg" in element and element.Pg.objgen not in pages:
        wrong.append("an element on a page that is not in the document")
    return wrong


def _on_page(page: Any, owners: dict[int, Any], tree: set[tuple[int, int]]) -> list[str]:
    contents = page.obj.Contents
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    marks = [int(mark) for stream in streams for mark in re.findall(rb"/MCID (\d+)", stream.read_bytes())]
    if sorted(marks) != list(range(len(marks))):
        return ["marks that are not numbered from 0"]
    wrong = []
    mine = list(owners.get(int(page.obj.StructParents), [])) if marks else []
    if len(mine) != len(marks):
        wrong.append(f"{len(marks)} marks and {len(mine)} owners")
    wrong += [f"mark {mark} is not with its owner" for mark, owner in enumerate(mine) if not _owns(owner, mark, page)]
    wrong += ["an owner outside the tree" for owner in mine if owner.objgen not in tree]
    links = page.obj.get("/Annots", [])
    return wrong + ["a link outside the tree" for link in links if int(link.StructParent) not in owners]


def _owns(owner: Any, mark: int, page: Any) -> bool:
    own_marks = [kid for kid in _kids(owner) if isinstance(kid, int)]
    return bool(owner.Pg.objgen == page.obj.objgen) and mark in own_marks


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _entries(node: Any) -> list[tuple[int, Any]]:
    if "/Kids" in node:
        return [entry for kid in node.Kids for entry in _entries(kid)]
    return [(int(node.Nums[place]), node.Nums[place + 1]) for place in range(0, len(node.Nums), 2)]
