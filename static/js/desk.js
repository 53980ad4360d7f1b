/* The importer's desk: choosing a unit marks its lines and back, corrections without a new page.
   Without this script every button posts a plain form; nothing is decided here. */

const board = document.getElementById("board");
const status = document.getElementById("board-status");
const whole = document.querySelector("[data-whole]");
let busy = false;
let side = "units";

if (board) {
  start();
}

function start() {
  document.body.classList.add("has-desk");
  board.addEventListener("click", clicked);
  board.addEventListener("submit", submitted);
  board.addEventListener("focusin", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (unit) {
      mark(unit);
    }
  });
  document.addEventListener("keydown", pressed);
  dress();
}

/* What the server's page cannot know: tabs on a phone, the button that cuts at the caret. */
function dress() {
  const tabs = board.querySelector(".board__tabs");
  if (tabs) {
    tabs.hidden = false;
  }
  board.querySelectorAll("[data-split]").forEach((button) => {
    button.hidden = false;
  });
  show(side);
  const chosen = board.querySelector(".board__unit.is-chosen");
  if (chosen) {
    name_lines(chosen);
  }
}

function show(which) {
  side = which;
  board.classList.add("board--tabs");
  board.classList.toggle("board--lines", which === "lines");
  board.querySelectorAll("[data-side]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.side === which));
  });
}

function unit_of(number) {
  return board.querySelector(`[data-unit="${number}"]`);
}

function lines_of(unit) {
  const first = Number(unit.dataset.first);
  const last = Number(unit.dataset.last);
  return Array.from(board.querySelectorAll("[data-line-number]")).filter((line) => {
    const number = Number(line.dataset.lineNumber);
    return number >= first && number <= last;
  });
}

function mark(unit) {
  board.querySelectorAll(".board__lines .is-marked").forEach((line) => {
    line.classList.remove("is-marked");
  });
  const lines = lines_of(unit);
  lines.forEach((line) => line.classList.add("is-marked"));
  const pane = board.querySelector(".board__lines .board__list");
  if (lines.length && pane && pane.scrollHeight > pane.clientHeight) {
    pane.scrollTop = lines[0].offsetTop - pane.offsetTop - pane.clientHeight / 3;
  }
}

function choose(number, focus) {
  const unit = unit_of(number);
  if (!unit) {
    return null;
  }
  board.querySelectorAll(".board__unit.is-chosen").forEach((other) => {
    other.classList.remove("is-chosen");
    other.querySelector(".board__pick").removeAttribute("aria-current");
    const panel = other.querySelector("[data-unit-panel]");
    if (panel) {
      panel.remove();
    }
  });
  unit.classList.add("is-chosen");
  unit.querySelector(".board__pick").setAttribute("aria-current", "true");
  open_panel(unit);
  mark(unit);
  show("units");
  unit.scrollIntoView({ block: "nearest" });
  if (focus) {
    unit.querySelector(".board__pick").focus({ preventScroll: true });
  }
  return unit;
}

function open_panel(unit) {
  const template = board.querySelector("template[data-panel]");
  if (!template) {
    return;
  }
  const panel = template.content.cloneNode(true);
  panel.querySelector("[name=unit]").value = unit.dataset.unit;
  panel.querySelector("[name=label]").value = unit.dataset.label;
  panel.querySelector("[name=text]").value = unit.dataset.text;
  panel.querySelector("[data-split]").hidden = false;
  unit.appendChild(panel);
  name_lines(unit);
}

function name_lines(unit) {
  const link = unit.querySelector("[data-lines]");
  if (link) {
    link.href = `#line-${unit.dataset.first}`;
  }
}

function clicked(event) {
  const target = event.target;
  const which = target.closest("[data-side]");
  if (which) {
    show(which.dataset.side);
    return;
  }
  const split = target.closest("[data-split]");
  if (split) {
    cut(split.closest("form"));
    return;
  }
  const lines = target.closest("[data-lines], [data-line]");
  if (lines) {
    event.preventDefault();
    const line = document.getElementById(lines.getAttribute("href").slice(1));
    show("lines");
    if (line) {
      line.scrollIntoView({ block: "center" });
    }
    return;
  }
  const pick = target.closest("[data-pick]");
  if (pick) {
    event.preventDefault();
    const chosen = choose(pick.dataset.pick, true);
    if (chosen && !pick.closest("[data-unit]")) {
      chosen.scrollIntoView({ block: "center" });
    }
  }
}

