"""What people type on a review."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from portal.forms.fields import DayField, UploadField
from portal.models import User
from readiness.choices import Colour, PointState, ReviewState, TemplateKey
from readiness.models import Drill, Environment, ModelVersion, Release, Service
from readiness.queries import evidence as evidence_queries
from readiness.queries import releases_at_hand
from readiness.rules import answering


class StartReviewForm(forms.Form):
    """Which review, and for a deployment review of which release."""

    kind = forms.ChoiceField(
        choices=TemplateKey, widget=forms.RadioSelect, initial=TemplateKey.DEPLOYMENT, label="Review"
    )
    release = forms.ModelChoiceField(
        Release.objects.none(),
        required=False,
        empty_label="Choose a release",
        help_text="A deployment review belongs to one release. The others belong to the service.",
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reviewed = service.reviews.exclude(state=ReviewState.ABANDONED).filter(release__isnull=False)
        free = service.releases.filter(cancelled_at__isnull=True).exclude(pk__in=reviewed.values("release"))
        self.fields["release"].queryset = free  # type: ignore[attr-defined]  # the field is a ModelChoiceField
        self.offers_a_release = free.exists()
        if wanted := self.initial.get("release"):
            self.initial["release"] = next((release for release in free if str(release.public_id) == wanted), None)


class AssigneeForm(forms.Form):
    """Whose an item is; nobody: it goes back to whoever owns its domain."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        required=False,
        label="Whose it is",
        empty_label="Whoever owns its domain",
        error_messages={"invalid_choice": "Choose somebody who may see the service."},
    )

    def __init__(self, *args: Any, candidates: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]  # the field is a ModelChoiceField


