"""The first page of an installation: it makes the first administrator and the first team, once."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal import first_link, sign_in
from portal.actions import installation
from portal.doors import PUBLIC, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.start import StartForm


@door(GET=PUBLIC, POST=PUBLIC)
def start(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link that `./run --empty` prints; there is none once somebody is administrator."""
    if not first_link.opens(token):
        raise Http404
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = installation.start(
                email=data["email"], name=data["name"], password=data["password"], team=form.team
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            sign_in.open_session(request, person, method="first-link")
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "portal/start/start.html", {"form": form}, status=422 if request.method == "POST" else 200)
