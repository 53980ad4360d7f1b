/* Explains a word where it stands: a link with data-term to its note at the page's end opens the
   note beside the word instead. Runs on Chromium 70. */

{
  let open = null;

  const close = () => {
    if (!open) return;
    open.note.remove();
    open.link.setAttribute("aria-expanded", "false");
    open = null;
  };

  document.querySelectorAll("a[data-term]").forEach((link) => {
    const entry = document.getElementById(link.getAttribute("href").slice(1));
    const words = entry && entry.querySelector("[data-term-words]");
    if (!words) return;
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    const toggle = (event) => {
      event.preventDefault();
      const again = open && open.link === link;
      close();
      if (again) return;
      const note = document.createElement("span");
      note.className = "term-note";
      note.setAttribute("role", "status");
      note.setAttribute("data-read-skip", "");
      link.parentNode.insertBefore(note, link.nextSibling);
      note.textContent = words.textContent;
      link.setAttribute("aria-expanded", "true");
      open = { link: link, note: note };
    };
    link.addEventListener("click", toggle);
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") toggle(event);
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
