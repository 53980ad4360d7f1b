/* The buttons that copy a reminder; without the clipboard the text is marked, to copy by hand. */
document.querySelectorAll("[data-remind]").forEach((button) => {
  const text = button.closest("details").querySelector("textarea");
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const done = () => {
      button.textContent = button.getAttribute("data-remind");
      setTimeout(() => {
        button.textContent = words;
      }, 2500);
    };
    const byHand = () => {
      text.focus();
      text.select();
      if (document.execCommand("copy")) done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(done, byHand);
    else byHand();
  });
});
