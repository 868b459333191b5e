"""Input shapes of proposals: making one, and declining one; readiness asks what accepting one needs."""

from typing import Any

from django import forms

from incidents.actions.proposals import LONGEST_REASON, LONGEST_TEXT
from incidents.models import Proposal
from incidents.queries import proposals as queries
from incidents.rules import lifecycle
from readiness.catalogue import schema
from readiness.forms.template_additions import AddedItemForm, AddedPointForm

RESTRICTED = (
    "The service is restricted. Who publishes checklists reads these words and what is to be asked, and nothing else: "
    "name nothing that they may not know."
)


class ProposalForm(forms.Form):
    """An item that every service should be asked, or a point of one."""

    place = forms.ChoiceField(
        label="Where it belongs", error_messages={"invalid_choice": "Choose a checklist or an item of the list."}
    )
    text = forms.CharField(
        label="What is to be asked",
        max_length=LONGEST_TEXT,
        help_text="as a statement that can be true: “What is cached for one tenant is never served to another.”",
        error_messages={"required": "Say what is to be asked, as a statement that can be true."},
    )
    why = forms.CharField(
        label="Why every service should be asked",
        max_length=lifecycle.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why every service should be asked."},
    )

    def __init__(self, *args: Any, restricted: bool, **options: Any) -> None:
        """`restricted`: not everybody who is to settle it may see the service."""
        super().__init__(*args, **options)
        if restricted:
            self.fields["why"].help_text = RESTRICTED
        field: Any = self.fields["place"]
        titles = queries.template_titles()
        field.choices = [
            (titles[key], [(key, "A new item"), *((f"{key} {item}", title) for item, title in items.items())])
            for key, items in queries.template_items().items()
        ]


class DeclineForm(forms.Form):
    """Why it is not asked of every service."""

    reason = forms.CharField(
        label="Why it is not asked",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="who proposed it reads this",
        error_messages={"required": "Say why it is not asked."},
    )


def accepting(data: Any, proposal: Proposal, checklist: schema.Template) -> AddedItemForm | AddedPointForm:
    """The form that takes a proposal into its checklist, begun with its words."""
    incident = proposal.post_mortem.incident
    named = "an incident" if incident.service.scope.restricted else f"{incident.label} of {incident.service.name}"
    begun = {"reason": f"Learnt from {named}"}
    if proposal.item_key:
        initial = {**begun, "item_key": proposal.item_key, "text": proposal.text}
        return AddedPointForm(data, checklist=checklist, initial=initial)
    initial = {**begun, "title": proposal.text.rstrip("."), "points": proposal.text, "why": proposal.why}
    return AddedItemForm(data, checklist=checklist, initial=initial)
