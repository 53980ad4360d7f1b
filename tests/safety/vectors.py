"""Hostile texts: what runs where a page forgets to escape, and characters that break programs.

Each vector that ran would call `cunyue()`, add an element `x-cunyue` or an attribute named so; by
these words a page that let one through is found out, in the parsed HTML and in a real browser.
"""

CALL = "cunyue(1)"
ELEMENTS = [
    f"<script>{CALL}</script>",
    f"<SCRIPT SRC=//cunyue.example/a.js></SCRIPT>{CALL}",
    f"<img src=x onerror={CALL}>",
    f"<svg/onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={CALL}>",
    f"<body onload={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<object data='data:text/html,<script>{CALL}</script>'></object>",
    f"<form action='javascript:{CALL}'><button>x</button></form>",
    f"<a href='javascript:{CALL}'>x</a>",
    f"<a href='jav&#x09;ascript:{CALL}'>x</a>",
    f"<a href=' &#14; javascript:{CALL}'>x</a>",
    f"<a href='data:text/html,<script>{CALL}</script>'>x</a>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>",
    f"<base href='javascript:{CALL}//'>",
    "<x-cunyue></x-cunyue>",
    "<link rel=stylesheet href=//cunyue.example/a.css>",
    f"<style>@import 'javascript:{CALL}';</style>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<!--><img src=x onerror={CALL}>-->",
    f"<template><script>{CALL}</script></template>",
    f"<isindex type=image src=x onerror={CALL}>",
]
BREAKOUTS = [
    f'"><img src=x onerror={CALL}>',
    f"'><img src=x onerror={CALL}>",
    f'" onfocus={CALL} autofocus cunyue="',
    f"' onfocus={CALL} autofocus cunyue='",
    f"` onfocus={CALL} cunyue=`",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"]]><script>{CALL}</script>",
    f"--><script>{CALL}</script>",
    f"';{CALL};//",
    f'";{CALL};//',
    f'\\";{CALL};//',
    f"${{{CALL}}}",
    "{{ cunyue }}{% cunyue %}{{7*7}}",
    f"javascript:{CALL}",
    f"JaVaScRiPt&colon;{CALL}",
    "data:text/html;base64,PHNjcmlwdD5jdW55dWUoMSk8L3NjcmlwdD4=",
    f"＜script＞{CALL}＜/script＞",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"\x00<scr\x00ipt>{CALL}</script>",
    "=cmd|' /C calc'!A0",
    "' OR 1=1 --",
    "../../../../etc/passwd",
    "\r\nSet-Cookie: cunyue=1",
]
UNICODE = [
    "\u202e倒过来的题目\u202c",
    "\u2066\u2067隔离\u2069",
    "\u0000空\u0000",
    "\ud800半个\udc00",
    "\ufffe\uffff\U0001fffe\ufdd0",
    "z" + "\u0301" * 60,
    "零\u200b宽\u200d字\ufeff符",
    "𥔲嘉镇𠮷野家",
    "\ue000\U000f0000私用",
    "аdmin раypal",
    "ﷺ﷽" * 4,
    "🏳️\u200d🌈👨\u200d👩\u200d👧",
    "\u0085\u2028\u2029行",
    "１２３ⅷ㊙㍻",
    "\u1160\u3164\u115f",
    # No place to break a line at.
    "W" * 120,
]
ALL = [*ELEMENTS, *BREAKOUTS, *UNICODE]


def packs(length: int) -> list[str]:
    """All vectors joined to as few texts as possible, none longer than `length` where it can be."""
    made, current = [], ""
    for vector in ALL:
        if current and len(current) + len(vector) + 1 > length:
            made.append(current)
            current = ""
        current += f" {vector}" if current else vector
    return [*made, current]
