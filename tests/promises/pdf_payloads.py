"""Forty ways to make a page fetch something, as raw HTML: as if every escape had been forgotten.

`{file}` is a file with a secret, `{http}` a server that counts its visitors.
"""

SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>"

PAYLOADS = (
    # documents and attachments
    '<link rel="attachment" href="{file}">',
    '<a rel="attachment" href="{file}">x</a>',
    '<link rel="stylesheet" href="{http}/style.css">',
    '<link rel="stylesheet" href="{file}">',
    '<base href="{http}/"><img src="a.png">',
    '<base href="{file}"><link rel="attachment" href="secret.txt">',
    # pictures
    '<img src="{file}">',
    '<img src="{http}/a.png">',
    '<img src="//127.0.0.1:{port}/a.png">',
    '<img src="../../../../../../etc/passwd">',
    '<img src="/etc/passwd">',
    '<img src="pack:../../../../etc/passwd">',
    '<img src="pack:mark/green.svg#../../../etc/passwd"><img src="pack:mark/%2e%2e/%2e%2e/etc/passwd">',
    '<img src="FiLe://localhost/etc/passwd">',
    '<img src="ftp://127.0.0.1:{port}/a.png">',
    '<img src="data:image/svg+xml,%3Csvg%3E%3Cimage href=%22{file}%22/%3E%3C/svg%3E">',
    '<embed src="{file}" type="image/svg+xml">',
    '<object data="{http}/a.svg" type="image/svg+xml"></object>',
    "<p>x</p><style>p::before {{ content: url({file}) }}</style>",
    '<input type="image" src="{file}"><img srcset="{http}/a.png 2x" src="{http}/b.png">',
    # styles
    "<style>@import url({http}/a.css);</style>",
    '<style>@import "{file}";</style>',
    "<style>@font-face {{ font-family: x; src: url({http}/x.woff2) }} p {{ font-family: x }}</style><p>x</p>",
    '<style>@font-face {{ font-family: x; src: local("DejaVu Sans"), url({file}) }}</style><p>x</p>',
    '<p style="background: url({file})">x</p>',
    "<style>@color-profile --x {{ src: url({http}/x.icc) }} p {{ color: color(--x 1 1 1) }}</style><p>x</p>",
    '<ul style="list-style-image: url({file})"><li>x</ul>',
    "<style>@page {{ background: url({http}/a.png); @top-left {{ content: url({file}) }} }}</style>",
    '<p style="border-image: url({file}) 1">x</p>',
    '<p style="mask-image: url({file}); content: url({http}/c.png)">x</p><img src="{file}">',
    # presentational hints
    '<body background="{file}"><table background="{http}/a.png"><tr><td background="{file}">x</table>',
    # drawings
    f'{SVG}<image href="{{file}}" width="9" height="9"/></svg>',
    f'{SVG}<image xlink:href="{{http}}/a.png" width="9" height="9"/></svg>',
    f'{SVG}<use href="{{file}}#a"/></svg>',
    f'{SVG}<style>@import url({{http}}/a.css);</style><rect width="9" height="9" fill="url({{http}}/a.svg#g)"/></svg>',
    f'{SVG}<filter id="f"><feImage href="{{file}}"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>',
    '<img src="pack:own/entity.svg"><img src="{file}">',
    '<img src="pack:own/image.svg">',
    # what a browser would do
    '<iframe src="{file}"></iframe><video poster="{http}/p.png" src="{file}"></video><img src="{http}/z.png">',
    '<meta http-equiv="refresh" content="0; url={http}/"><script src="{http}/a.js"></script><img src="{http}/y.png">',
)

OWN = {
    "pack:own/entity.svg": (
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY secret SYSTEM "{file}">]>'
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>&secret;</text></svg>"
    ),
    "pack:own/image.svg": f'{SVG}<image href="{{file}}" width="9" height="9"/></svg>',
}
"""Drawings that were given to the page and themselves ask for more."""
