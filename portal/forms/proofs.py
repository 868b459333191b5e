"""Forms whose act needs a proof of identity: the password is asked for only when the last proof is too old."""

import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.http import HttpRequest

from portal import clock, identity


class ProofForm(forms.Form):
    """Base of such forms. Bind it with `request=request`; then `identity.proof_for(request, form)` gives the proof.

    `fresh_within` is how old a proof may be. The password stands last. In templates include `components/_proof.html`,
    which shows the field, the way out for people without a password, or when they proved who they are.
    """

    password = forms.CharField(
        label="Your password, again",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password: this act carries your name."},
    )

    def __init__(
        self,
        *args: Any,
        request: HttpRequest,
        fresh_within: datetime.timedelta = identity.FRESH,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proof = identity.standing(request, fresh_within)
        self.elsewhere = ""
        password = self.fields.pop(identity.PASSWORD_FIELD)
        if self.proof is not None:
            return
        if request.user.has_usable_password():  # type: ignore[union-attr]  # behind a signed-in door
            password.help_text = _hint(identity.latest(request), fresh_within)
            self.fields[identity.PASSWORD_FIELD] = password
        else:
            self.elsewhere = identity.way_to_prove(request, _page_behind(request))


def _hint(last: identity.Proof | None, fresh_within: datetime.timedelta) -> str:
    allowed = int(fresh_within.total_seconds() // 60)
    if last is None:
        return f"A signature needs a proof of who you are, under {allowed} minutes old."
    age = int((clock.now() - last.at).total_seconds() // 60)
    return f"Your last proof was {age} minutes ago; a signature needs one under {allowed}."


def _page_behind(request: HttpRequest) -> str:
    """The page the person looks at, to come back to: htmx names it, a posted form came from it."""
    named = getattr(getattr(request, "htmx", None), "current_url_abs_path", None)
    if named:
        return str(named)
    if request.method == "GET":
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", came_from.path or "/", came_from.query, ""))
