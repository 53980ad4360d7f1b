/* Unfolds details[data-unfold] where the window is wide enough for them to stand beside the text. */

document.querySelectorAll("details[data-unfold]").forEach((details) => {
  details.open = window.matchMedia("(min-width: 60em)").matches;
});
