/* Suggestions while typing, for every text box with data-suggest: an editable combobox with a list
   (WAI-ARIA 1.2). Without scripts the box is an ordinary search box.

   data-suggest is the address that answers GET <address>?q=<typed> with

     {"suggestions": [{"text":   "鹿城镇",        what is put into the box
                       "url":    "/chucheng/lucheng/",  where choosing it leads
                       "kind":   "地方",          word shown before it (may be empty or left out)
                       "detail": "楚城市",        small line: wider places, other words (may be …)
                       "note":   "3 条"}],        small, at the end (may be …)
      "status": "3 条建议"}                       told to who hears the page (may be left out)

   at most 8, best first, all words in the reader's language. Where the path of a suggestion is the
   action of the box's form, the form is sent with its text (and whatever else stands in the form);
   any other suggestion is a link that is followed. Runs on Chromium 70. */

const DELAY = 200; // ms after the last key
const KEPT = 30; // answers kept for who deletes a letter again

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.address = input.getAttribute("data-suggest");
    this.answers = new Map();
    this.timer = 0;
    this.request = null;
    this.composing = false;
    this.active = -1;
    this.build(number);
    this.listen();
  }

  build(number) {
    const input = this.input;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = "suggestions-" + number;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    const label = input.labels && input.labels[0];
    if (label) {
      this.list.setAttribute("aria-label", label.textContent.trim());
    }
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    input.form.classList.add("has-suggestions");
    input.form.appendChild(this.list);
    input.form.appendChild(this.status);
    const attributes = {
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    };
    Object.keys(attributes).forEach((name) => input.setAttribute(name, attributes[name]));
  }

  listen() {
    const input = this.input;
    input.addEventListener("compositionstart", () => {
      this.composing = true;
      this.cancel();
    });
    input.addEventListener("compositionend", () => {
      this.composing = false;
      this.later();
    });
    input.addEventListener("input", () => {
      if (!this.composing) {
        this.later();
      }
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    input.form.addEventListener("submit", () => this.close());
    window.addEventListener("pageshow", () => this.close());
    // Before blur, which would close the list under the finger.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        this.choose(Array.prototype.indexOf.call(this.list.children, option));
      }
    });
  }

  cancel() {
    clearTimeout(this.timer);
    if (this.request) {
      this.request.abort();
      this.request = null;
    }
  }

  later() {
    this.cancel();
    if (this.input.value.trim()) {
      this.timer = setTimeout(() => this.ask(), DELAY);
    } else {
      this.close();
    }
  }

  async ask() {
    this.cancel();
    const typed = this.input.value.trim();
    if (!typed) {
      return;
    }
    if (!this.answers.has(typed)) {
      const request = new AbortController();
      this.request = request;
      const answer = await this.fetch(typed, request.signal);
      if (this.request !== request) {
        return;
      }
      this.request = null;
      if (!answer) {
        this.close();
        return;
      }
      if (this.answers.size >= KEPT) {
        this.answers.clear();
      }
      this.answers.set(typed, answer);
    }
    if (document.activeElement === this.input) {
      this.show(this.answers.get(typed));
    }
  }

  async fetch(typed, signal) {
    const joint = this.address.indexOf("?") < 0 ? "?" : "&";
    const address = this.address + joint + "q=" + encodeURIComponent(typed);
    try {
      const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch (error) {
      return null; // Stopped, or no network: the box works as it is.
    }
  }

  show(answer) {
    const found = answer.suggestions || [];
    this.found = found;
    this.list.textContent = "";
    found.forEach((suggestion, place) => {
      const option = document.createElement("li");
      option.className = "suggestion";
      option.id = this.list.id + "-" + place;
      option.setAttribute("role", "option");
      ["kind", "text", "detail", "note"].forEach((part) => {
        if (suggestion[part]) {
          const span = document.createElement("span");
          span.className = "suggestion__" + part;
          span.textContent = suggestion[part];
          // The blank parts the words for who hears them.
          option.append(span, " ");
        }
      });
      this.list.appendChild(option);
    });
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.status.textContent = (found.length && answer.status) || "";
    this.mark(-1);
  }

  close() {
    this.cancel();
    this.show({});
  }

  mark(place) {
    this.active = place;
    Array.prototype.forEach.call(this.list.children, (option, number) => {
      option.setAttribute("aria-selected", String(number === place));
    });
    if (place >= 0) {
      this.input.setAttribute("aria-activedescendant", this.list.children[place].id);
      this.list.children[place].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    // 229: keys that belong to the input method.
    if (this.composing || event.isComposing || event.keyCode === 229) {
      return;
    }
    const count = this.list.children.length;
    if (event.key === "ArrowDown" && !count) {
      this.ask();
    } else if (event.key === "ArrowDown") {
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
      this.choose(this.active);
    }
  }

  choose(place) {
    const suggestion = this.found[place];
    const form = this.input.form;
    const button = form.querySelector("[type=submit]");
    const isOfForm =
      new URL(suggestion.url, window.location.href).pathname === new URL(form.action).pathname;
    this.input.value = suggestion.text;
    this.close();
    if (isOfForm && button) {
      // The form has more to say than the words: the filters, and where the reader is at home.
      button.click();
    } else {
      window.location.assign(suggestion.url);
    }
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => {
  new Suggestions(input, number);
});
