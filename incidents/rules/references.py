"""How an incident is called, and which one somebody means. Pure."""

import re

_READ = re.compile(r"(?:(?P<slug>[a-z0-9][a-z0-9-]*)[/ ]+)?(?:INC[- ]?)?0*(?P<number>[1-9]\d{0,6})", re.IGNORECASE)


def label(number: int) -> str:
    """What it is called within its service, such as INC-0031."""
    return f"INC-{number:04d}"


def reference(slug: str, number: int, *, within: str = "") -> str:
    """What it is called from the service `within`: its label there, with its service elsewhere."""
    return label(number) if slug == within else f"{slug}/{label(number)}"


def read(text: str, within: str) -> tuple[str, int] | None:
    """The service and number of the incident that a text names, from the service `within`; None where it names none."""
    found = _READ.fullmatch(text.strip())
    if found is None:
        return None
    slug = found["slug"]
    if slug is None or slug.upper() == "INC":
        slug = within
    return slug.lower(), int(found["number"])
