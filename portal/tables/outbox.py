"""The outbox as a list."""

import datetime

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.models import OutboxMessage
from portal.templatetags import portal_ui

State = OutboxMessage.State
SYMBOLS = {
    State.DUE: "clock",
    State.CLAIMED: "refresh",
    State.SENDING: "refresh",
    State.SENT: "check",
    State.DEAD: "x",
}


class OutboxTable(tables.Table):
    """Each mail: what it is, to whom, and where it stands."""

    kind = tables.Column(verbose_name="Mail", linkify=("portal:outbox_message", {"message": tables.A("public_id")}))
    recipient = tables.Column(accessor="recipient__name", verbose_name="To")
    state = tables.Column()
    due_at = tables.Column(verbose_name="Due")
    sent_at = tables.Column(verbose_name="Sent")
    attempts = tables.Column(attrs={"td": {"class": "gh-num"}})

    caption = "Mails"
    noun = "mails"

    class Meta:
        empty_text = "No mail fits these filters."

    def render_kind(self, value: str) -> str:
        return kind_words(value)

    def value_kind(self, value: str) -> str:
        return value

    def render_recipient(self, record: OutboxMessage) -> SafeString:
        return portal_ui.person(record.recipient)

    def value_recipient(self, record: OutboxMessage) -> str:
        return record.recipient.email

    def render_state(self, record: OutboxMessage) -> SafeString:
        return state_pill(record)

    def value_state(self, record: OutboxMessage) -> str:
        return record.get_state_display()

    def render_due_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_due_at(self, value: datetime.datetime) -> str:
        return value.isoformat()

    def render_sent_at(self, value: datetime.datetime) -> SafeString:
        return portal_ui.when(value)

    def value_sent_at(self, value: datetime.datetime | str) -> str:
        return value.isoformat() if isinstance(value, datetime.datetime) else ""


def kind_words(kind: str) -> str:
    """A kind of mail in words: `password_reset` is "Password reset"."""
    return kind.replace("_", " ").replace("-", " ").capitalize()


def state_pill(message: OutboxMessage) -> SafeString:
    """Where the mail stands; what was given up is red."""
    state = State(message.state)
    if state == State.DEAD:
        return portal_ui.state("red", state.label)
    pill = portal_ui.state("plain", str(state.label), symbol=SYMBOLS[state])
    if message.uncertain:
        return format_html('{} <span class="gh-xs gh-muted">may arrive twice</span>', pill)
    return pill
