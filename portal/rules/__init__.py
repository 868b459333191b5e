"""Decisions of the portal that can be argued about: pure, with `now` and chance passed in."""
