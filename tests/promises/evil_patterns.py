"""Forty texts that make a careless pattern or parser go back and forth, each grown to any length."""

from collections.abc import Callable, Mapping

Grown = Callable[[int], str]


def _repeated(piece: str, end: str = "") -> Grown:
    return lambda length: (piece * (length // len(piece) + 1))[: length - len(end)] + end


def _nested(opening: str, closing: str) -> Grown:
    def grown(length: int) -> str:
        depth = length // (len(opening) + len(closing))
        return opening * depth + closing * depth

    return grown


EVIL: Mapping[str, Grown] = {
    "one letter": _repeated("a"),
    "one letter, then another": _repeated("a", "!"),
    "spaces": _repeated(" "),
    "spaces, then a letter": _repeated(" ", "x"),
    "tabs and spaces": _repeated(" \t", "x"),
    "line ends": _repeated("\n"),
    "line ends of Windows": _repeated("\r\n", "x"),
    "spaces before line ends": _repeated(" \n"),
    "digits": _repeated("0", "x"),
    "a number and a dot": _repeated("1."),
    "two words in turn": _repeated("a b "),
    "two lines in turn": _repeated("a\nb\n"),
    "hyphens": _repeated("-", "x"),
    "words with hyphens": _repeated("a-", "_"),
    "underscores": _repeated("a_", "-"),
    "colons": _repeated("a:", " "),
    "a key without a value": _repeated("key: ", "\n"),
    "bars": _repeated("|", "x"),
    "bars and rules": _repeated("|-", "x"),
    "bars and colons": _repeated("|:-:", "x"),
    "backslashes": _repeated("\\", "|"),
    "escaped bars": _repeated("\\|", "x"),
    "stars": _repeated("*a **a "),
    "stars without end": _repeated("*"),
    "backticks": _repeated("`", "x"),
    "backticks in turn": _repeated("`a``b"),
    "opening brackets": _repeated("["),
    "brackets within brackets": _nested("[", "]"),
    "brackets with an address": _nested("[a](", ")"),
    "addresses that begin": _repeated("[a](b"),
    "quotes within quotes": _repeated("> "),
    "a quotation without end": _repeated('"', "x"),
    "quotations in turn": _repeated('"a" '),
    "comments that begin": _repeated("<!-- "),
    "our own marks that begin": _repeated("<!-- gatehouse:a {"),
    "elements that begin": _repeated("<a "),
    "headings": _repeated("# a\n"),
    "lists in lists": _repeated("- "),
    "braces within braces": _nested("{", "}"),
    "JSON within JSON": _nested('{"a":[', "]}"),
    "anchors and aliases": lambda length: "a: &a [x]\n" + ("b: [*a, *a]\n" * (length // 12)),
    "marks on letters": _repeated("e\u0301\u0300"),
    "superseded by": _repeated("superseded by "),
}
