"""Forms that write are judged by the server alone: it says each mistake at its field, and loses nothing."""

import re
from pathlib import Path

import pytest

FORM = re.compile(r"<form\b[^>]*>", re.DOTALL)


def test_no_browser_stops_a_form_with_a_bubble_of_its_own(repository: Path) -> None:
    silent = []
    for template in sorted((repository / "templates").rglob("*.html")):
        for form in FORM.findall(template.read_text()):
            writes = 'method="post"' in form or "hx-post" in form
            if writes and "gh-form" in form and "novalidate" not in form:
                silent.append(f"{template.relative_to(repository)}: {form[:90]}")
    assert silent == []


@pytest.mark.parametrize("spelling", ["email address", "Email", "e-mail adress", "eMail"])
def test_the_interface_spells_e_mail_one_way(repository: Path, spelling: str) -> None:
    found = [
        str(path.relative_to(repository))
        for folder in ("portal/forms", "portal/views", "portal/tables", "readiness/forms", "templates")
        for path in (repository / folder).rglob("*.*")
        if path.suffix in (".py", ".html", ".txt")
        and re.search(rf"[>\"“ ]{spelling}(?=[ .<\",])", re.sub(r"\{[%{#].*?[%}#]\}", "", path.read_text()))
        and not re.search(rf"class \w*{spelling}", path.read_text())
    ]
    assert found == []
