/* Says on the button that a question is under way: form[data-waiting="正在查…"]. A weak network
   may take long, and who sees nothing happen presses again. */

document.querySelectorAll("form[data-waiting]").forEach((form) => {
  const button = form.querySelector("[type=submit]");
  if (!button) {
    return;
  }
  const usual = Array.from(button.childNodes);
  form.addEventListener("submit", () => {
    button.textContent = form.getAttribute("data-waiting");
    button.setAttribute("aria-busy", "true");
  });
  // Also when the page comes back from the browser's memory.
  window.addEventListener("pageshow", () => {
    button.textContent = "";
    usual.forEach((node) => button.appendChild(node));
    button.removeAttribute("aria-busy");
  });
});
