"""How an audit pack is made of its facts: HTML pages, figures, the PDF, and the archive around it.

What stands in a pack is gathered by `readiness.queries.packs` into the dataclasses of `readiness.rules.pack_contents`.
Nothing here reads the database or writes to it.
"""
