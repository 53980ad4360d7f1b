/* Legality hints beside the article while it is typed. The server reads the text and decides; this
   script asks it a moment after the typing stops and shows what it says. Without it the page tells
   of the text as last saved. */

const place = document.querySelector("[data-hint-check]");
const WAIT = 900;
const ARTICLE = /^body-(\d+)-value-articles-(\d+)-value-text$/;
let timer = 0;
let asked = 0;

if (place) {
  document.addEventListener("input", (event) => {
    if (event.target.closest && event.target.closest("form[data-edit-form]")) {
      later();
    }
  });
  later();
}

function later() {
  window.clearTimeout(timer);
  timer = window.setTimeout(check, WAIT);
}

function field(name) {
  return document.querySelector(`[name="${name}"]`);
}

function value(name) {
  const found = field(name);
  return found ? found.value : "";
}

/* The articles as they stand in the form, those taken out left aside. */
function articles() {
  return Array.from(document.querySelectorAll('textarea[name^="body-"]'))
    .filter((area) => ARTICLE.test(area.name))
    .map((area) => ({ area, stem: area.name.replace(/-value-text$/, "") }))
    .filter(({ stem }) => !gone(stem));
}

function gone(stem) {
  const chapter = stem.replace(/-value-articles-\d+$/, "");
  return value(`${stem}-deleted`) === "1" || value(`${chapter}-deleted`) === "1";
}

function lines(stem) {
  const found = [value(`${stem}-value-text`)];
  below(`${stem}-value-items`, found);
  return found;
}

function below(stem, found) {
  const count = Number(value(`${stem}-count`)) || 0;
  const rows = [];
  for (let number = 0; number < count; number += 1) {
    const row = `${stem}-${number}`;
    if (value(`${row}-deleted`) !== "1") {
      rows.push({ row, order: Number(value(`${row}-order`)) });
    }
  }
  rows.sort((one, other) => one.order - other.order);
  rows.forEach(({ row }) => {
    found.push(value(`${row}-value-label`) + value(`${row}-value-text`));
    below(`${row}-value-items`, found);
  });
}

async function check() {
  const mine = (asked += 1);
  const rows = articles().map(({ area, stem }) => ({
    area,
    clause: {
      id: value(`${stem}-id`) || stem,
      label: value(`${stem}-value-label`),
      lines: lines(stem),
    },
  }));
  const sent = {
    clauses: rows.map((row) => row.clause),
    preamble: value("preamble"),
    closing: value("closing"),
    adopted_by: value("adopted_by"),
  };
  try {
    const response = await fetch(place.dataset.hintCheck, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "content-type": "application/json",
        "x-csrftoken": value("csrfmiddlewaretoken"),
      },
      body: JSON.stringify(sent),
    });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    const answer = await response.json();
    if (mine === asked) {
      show(rows, answer);
    }
  } catch (error) {
    place.textContent = place.dataset.failed;
  }
}

function show(rows, answer) {
  const parts = rows.map((row) => ({ id: row.clause.id, area: row.area }));
  ["preamble", "closing", "adopted_by"].forEach((name) => parts.push({ id: name, area: field(name) }));
  parts.forEach(({ id, area }) => {
    if (area) {
      note(area, answer.hints.filter((hint) => hint.id === id));
    }
  });
  const text = answer.open ? place.dataset.found.replace("%s", answer.open) : place.dataset.none;
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

/* The notes of one clause, below its field; an article that is closed says so in its heading. */
function note(area, hints) {
  const old = area.parentNode.querySelector(":scope > .hint-notes");
  const list = hints.length ? document.createElement("ul") : null;
  if (list) {
    list.className = "hint-notes";
    hints.forEach((hint) => list.append(one(hint)));
  }
  if (old && (!list || old.innerHTML !== list.innerHTML)) {
    old.remove();
  } else if (old) {
    return;
  }
  if (list) {
    area.after(list);
  }
  flag(area, hints.filter((hint) => hint.open).length);
}

function one(hint) {
  const row = document.createElement("li");
  row.className = `hint-note hint--${hint.level}${hint.open ? "" : " hint--closed"}`;
  const head = document.createElement("strong");
  head.textContent = `${place.dataset[hint.level]} ${hint.rule}：“${hint.match}”`;
  row.append(head);
  [hint.why, hint.how, hint.ground, hint.answered].filter(Boolean).forEach((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    row.append(line);
  });
  return row;
}

function flag(area, open) {
  const panel = area.closest("[data-contentpath] section, section[data-panel], .w-panel");
  const heading = panel && panel.querySelector("[data-panel-heading]");
  if (!heading) {
    return;
  }
  const old = heading.querySelector(".hint-flag");
  if (old) {
    old.remove();
  }
  if (open) {
    const mark = document.createElement("span");
    mark.className = "hint-flag";
    mark.textContent = place.dataset.flag;
    heading.prepend(mark);
  }
}
