/* Lets a reader open her village's rules again without a network. Served as /sw.js (home/offline),
   which sets SITE before this text.

   A page is asked of the network first. Only where that fails, or takes longer than PATIENCE, the
   kept copy is shown, and it says since when it is kept. Kept are the pages of the reader's own
   village (the server's list is the authority) and the last VISITED_MOST others. What has been
   withdrawn is forgotten at the next contact. Only answers with the server's mark may be kept: they
   are the same for everybody. */

const SHELL = "shell-" + SITE.version;
const VILLAGE = "village-1";
const VISITED = "visited-1";
const NOTES = "notes-1";
const PATIENCE = 3000;
const BETWEEN_CHECKS = 5 * 60 * 1000;
const FRESH = 6 * 60 * 60 * 1000;
const VISITED_MOST = 20;
const VISITED_LOOKED_AFTER = 20;
const SAVING_MOST = 12;
const PAGE_MOST = 600 * 1000;
const VILLAGE_MOST = 3 * 1000 * 1000;
const SECURITY = ["Content-Type", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"];

// Key (path) → the network's answer that is still awaited while its kept copy is read.
const awaited = new Map();
// What is being brought up to date; ends early when its turn is over.
let refreshing = Promise.resolve();
let turn = 0;
// The reader wants nothing kept.
let stopped = false;

/* Addresses */

function keyOf(address) {
  const url = new URL(address, self.location.origin);
  if (url.origin !== self.location.origin) {
    return "";
  }
  if (SITE.never.some((start) => url.pathname.startsWith(start))) {
    return "";
  }
  SITE.harmless.forEach((name) => url.searchParams.delete(name));
  return url.searchParams.toString() ? "" : url.pathname;
}

function stem(path) {
  return path.replace(/\.[0-9a-f]{8,}(\.\w+)$/, "$1");
}

const SHELL_STEMS = SITE.shell.map(stem);

/* Keeping and forgetting */

function mayBeKept(response) {
  return (
    response.status === 200 &&
    response.type === "basic" &&
    !response.redirected &&
    Boolean(response.headers.get(SITE.mark)) &&
    !/no-store/.test(response.headers.get("Cache-Control") || "")
  );
}

function isGone(response) {
  return (
    response.type === "opaqueredirect" ||
    response.redirected ||
    [401, 403, 404, 410].indexOf(response.status) >= 0
  );
}

async function keep(name, key, response, stamp) {
  const text = await response.text();
  if (stopped || text.length > PAGE_MOST) {
    return 0;
  }
  const now = Date.now();
  const headers = new Headers();
  SECURITY.forEach((header) => {
    if (response.headers.get(header)) {
      headers.set(header, response.headers.get(header));
    }
  });
  const title = /<title>([^<]*)<\/title>/.exec(text);
  headers.set("X-Kept-At", String(now));
  headers.set("X-Kept-Title", encodeURIComponent(title ? title[1] : key));
  headers.set("X-Kept-Stamp", stamp || "");
  const marked = text.replace("<html", '<html data-kept-at="' + now + '"');
  const cache = await caches.open(name);
  await cache.put(key, new Response(marked, { headers: headers }));
  return text.length;
}

function keptAt(response) {
  return Number(response.headers.get("X-Kept-At"));
}

async function find(key) {
  for (const name of [VILLAGE, VISITED]) {
    const found = await (await caches.open(name)).match(key);
    if (found) {
      return { name: name, response: found };
    }
  }
  return null;
}

async function forget(key) {
  for (const name of [VILLAGE, VISITED]) {
    await (await caches.open(name)).delete(key);
  }
}

async function trimVisited() {
  const cache = await caches.open(VISITED);
  const kept = [];
  for (const request of await cache.keys()) {
    kept.push({ request: request, at: keptAt(await cache.match(request)) });
  }
  kept.sort((one, other) => other.at - one.at);
  await Promise.all(kept.slice(VISITED_MOST).map((one) => cache.delete(one.request)));
}

/* An answer of the network says whether the page may be read again later. Files are never copied:
   a copy that nobody reads fills the memory. */
function learn(key, response) {
  if (isGone(response)) {
    return forget(key);
  }
  return mayBeKept(response) ? keepVisited(key, response.clone()) : Promise.resolve();
}

async function keepVisited(key, response) {
  if ((await readNotes()).paused) {
    return;
  }
  const before = await find(key);
  const stamp = before && before.response.headers.get("X-Kept-Stamp");
  await keep(before ? before.name : VISITED, key, response, stamp);
  await trimVisited();
}

/* Notes: {mine, checked, failed, paused}, which outlive the worker. */

async function readNotes() {
  const kept = await (await caches.open(NOTES)).match("/offline/notes");
  return kept ? kept.json() : { mine: "", checked: 0, failed: false, paused: false };
}

async function writeNotes(changes) {
  const notes = Object.assign(await readNotes(), changes);
  const answer = new Response(JSON.stringify(notes));
  await (await caches.open(NOTES)).put("/offline/notes", answer);
  return notes;
}

/* Opening a page */

async function fromNetwork(event) {
  const preloaded = await event.preloadResponse;
  return preloaded || fetch(event.request);
}

async function served(kept, slow) {
  const text = await kept.response.text();
  const said = slow ? text.replace("data-kept-at", "data-kept-slow data-kept-at") : text;
  return new Response(said, { headers: kept.response.headers });
}

async function notKept() {
  const page = await (await caches.open(SHELL)).match(SITE.offline);
  const headers = page ? page.headers : { "Content-Type": "text/plain; charset=utf-8" };
  return new Response(page ? await page.text() : "没有网络。", { status: 503, headers: headers });
}

function openPage(event, key) {
  const answer = fromNetwork(event);
  const learnt = answer.then(
    (response) => learn(key, response).catch(() => undefined),
    () => writeNotes({ failed: true }),
  );
  event.waitUntil(learnt);
  return firstOf(answer, learnt, key);
}

async function firstOf(answer, learnt, key) {
  const kept = await find(key);
  if (!kept) {
    return answer.catch(notKept);
  }
  const tired = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  try {
    const first = await Promise.race([answer, tired]);
    if (first) {
      return first.status >= 500 ? served(kept, true) : first;
    }
  } catch (error) {
    return served(kept, false);
  }
  const outcome = answer.then((response) => learnt.then(() => (isGone(response) ? "gone" : "newer")));
  awaited.set(key, outcome.catch(() => ""));
  return served(kept, true);
}

async function openShellFile(request, path) {
  const shell = await caches.open(SHELL);
  // A name with a digest of its content never changes; others (development) may.
  if (stem(path) !== path) {
    const same = await shell.match(path, { ignoreVary: true });
    if (same) {
      return same;
    }
  }
  try {
    return await fetch(request);
  } catch (error) {
    // A page kept before the last update asks for files of then.
    const now = SITE.shell.find((file) => stem(file) === stem(path));
    return (await shell.match(now, { ignoreVary: true })) || Response.error();
  }
}

/* Contact: what is kept is brought up to date in the background, a page at a time. */

function ask(address) {
  return fetch(address, { cache: "no-cache", credentials: "same-origin" });
}

async function visit(client, reader) {
  let notes = await readNotes();
  if (notes.mine !== reader.mine || reader.again) {
    turn += 1;
    notes = await writeNotes({ mine: reader.mine, checked: 0, paused: false });
  }
  const key = keyOf(reader.address);
  await tellOutcome(client, key);
  stopped = notes.paused;
  if (stopped) {
    return;
  }
  if (!reader.kept && key && !(await find(key))) {
    await keepAgain(VISITED, key, "").catch(() => undefined);
  }
  refreshing = refreshing.then(() => refresh(reader.saving));
  await refreshing;
}

/* What became of the answer that came after its kept copy was shown. */
async function tellOutcome(client, key) {
  if (awaited.has(key)) {
    const outcome = await awaited.get(key);
    awaited.delete(key);
    if (outcome) {
      client.postMessage({ outcome: outcome });
    }
  }
}

async function refresh(saving) {
  const notes = await readNotes();
  const rested = Date.now() - notes.checked > BETWEEN_CHECKS;
  if (stopped || !(rested || notes.failed)) {
    return;
  }
  const began = turn;
  try {
    const response = await ask(SITE.list);
    if (!response.ok) {
      return;
    }
    const list = await response.json();
    await keepOnly(list.pages);
    await lookAfterVisited(notes.failed ? 0 : FRESH);
    if (!list.signed_in) {
      await keepVillage(saving ? list.pages.slice(0, SAVING_MOST) : list.pages);
    }
    if (began === turn) {
      await writeNotes({ checked: Date.now(), failed: false });
    }
  } catch (error) {
    await writeNotes({ failed: true });
  }
}

async function keepOnly(pages) {
  const wanted = pages.map((page) => page.url);
  const cache = await caches.open(VILLAGE);
  for (const request of await cache.keys()) {
    const key = new URL(request.url).pathname;
    if (wanted.indexOf(key) < 0) {
      await cache.delete(request);
    }
  }
}

async function keepVillage(pages) {
  const cache = await caches.open(VILLAGE);
  const began = turn;
  let held = 0;
  for (const page of pages) {
    if (began !== turn) {
      return;
    }
    const kept = await cache.match(page.url);
    if (kept && kept.headers.get("X-Kept-Stamp") === page.stamp) {
      continue;
    }
    held += await keepAgain(VILLAGE, page.url, page.stamp);
    if (held > VILLAGE_MOST) {
      return;
    }
  }
}

async function lookAfterVisited(age) {
  const cache = await caches.open(VISITED);
  for (const request of (await cache.keys()).slice(0, VISITED_LOOKED_AFTER)) {
    const kept = await cache.match(request);
    if (kept && Date.now() - keptAt(kept) >= age) {
      await keepAgain(VISITED, new URL(request.url).pathname, "");
    }
  }
}

/* Ask for a page and keep it, or forget it; characters kept. Throws without a network. */
async function keepAgain(name, key, stamp) {
  const response = await ask(key);
  if (isGone(response)) {
    await forget(key);
  }
  if (!mayBeKept(response)) {
    return 0;
  }
  if (name === VILLAGE) {
    await (await caches.open(VISITED)).delete(key);
  }
  return keep(name, key, response, stamp);
}

async function clear() {
  stopped = true;
  turn += 1;
  await refreshing;
  await Promise.all([caches.delete(VILLAGE), caches.delete(VISITED)]);
  await writeNotes({ paused: true });
}

/* Life of the worker */

async function install() {
  const shell = await caches.open(SHELL);
  const files = SITE.shell.map((path) => {
    const changes = stem(path) === path;
    return new Request(path, changes ? { cache: "no-cache" } : {});
  });
  files.push(new Request(SITE.offline, { cache: "no-cache", credentials: "omit" }));
  await shell.addAll(files);
  await self.skipWaiting();
}

async function activate() {
  const ours = [SHELL, VILLAGE, VISITED, NOTES];
  for (const name of await caches.keys()) {
    if (ours.indexOf(name) < 0) {
      await caches.delete(name);
    }
  }
  if (self.registration.navigationPreload) {
    await self.registration.navigationPreload.enable();
  }
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    const key = keyOf(request.url);
    const answer = key ? openPage(event, key) : fromNetwork(event).catch(notKept);
    event.respondWith(answer);
  } else if (SHELL_STEMS.indexOf(stem(url.pathname)) >= 0) {
    event.respondWith(openShellFile(request, url.pathname));
  }
});

self.addEventListener("message", (event) => {
  const said = event.data;
  const done = said.clear ? clear() : visit(event.source, said);
  const port = event.ports[0];
  event.waitUntil(port ? done.then(() => port.postMessage("done")) : done);
});
