"""One's own settings: name, time zone, theme; the way to password, second factor and tokens; sessions."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import clock, extension_points, second_factor, sign_in
from portal.actions import people as actions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.profile import ProfileForm
from portal.models import ApiToken
from portal.queries import people
from portal.session_rules import LONGEST_SESSION_SECONDS


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def profile(request: PortalRequest) -> HttpResponse:
    """The page of one's own settings."""
    person = request.access.person
    own = {name: getattr(person, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=own)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_own(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("portal:profile")
    now = clock.now()
    since = now - datetime.timedelta(seconds=LONGEST_SESSION_SECONDS)
    roles = people.roles_of(request.access, person, now.date())
    context = {
        "form": form,
        "person": person,
        "second_factor": second_factor.is_set_up_here(request, person),
        "second_factor_needed": second_factor.is_needed(request.access),
        "sign_ins": people.recent_sign_ins(person, since),
        "roles": roles,
        "audited": people.audited_names(roles),
        "tokens": ApiToken.objects.filter(user=person, revoked_at__isnull=True, expiry__gt=now).count(),
        "panels": [
            panel for contributor in extension_points.person_panels if (panel := contributor(request.access, person))
        ],
    }
    return render(request, "portal/profile/profile.html", context, status=422 if request.method == "POST" else 200)


@door(POST=SIGNED_IN)
def end_sessions(request: PortalRequest) -> HttpResponse:
    """Signs out everywhere else."""
    actions.end_other_sessions(request.access)
    sign_in.stay(request, request.access.person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("portal:profile")