class AskForm(forms.Form):
    """Of whom a sign-off is asked; nobody: of all who may give it."""

    of = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        required=False,
        label="Of whom",
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose nobody, and everybody here is told.",
        error_messages={"invalid_choice": "Choose somebody who may sign it."},
    )

    def __init__(self, *args: Any, signers: Collection[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = User.objects.filter(pk__in=[person.pk for person in signers])
        self.fields["of"].queryset = may.order_by("name")  # type: ignore[attr-defined]  # the field chooses models


class PointForm(forms.Form):
    """One point: ticked, open, or not applicable with a reason."""

    state = forms.ChoiceField(choices=PointState)
    reason = forms.CharField(max_length=answering.LONGEST_REASON, required=False)
    version = forms.IntegerField(min_value=0)


class RatingForm(forms.Form):
    """The rating; empty takes it back. The text is what stands in its field, saved or not, and the version it shows."""

    rating = forms.ChoiceField(choices=[("", "Unanswered"), *Colour.choices], required=False)
    version = forms.IntegerField(min_value=0)
    text = forms.CharField(max_length=answering.LONGEST_TEXT, required=False, strip=False)
    text_version = forms.IntegerField(min_value=0, required=False)


class TextForm(forms.Form):
    """What is to be said about an item; `colour` is the rating that waited for it."""

    text = forms.CharField(max_length=answering.LONGEST_TEXT, required=False, strip=False)
    version = forms.IntegerField(min_value=0)
    colour = forms.ChoiceField(choices=[(Colour.RED, "Red"), (Colour.YELLOW, "Yellow")], required=False)
    colour_version = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("colour") and cleaned.get("colour_version") is None:
            self.add_error("colour", "Say which rating you saw.")
        return cleaned


class ValueForm(forms.Form):
    """One measured number or word."""

    value = forms.CharField(max_length=120, required=False)
    version = forms.IntegerField(min_value=0)


DIRECTIONS = [("at-most", "at most"), ("at-least", "at least")]


class GuardrailForm(forms.Form):
    """A threshold that must never be crossed."""

    name = forms.CharField(max_length=120, error_messages={"required": "Say what must never be crossed."})
    value = forms.CharField(
        max_length=40,
        label="Measured",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Enter what was measured."},
    )
    direction = forms.ChoiceField(choices=DIRECTIONS, label="Keeps")
    limit = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Enter the limit."},
    )


class RemoveGuardrailForm(forms.Form):
    """Taking a guardrail out: the version of each of its parts that the person saw (0: never entered)."""

    name = forms.IntegerField(min_value=0)
    value = forms.IntegerField(min_value=0)
    direction = forms.IntegerField(min_value=0)
    limit = forms.IntegerField(min_value=0)


class EvidenceForm(forms.Form):
    """A file, a link, a drill or a document, and what it shows. Environment, version and day are proposed.

    A review of the service belongs to no release: there the piece says which one it was seen with.
    """

    file = UploadField(required=False)
    url = forms.URLField(
        label="Link",
        max_length=answering.LONGEST_ADDRESS,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(label="Name", max_length=answering.LONGEST_TITLE, required=False)
    drill = forms.ModelChoiceField(Drill.objects.none(), required=False, empty_label="Choose a drill")
    document = forms.ChoiceField(label="On record here", required=False)
    environment = forms.ModelChoiceField(
        Environment.objects.none(), required=False, label="Seen in", empty_label="No environment"
    )
    release = forms.ModelChoiceField(Release.objects.none(), required=False, label="Release", empty_label="No release")
    model_version = forms.ModelChoiceField(
        ModelVersion.objects.none(), required=False, label="Model version", empty_label="No model version"
    )
    observed_on = DayField(label="Seen on", required=False)

    def __init__(
        self,
        *args: Any,
        service: Service,
        environments: Sequence[Environment],
        release: Release | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "drill": service.drills.select_related("environment"),
            "environment": service.environments.all(),
            "model_version": ModelVersion.objects.filter(model__service=service).select_related("model"),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]  # these are ModelChoiceFields
        drill, document, place = (cast("Any", self.fields[name]) for name in ("drill", "document", "environment"))
        drill.choices = [("", drill.empty_label), *((one.pk, str(one)) for one in choices["drill"])]
        place.choices = [("", place.empty_label), *((one.pk, str(one)) for one in environments)]
        document.choices = [("", "Choose a document"), *_documents(service)]
        self._ask_for_release(service, release)

    def _ask_for_release(self, service: Service, release: Release | None) -> None:
        """Only where the review does not say it."""
        if release is not None:
            del self.fields["release"]
            return
        at_hand = [one.pk for one in releases_at_hand.of(service)]
        self.fields["release"].queryset = Release.objects.filter(  # type: ignore[attr-defined]  # a ModelChoiceField
            pk__in=at_hand
        )

    def clean(self) -> dict[str, Any]:
        """Exactly one of file, link, drill and document."""
        data: dict[str, Any] = super().clean() or {}
        given = [name for name in ("file", "url", "drill", "document") if data.get(name)]
        if not given and not self.errors:
            self.add_error("file", "Choose a file, or give a link.")
        if len(given) > 1:
            self.add_error(given[-1], "One piece at a time: a file, a link, a drill or a document.")
        return data


def _documents(service: Service) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those that may be rested on, grouped by kind; a stale one says what it lacks when it is chosen."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind, found in evidence_queries.documents(service):
        words = f"{found.title}, revision {found.revision}{' (stale)' if found.is_stale else ''}"
        groups.setdefault(kind, []).append((f"{kind}:{found.public_id}", words))
    return list(groups.items())


class ReasonForm(forms.Form):
    """A reason, where a change needs one."""

    reason = forms.CharField(
        max_length=answering.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why, in a few words.", "max_length": "Use at most 300 characters."},
    )


class AnswerHereForm(ReasonForm):
    """Why an item is answered here again; the action asks for it where a sign-off ends with that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class CommentForm(forms.Form):
    """A word on an item."""

    text = forms.CharField(
        max_length=answering.LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2}), label="Comment"
    )


class SignatureForm(forms.Form):
    """What goes with every signature; the password only where no signing session runs."""

    note = forms.CharField(
        max_length=answering.LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Note",
    )
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), label="Your password", strip=False
    )

    def __init__(self, *args: Any, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["password"]


class SignForm(SignatureForm):
    """A signature on one item: the digest of what was shown."""

    digest = forms.CharField(widget=forms.HiddenInput)


class SignSeveralForm(SignatureForm):
    """A signature on several items of one review, each with the digest of what was shown (`digest-<key>`)."""

    items = forms.MultipleChoiceField(error_messages={"required": "Choose at least one item."})
    field_order = ("items", "note", "password")

    def __init__(self, *args: Any, keys: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def digests(self) -> Mapping[str, str]:
        """What was shown of each chosen item, by its key."""
        return {key: self.data.get(f"digest-{key}", "") for key in self.cleaned_data["items"]}
