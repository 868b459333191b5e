"""Probes: alive, and ready to work."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.doors import PUBLIC, door
from portal.queries import health


@door(GET=PUBLIC)
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@door(GET=PUBLIC)
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether work can be done: database, migrations, record and broker, each by name; 503 when one is not."""
    findings = health.findings()
    good = all(finding == "ok" for finding in findings.values())
    return JsonResponse({"status": "ok" if good else "failing", "checks": findings}, status=200 if good else 503)
