"""Append-only tables, held by the database itself: triggers that the portal puts up and has no switch to turn off.

`guards` says which tables are guarded and which one change each may see; `sqlite` and `postgresql` turn that into SQL;
`upkeep` puts the triggers up after every migration and tells which are missing. The tables themselves are named in
`portal/guards.py` and `readiness/guards.py`.

What this holds against: a bug, a shell, an injected statement, the application's own account. What it does not: whoever
owns the database can drop a trigger. That is found, not prevented: by the chain (portal/record_verification).
"""
