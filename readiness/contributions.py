"""Everything readiness adds to the portal's shell and to its own registries, on one screen."""
