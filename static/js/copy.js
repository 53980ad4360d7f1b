/* Copies an article with its place and address, for a chat group: buttons with data-copy inside
   an .article below data-copy-source (what the text is from). Runs on Chromium 70. */

{
  const ownText = (row) =>
    Array.from(row.childNodes)
      .filter((node) => node.nodeName !== "OL" && node.nodeName !== "DETAILS")
      .map((node) => node.textContent)
      .join("")
      .trim();

  const textOf = (article) => {
    const rows = article.querySelectorAll(".article__suspended, .article__text, .article__items > li");
    return Array.from(rows).map(ownText).filter(Boolean).join("\n");
  };

  /* Where the clipboard is closed to scripts: a field with the text, marked, to copy by hand. */
  const byHand = (text, article) => {
    const old = article.querySelector(".copy-field");
    const field = old || document.createElement("textarea");
    field.className = "copy-field";
    field.readOnly = true;
    field.value = text;
    if (!old) article.appendChild(field);
    field.focus();
    field.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch (refused) {
      done = false;
    }
    if (done) field.remove();
    return done;
  };

  const source = document.querySelector("[data-copy-source]");
  if (source) {
    document.querySelectorAll("[data-copy]").forEach((button) => {
      const article = button.closest(".article");
      const name = button.querySelector("[data-copy-name]") || button;
      const words = name.textContent;
      const say = (done) => {
        name.textContent = done ? button.getAttribute("data-copy") : words;
        if (done) setTimeout(() => say(false), 2500);
      };
      button.hidden = false;
      button.addEventListener("click", () => {
        const link = article.querySelector(".article__link");
        const from = source.getAttribute("data-copy-source");
        const text = [textOf(article), "——" + from, link ? link.href : location.href].join("\n");
        const fallBack = () => {
          const done = byHand(text, article);
          if (done) button.focus();
          say(done);
        };
        if (navigator.clipboard && navigator.clipboard.writeText) {
          navigator.clipboard.writeText(text).then(() => say(true), fallBack);
        } else {
          fallBack();
        }
      });
    });
  }
}
