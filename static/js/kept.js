/* The page /offline/: lists what this browser keeps, clears it, keeps one's village anew. It reads
   the same caches that static/worker/worker.js writes. */

const list = document.querySelector("[data-kept-list]");
const CACHES = ["village-1", "visited-1"];

function time(moment) {
  const clock = moment.getHours() + ":" + String(moment.getMinutes()).padStart(2, "0");
  const language = document.documentElement.lang;
  if (language.indexOf("zh") !== 0) {
    return moment.toLocaleDateString(language, { day: "numeric", month: "long" }) + ", " + clock;
  }
  return moment.getMonth() + 1 + "月" + moment.getDate() + "日 " + clock;
}

async function keptIn(name) {
  const cache = await caches.open(name);
  const found = [];
  for (const request of await cache.keys()) {
    const headers = (await cache.match(request)).headers;
    found.push({
      path: new URL(request.url).pathname,
      title: decodeURIComponent(headers.get("X-Kept-Title")),
      at: new Date(Number(headers.get("X-Kept-At"))),
    });
  }
  return found;
}

function row(kept) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const since = document.createElement("span");
  // The title as it stood in the page's source, with its entities.
  const title = new DOMParser().parseFromString(kept.title, "text/html").body.textContent;
  item.className = "row-list__row";
  link.href = kept.path;
  link.textContent = title.split(" · ")[0];
  since.className = "area-name";
  since.textContent = list.getAttribute("data-since").replace("%s", time(kept.at));
  link.appendChild(since);
  item.appendChild(link);
  return item;
}

async function show() {
  let count = 0;
  for (const name of CACHES) {
    const part = document.querySelector('[data-kept="' + name + '"]');
    const rows = part.querySelector("ul");
    const kept = await keptIn(name);
    rows.textContent = "";
    kept.forEach((one) => rows.appendChild(row(one)));
    part.hidden = !kept.length;
    count += kept.length;
  }
  document.querySelector("[data-kept-none]").hidden = count > 0;
  document.querySelector("[data-clear-kept]").hidden = !count;
  const mine = /(?:^|; )village=\d/.test(document.cookie);
  document.querySelector("[data-keep-again]").hidden = !mine;
}

function tell(message) {
  return navigator.serviceWorker.ready.then(
    (ready) =>
      new Promise((resolve) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = resolve;
        ready.active.postMessage(message, [channel.port2]);
      }),
  );
}

function cookie(name) {
  const found = new RegExp("(?:^|; )" + name + "=([^;]*)").exec(document.cookie);
  return found ? found[1] : "";
}

function listen(name, message) {
  const button = document.querySelector("[" + name + "]");
  button.addEventListener("click", async () => {
    const said = document.querySelector("[data-kept-said]");
    button.disabled = true;
    said.textContent = button.getAttribute("data-doing");
    await tell(message());
    await show();
    button.disabled = false;
    said.textContent = button.getAttribute("data-done");
  });
}

if (list && "caches" in window && "serviceWorker" in navigator) {
  list.hidden = false;
  listen("data-clear-kept", () => ({ clear: true }));
  listen("data-keep-again", () => ({
    mine: cookie("village") + "/" + cookie("group"),
    address: location.href,
    again: true,
  }));
  show();
}
