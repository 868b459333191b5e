"""Model cards as files that others read and write: Hugging Face README.md, CycloneDX ML-BOM, Markdown. Pure.

Each format is a module with `read` (a text and the model's name in, a Reading out) and `written` (the reverse), except
Markdown, which is read as a README.md without front matter. Reading what was written gives the same content again.
"""
