"""What happens in the portal itself, as the record names it."""

from portal.audit import verb, verb_group

PERSON_ADDED = verb("person.added", "added {name}", texts="name email")
PERSON_INVITED = verb("person.invited", "sent {name} an invitation", texts="name")
PERSON_CHANGED = verb("person.changed", "changed {name}: {fields}", facts="fields", texts="name")
PERSON_CLOSED = verb("person.closed", "closed the account of {name}", texts="name")
PERSON_REOPENED = verb("person.reopened", "opened the account of {name} again", texts="name")
PERSON_SAME = verb(
    "person.same", "said that {name} and {other} are one person: {reason}", facts="account", texts="name other reason"
)
PERSON_APART = verb(
    "person.apart", "said that {name} and {other} are two persons: {reason}", facts="account", texts="name other reason"
)
TEAM_ADDED = verb("team.added", "made the team {team}", facts="team time_zone")
TEAM_CHANGED = verb("team.changed", "changed the team {team}: {fields}", facts="team fields")
MEMBERSHIP_GRANTED = verb(
    "membership.granted",
    "gave {name} {roles} in {team}",
    facts="team roles person starts_on ends_on scopes replaces",
    texts="name",
)
MEMBERSHIP_ENDED = verb("membership.ended", "ended {name}’s membership in {team}", facts="team person", texts="name")
TOKEN_ISSUED = verb("token.issued", "issued the token {name}, {access}", facts="access team expires", texts="name")
TOKEN_REVOKED = verb("token.revoked", "revoked the token {name}", texts="name")
PASSWORD_SET = verb("person.password-set", "set a new password", facts="way")
SECOND_FACTOR_ADDED = verb("person.second-factor-added", "added a second factor: {kind}", facts="kind")
SECOND_FACTOR_REMOVED = verb("person.second-factor-removed", "took a second factor away: {kind}", facts="kind")
SESSIONS_ENDED = verb("session.others-ended", "signed out everywhere else")
MAIL_GIVEN_UP = verb("mail.given-up", "gave up a mail after {attempts} attempts: {kind}", facts="kind attempts")
MAIL_SENT_AGAIN = verb("mail.sent-again", "sent a mail again: {kind}", facts="kind")
SIGNED_IN = verb("session.opened", "signed in", facts="method")
RECORD_VERIFIED = verb(
    "record.verified", "verified the record up to event {number}: {outcome}", facts="number digest outcome"
)
DEMONSTRATION_BEGUN = verb("demonstration.begun", "began a record of invented data, for demonstration", facts="seed")
DEMONSTRATION_ENLARGED = verb(
    "demonstration.enlarged",
    "copied invented services in bulk, to measure with, until there were {services}",
    facts="services seed",
)

verb_group("people", "People and teams", "person", "team", "membership")
verb_group("access", "Signed in, tokens", "session", "token")
verb_group("portal", "Mails, verifications", "mail", "record", "demonstration")
