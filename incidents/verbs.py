"""What happens in incidents, as the record names it, and what each event may carry."""

from portal.audit import verb, verb_group

PLAYBOOKS_LOADED = verb("playbooks.loaded", "loaded the alert playbooks {playbooks}", facts="playbooks digest")

verb_group("playbooks", "Playbooks", "playbooks")
