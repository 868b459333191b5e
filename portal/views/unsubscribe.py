"""Ending the daily mail by the link under it, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from portal import unsubscribing
from portal.actions import people as actions
from portal.doors import PUBLIC, door


@csrf_exempt  # mail programs send it by themselves (RFC 8058); the signed link is all it takes
@door(GET=PUBLIC, POST=PUBLIC)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once; what is sent ends the mail. Looking at the page changes nothing: mail scanners open links too."""
    person = unsubscribing.person_of(token)
    if request.method == "POST" and person is not None:
        actions.end_daily_mail(person)
    context = {"person": person, "ended": person is not None and not person.daily_mail}
    return render(request, "portal/unsubscribe/confirm.html", context, status=200 if person else 404)
