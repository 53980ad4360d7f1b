/* Suggestions while typing for every input with data-suggest (the address that answers in JSON).
   An ARIA combobox with a listbox; without scripts the box is an ordinary search box.
   Runs on Chromium 70: no optional chaining, no nullish operators. */

const DELAY = 200;

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.address = input.getAttribute("data-suggest");
    this.active = -1;
    this.timer = 0;
    this.asked = 0;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = "suggestions-" + number;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    if (input.id) {
      const label = document.querySelector('label[for="' + input.id + '"]');
      if (label) {
        label.id = label.id || input.id + "-label";
        this.list.setAttribute("aria-labelledby", label.id);
      }
    }
    input.form.appendChild(this.list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.addEventListener("input", () => this.later());
    input.addEventListener("compositionend", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Before blur, which would close the list under the finger.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        this.follow(option);
      }
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    const typed = this.input.value.trim();
    const turn = ++this.asked;
    if (!typed || this.input.isComposing) {
      this.close();
      return;
    }
    let found = [];
    try {
      const response = await fetch(this.address + "?q=" + encodeURIComponent(typed), {
        headers: { Accept: "application/json" },
      });
      if (response.ok) {
        found = (await response.json()).suggestions;
      }
    } catch (error) {
      found = [];
    }
    if (turn === this.asked && document.activeElement === this.input) {
      this.show(found);
    }
  }

  show(found) {
    this.list.textContent = "";
    found.forEach((suggestion, place) => {
      const option = document.createElement("li");
      option.className = "suggestion";
      option.id = this.list.id + "-" + place;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = suggestion.url;
      option.dataset.text = suggestion.text;
      option.appendChild(document.createTextNode(suggestion.text));
      const detail = [suggestion.detail, suggestion.note].filter(Boolean).join(" ");
      if (detail) {
        const small = document.createElement("span");
        small.className = "suggestion__detail";
        small.textContent = detail;
        option.appendChild(small);
      }
      this.list.appendChild(option);
    });
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.mark(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.show([]);
  }

  mark(place) {
    const options = this.list.children;
    this.active = place;
    for (let i = 0; i < options.length; i += 1) {
      options[i].setAttribute("aria-selected", String(i === place));
    }
    if (place >= 0) {
      this.input.setAttribute("aria-activedescendant", options[place].id);
      options[place].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    const count = this.list.children.length;
    if (event.isComposing || event.keyCode === 229) {
      return;
    }
    if (event.key === "ArrowDown" && !count) {
      this.ask();
    } else if (event.key === "ArrowDown" && count) {
      event.preventDefault();
      this.mark((this.active + 1) % count);
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      this.mark(this.active > 0 ? this.active - 1 : count - 1);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.follow(this.list.children[this.active]);
    }
  }

  follow(option) {
    const url = option.dataset.url;
    const isSearch = url.split("?")[0] === new URL(this.input.form.action).pathname;
    this.input.value = option.dataset.text;
    this.close();
    if (isSearch) {
      // The form has more to say than the words: the filters, and where the reader is at home.
      this.input.form.submit();
    } else {
      window.location.assign(url);
    }
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => {
  new Suggestions(input, number);
});
