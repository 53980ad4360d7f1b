/* A page that was kept says since when; the worker that keeps pages (static/worker/worker.js) is
   started once the page stands. Comes before the other scripts: a kept page is shown in the letters
   and colours chosen since. */

const page = document.documentElement;
const since = Number(page.getAttribute("data-kept-at"));
const strip = document.querySelector("[data-offline-strip]");

function cookie(name) {
  const found = new RegExp("(?:^|; )" + name + "=([^;]*)").exec(document.cookie);
  return found ? found[1] : "";
}

function time(moment) {
  const clock = moment.getHours() + ":" + String(moment.getMinutes()).padStart(2, "0");
  if (page.lang.indexOf("zh") !== 0) {
    return moment.toLocaleDateString(page.lang, { day: "numeric", month: "long" }) + ", " + clock;
  }
  const year = moment.getFullYear() === new Date().getFullYear() ? "" : moment.getFullYear() + "年";
  return year + (moment.getMonth() + 1) + "月" + moment.getDate() + "日 " + clock;
}

if (since || document.querySelector("[data-kept-list]")) {
  page.setAttribute("data-text", cookie("text"));
  page.setAttribute("data-theme", cookie("theme"));
}

if (since && strip) {
  const slow = page.hasAttribute("data-kept-slow");
  const words = strip.getAttribute(slow ? "data-slow" : "data-offline");
  strip.querySelector("[data-offline-words]").textContent = words.replace("%s", time(new Date(since)));
  strip.hidden = false;
}

function reader(more) {
  const saving = navigator.connection && navigator.connection.saveData;
  return Object.assign(
    {
      mine: cookie("village") + "/" + cookie("group"),
      address: location.href,
      kept: Boolean(since),
      saving: Boolean(saving),
    },
    more,
  );
}

async function begin() {
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = "/manifest.webmanifest";
  document.head.appendChild(manifest);
  await navigator.serviceWorker.register("/sw.js");
  const ready = await navigator.serviceWorker.ready;
  ready.active.postMessage(reader({}));
  addEventListener("online", () => ready.active.postMessage(reader({})));
}

function started() {
  // The first sight of a page on a slow network is not to share the line with what comes later.
  setTimeout(() => begin().catch(() => undefined), 1000);
}

if ("serviceWorker" in navigator && "caches" in window && strip) {
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data.outcome === "gone") {
      location.reload();
    } else if (event.data.outcome === "newer") {
      strip.querySelector("[data-offline-newer]").hidden = false;
    }
  });
  if (document.readyState === "complete") {
    started();
  } else {
    addEventListener("load", started);
  }
}
