"""The alert playbooks as they ship."""
