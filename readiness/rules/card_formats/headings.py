"""The headings under which model cards say what our fields hold, however they are written. Pure."""

import re
import unicodedata

FIELDS: dict[str, tuple[str, ...]] = {
    "intended_use": (
        "intended use",
        "intended uses",
        "intended use cases",
        "intended purpose",
        "primary intended use",
        "primary intended uses",
        "direct use",
        "uses",
        "use",
        "use cases",
    ),
    "out_of_scope": (
        "out of scope",
        "out of scope use",
        "out of scope uses",
        "out of scope use cases",
        "misuse and out of scope use",
        "misuse malicious use and out of scope use",
    ),
    "users": ("users", "intended users", "primary intended users", "users and stakeholders"),
    "inputs": ("inputs", "input", "input data", "input format", "model input", "model inputs"),
    "outputs": ("outputs", "output", "output data", "output format", "model output", "model outputs"),
    "evaluated": ("evaluated",),
    "fewest_samples": ("fewest samples",),
    "training_data": (
        "training data",
        "training dataset",
        "training datasets",
        "training details",
        "training set",
        "training",
    ),
    "evaluation_data": (
        "evaluation data",
        "evaluation dataset",
        "evaluation datasets",
        "evaluation",
        "evaluation details",
        "testing data",
        "test data",
        "testing data factors and metrics",
    ),
    "limitations": (
        "limitations",
        "known limitations",
        "bias risks and limitations",
        "risks and limitations",
        "limitations and risks",
        "limitations and bias",
        "limitations and biases",
        "risks limitations and biases",
        "caveats and recommendations",
    ),
    "ethical_considerations": ("ethical considerations", "ethics", "ethical considerations and fairness"),
    "risks": ("risks and mitigations", "risks"),
}
"""By field the headings it takes whole."""

BESIDE: dict[str, tuple[str, ...]] = {
    "intended_use": ("downstream use", "intended uses and limitations"),
    "limitations": ("recommendations",),
    "ethical_considerations": ("bias", "fairness", "bias and fairness"),
}
"""By field the headings it takes along, so that their words stay above what they say."""

ONLY_GROUPS = ("model details", "technical specifications", "model card", "performance", "further sections")
"""Headings that hold others together. One without a text of its own is left out; what stands below is not."""

_KNOWN = {words: (field, True) for field, many in FIELDS.items() for words in many} | {
    words: (field, False) for field, many in BESIDE.items() for words in many
}
_OPTIONAL = re.compile(r"\[optional\]|(?<=\w)\(s\)")
_NUMBERING = re.compile(r"^(?:[0-9]+ )+(?=\w)")


def normal(title: str) -> str:
    """A heading without markup, numbering, pictures and case: “3. **Out-of-Scope** Use(s)” is “out of scope uses”."""
    text = unicodedata.normalize("NFKC", title).casefold().replace("&", " and ")
    text = _OPTIONAL.sub(lambda found: "s" if found[0] == "(s)" else "", text)
    words = " ".join(re.sub(r"[^\w]|_", " ", text).split())
    return _NUMBERING.sub("", words)


def field_of(title: str) -> tuple[str, bool] | None:
    """The field that a heading stands for, and whether the field's own name says it; None where it stands for none."""
    return _KNOWN.get(normal(title))


def is_group(title: str) -> bool:
    """Whether a heading says nothing by itself."""
    return normal(title) in ONLY_GROUPS


def is_title_of(title: str, model: str) -> bool:
    """Whether a heading is no more than the name of the model, or of its card."""
    wanted = normal(model)
    return normal(title) in {wanted, f"model card {wanted}", f"model card for {wanted}", f"model card of {wanted}"}
