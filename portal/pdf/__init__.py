"""PDFs from HTML, out of memory alone: rendered by parts in a child process, joined, numbered and stamped.

`resources` is what a page may use, `rendering` turns one HTML page into a part (only ever inside `child`),
`process` is the door to that child, `merging` joins parts, `stamping` writes header and footer.
Nothing here knows what the pages are about; WeasyPrint and pikepdf are imported where they are first needed.
"""
