"""What happens in incidents, as the record names it, and what each event may carry."""

from portal.audit import verb

PLAYBOOKS_LOADED = verb("playbooks.loaded", "loaded the alert playbooks {playbooks}", facts="playbooks digest")
