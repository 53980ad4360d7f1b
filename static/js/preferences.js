/* A reader's choices without a new page: larger letters, light or dark. Links with data-choice name
   the cookie and the value; the server reads the same cookies (home/preferences.py). The language
   changes words, which only the server knows, so those links are followed as usual. */

const YEAR = 365 * 24 * 60 * 60;
const root = document.documentElement;

function keep(name, value) {
  const age = value ? YEAR : 0;
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = name + "=" + value + ";path=/;max-age=" + age + ";samesite=lax" + secure;
}

function showText(value) {
  root.setAttribute("data-text", value);
  document.querySelectorAll("[data-with-elder]").forEach((part) => {
    part.hidden = !value;
  });
  document.querySelectorAll("[data-without-elder]").forEach((part) => {
    part.hidden = Boolean(value);
  });
  document.querySelectorAll("[data-step]").forEach((link) => {
    const wanted = Number(value || 1) + Number(link.getAttribute("data-step"));
    const reached = Math.min(Math.max(wanted, 1), 3);
    link.setAttribute("data-value", String(reached));
    link.setAttribute("aria-disabled", String(reached === Number(value)));
  });
}

function showTheme(value) {
  root.setAttribute("data-theme", value);
  document.querySelectorAll('[data-choice="theme"]').forEach((link) => {
    if (link.getAttribute("data-value") === value) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  });
}

const SHOW = { text: showText, theme: showTheme };

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-choice]");
  const field = link && link.getAttribute("data-choice");
  if (!link || !SHOW[field] || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const value = link.getAttribute("data-value");
  keep(field, value);
  SHOW[field](value);
  if (field === "text" && link.offsetParent === null) {
    // The link pressed is gone: go on from what took its place.
    const next = document.querySelector(value ? "[data-with-elder] a" : "[data-without-elder] a");
    if (next) {
      next.focus();
    }
  }
});

showText(root.getAttribute("data-text") || "");
showTheme(root.getAttribute("data-theme") || "");
