"""The pages of an import."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.models import User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db

HEAD = "slug,name,team,owner,tier,tier_reason,sourcing\n"
GOOD = HEAD + "claims,Claims,t,lead@example.com,2,Brokers rely on it.,hybrid\n"


@pytest.fixture
def lead(client: Client) -> User:
    lead = portal.member(portal.team("T", "t"), Role.LEAD, who=portal.person("Lead", "lead@example.com"))
    client.force_login(lead)
    return lead


def upload(client: Client, text: str, kind: str = "services"):  # type: ignore[no-untyped-def]  # the test client's own
    file = SimpleUploadedFile("services.csv", text.encode())
    return client.post("/services/import/", {"kind": kind, "file": file})


def test_a_file_is_shown_row_by_row_then_done_on_confirmation(client: Client, lead: User) -> None:
    shown = upload(client, GOOD)

    assert shown.status_code == 200
    assert "registers Claims in T" in shown.content.decode()
    assert not Service.objects.exists()

    form = shown.context["confirmation"]
    done = client.post("/services/import/confirm/", {name: form[name].value() for name in form.fields})

    assert done.status_code == 302
    assert Service.objects.get().name == "Claims"


def test_refused_rows_say_their_column_and_leave_nothing_to_confirm(client: Client, lead: User) -> None:
    shown = upload(client, GOOD + "x y,<script>alert(1)</script>,t,lead@example.com,7,Why,hybrid\n")

    page = shown.content.decode()
    assert shown.status_code == 422
    assert "<code>slug</code>" in page
    assert "<code>tier</code>" in page
    assert "/services/import/confirm/" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("text", ["", "nonsense", HEAD, GOOD.replace(",", "|"), "x" * (1024**2 + 10)])
def test_a_file_that_cannot_be_read_says_why_at_its_field(client: Client, lead: User, text: str) -> None:
    shown = upload(client, text)

    assert shown.status_code == 422
    assert set(shown.context["form"].errors) == {"file"}


def test_no_file_and_no_kind_are_said_at_their_fields(client: Client, lead: User) -> None:
    shown = client.post("/services/import/", {"kind": "moons"})

    assert shown.context["form"].errors == {"kind": ["Choose services or owners."], "file": ["Choose a file."]}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "services", "content": "not base64 !", "expected": "x"},
        {"kind": "services", "content": base64.b64encode(b"nonsense").decode(), "expected": "x"},
    ],
)
def test_a_confirmation_that_came_back_broken_changes_nothing(
    client: Client, lead: User, fields: dict[str, str]
) -> None:
    answer = client.post("/services/import/confirm/", fields)

    assert answer.status_code == 302
    assert answer["Location"] == "/services/import/"
    assert not Service.objects.exists()


def test_a_confirmation_of_what_would_now_be_something_else_shows_it_anew(client: Client, lead: User) -> None:
    content = base64.b64encode(GOOD.encode()).decode()

    answer = client.post("/services/import/confirm/", {"kind": "services", "content": content, "expected": "0" * 64})

    assert answer.status_code == 412
    assert "the file would now do something else" in answer.content.decode()
    assert not Service.objects.exists()


def test_the_files_to_begin_with(client: Client, lead: User) -> None:
    readiness.service(team=lead.memberships.get().team, lead=lead, slug="claims", name="=cmd()")
    readiness.service(slug="secret", restricted=True)

    empty = client.get("/services/import/services.csv?empty=1").content.decode("utf-8-sig")
    full = client.get("/services/import/services.csv").content.decode("utf-8-sig")

    assert empty.startswith("slug,name,team,owner,tier,tier_reason,sourcing,description")
    assert len(empty.splitlines()) == 1
    assert "claims,'=cmd()," in full
    assert "secret" not in full
    assert (
        client.get("/services/import/owners.csv").content.decode("utf-8-sig").startswith("service,domain,person,role")
    )


def test_who_leads_nothing_has_no_such_pages(client: Client) -> None:
    client.force_login(portal.member(portal.team(), Role.CONTRIBUTOR))

    for address in ("/services/import/", "/services/import/services.csv"):
        assert client.get(address).status_code == 403
    assert client.post("/services/import/confirm/").status_code == 403
