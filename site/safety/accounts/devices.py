"""What a person recognises a browser by: its kind and its system, in words. No Django in it."""

BROWSERS = (
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("VivoBrowser", "vivo 浏览器"),
    ("HeyTapBrowser", "OPPO 浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """“微信 · Android” from a User-Agent; empty where it says nothing known."""
    names = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return " · ".join(name for name in names if name)


def coarse(address: str) -> str:
    """203.0.113.9 → 203.0.*.*; 2001:db8:1:2::/64 → 2001:db8:*; anything else as it is."""
    if address.count(".") == 3:
        return ".".join(address.split(".")[:2]) + ".*.*"
    return ":".join(address.split(":")[:2]) + ":*" if ":" in address else address


def _first(names, text):
    return next((name for mark, name in names if mark in text), "")
