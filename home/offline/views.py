"""What browsers ask for to keep pages: worker, list, the page without network, manifest."""

import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from villages.my_place import my_place
from villages.visibility import hidden_roots

from .keeping import PAGES_MOST, pages_to_keep
from .marking import HARMLESS, KEEP, NEVER
from .versions import SHELL_FILES, WORKER, site_version

# Files in static/icons: what the telephone's own screen shows.
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@cache_control(no_cache=True)
@require_safe
def worker(request):
    """`/sw.js`: static/worker/worker.js with what only the server knows set before it.

    At the root, because a worker rules over what lies below its own address.
    """
    site = {
        "version": site_version(),
        "shell": [static(name) for name in SHELL_FILES],
        "offline": reverse("home:offline"),
        "list": reverse("home:pages_to_keep"),
        "mark": KEEP,
        "never": NEVER,
        "harmless": sorted(HARMLESS),
    }
    script = f"const SITE = {json.dumps(site)};\n{WORKER.read_text(encoding='utf-8')}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@cache_control(private=True, no_cache=True)
@require_safe
def keep_list(request):
    """`/my-village/keep.json`: {"place", "pages": [{"url", "stamp"}]} of the reader's own village.

    At most PAGES_MOST pages; none where no village is chosen or the chosen one is not shown.
    `signed_in`: pages made for this reader are nobody else's business and are not to be kept.
    """
    hidden = hidden_roots()
    place = my_place(request, hidden)
    pages = pages_to_keep(place, hidden) if place and place.village else []
    answer = {
        "place": place.title if pages else "",
        "pages": [{"url": page.url, "stamp": page.stamp} for page in pages[:PAGES_MOST]],
        "signed_in": request.user.is_authenticated,
    }
    response = JsonResponse(answer)
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def offline(request):
    """`/offline/`: what is kept in this browser; stands in for pages that are not."""
    return render(request, "home/offline.html")


@cache_control(public=True, max_age=24 * 60 * 60)
@require_safe
def manifest(request):
    """`/manifest.webmanifest`: lets a telephone put the site on its own screen."""
    icons = [
        {
            "src": static(f"icons/app-{size}{'-maskable' if purpose == 'maskable' else ''}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    answer = {
        "name": _("村约"),
        "short_name": _("村约"),
        "description": _("查村规民约和四会章程，看协商结果，找自己的村。"),
        "lang": "zh-CN",
        "id": "/",
        "start_url": "/?from=home-screen",
        "scope": "/",
        "display": "standalone",
        "background_color": "#1b1614",
        "theme_color": "#1b1614",
        "icons": icons,
    }
    content_type = "application/manifest+json"
    return JsonResponse(
        answer, content_type=content_type, json_dumps_params={"ensure_ascii": False}
    )
