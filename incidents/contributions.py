"""Everything incidents adds to readiness and to the shell, on one screen."""