/* A line break where the caret stands is what the server cuts at. */
function cut(form) {
  const box = form.querySelector("[name=text]");
  box.setRangeText("\n", box.selectionStart, box.selectionEnd, "end");
  send(form, "write");
}

function submitted(event) {
  const form = event.target.closest("[data-act]");
  const button = event.submitter || document.activeElement;
  if (!form || !button || button.name !== "do" || button.dataset.plain !== undefined) {
    return;
  }
  event.preventDefault();
  send(form, button.value);
}

function send(form, action) {
  if (busy) {
    return;
  }
  const body = new URLSearchParams(new FormData(form));
  body.set("do", action);
  busy = true;
  board.setAttribute("aria-busy", "true");
  fetch(form.action, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-Requested-With": "XMLHttpRequest" },
  })
    .then((reply) => {
      if (!(reply.headers.get("content-type") || "").startsWith("application/json")) {
        window.location.reload();
        throw new Error("reload");
      }
      return reply.json();
    })
    .then((answer) => renew(answer, form))
    .catch((error) => {
      if (error.message !== "reload") {
        say(status.dataset.offline, true);
      }
    })
    .then(() => {
      busy = false;
      board.removeAttribute("aria-busy");
    });
}

function renew(answer, form) {
  const typed = answer.ok ? null : form.querySelector("[name=text]");
  const kept = typed && [typed.value, form.querySelector("[name=label]").value];
  const panes = Array.from(board.querySelectorAll(".board__list")).map((pane) => pane.scrollTop);
  board.innerHTML = answer.html;
  board.querySelectorAll(".board__list").forEach((pane, at) => {
    pane.scrollTop = panes[at] || 0;
  });
  dress();
  const chosen = unit_of(answer.unit);
  if (chosen) {
    if (kept && chosen.querySelector("[name=text]")) {
      chosen.querySelector("[name=text]").value = kept[0];
      chosen.querySelector("[name=label]").value = kept[1];
    }
    mark(chosen);
    chosen.scrollIntoView({ block: "nearest" });
    chosen.querySelector(".board__pick").focus({ preventScroll: true });
  }
  if (whole) {
    whole.querySelector("[name=version]").value = answer.version;
    const text = whole.querySelector("[name=text]");
    if (text.value === text.defaultValue) {
      text.value = answer.text;
      text.defaultValue = answer.text;
    }
  }
  say(answer.message || status.dataset.saved, !answer.ok);
}

function say(message, alarm) {
  status.textContent = message;
  status.classList.toggle("is-alarm", Boolean(alarm));
}

function is_typing(target) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
}

function pressed(event) {
  if (is_typing(event.target)) {
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
    const back = key === "z" && !event.shiftKey;
    press(board.querySelector(`.board__tools [value=${back ? "undo" : "redo"}]`), event);
    return;
  }
  const unit = event.target.closest && event.target.closest("[data-unit]");
  if (!unit || !board.contains(unit) || event.ctrlKey || event.metaKey) {
    return;
  }
  if (key === "ArrowUp" || key === "ArrowDown") {
    if (event.altKey) {
      order(unit, key === "ArrowUp" ? "[value=up]" : "[value=down]", event);
      return;
    }
    const next = key === "ArrowUp" ? unit.previousElementSibling : unit.nextElementSibling;
    if (next) {
      event.preventDefault();
      next.querySelector(".board__pick").focus();
    }
    return;
  }
  if (event.altKey) {
    return;
  }
  if (key === "j") {
    order(unit, "[value=join]", event);
  } else if (key === "s" || key === "l") {
    event.preventDefault();
    const chosen = choose(unit.dataset.unit, false);
    const box = chosen.querySelector(key === "s" ? "[name=text]" : "[name=label]");
    if (box) {
      box.focus();
    }
  } else if (/^[caiupn]$/.test(key)) {
    order(unit, `[data-key=${key}]`, event);
  }
}

function order(unit, selector, event) {
  if (!unit.classList.contains("is-chosen") || !unit.querySelector("[data-unit-panel]")) {
    choose(unit.dataset.unit, true);
  }
  press(unit.querySelector(selector), event);
}

function press(button, event) {
  if (button && !button.disabled) {
    event.preventDefault();
    send(button.closest("form"), button.value);
  }
}
