/* Reads a page aloud with the browser's own speech. Starts from data-read on the page's text;
   data-read-part marks what is read and shown as one piece, data-read-skip what is not said.
   Without a Chinese voice on the device the buttons stay hidden: voices that send the text to a
   server are not used. Runs on Chromium 70. */

{
  const LONGEST = 60; // characters; Chrome falls silent after some fifteen seconds of one text
  const RATE_KEY = "read-rate";
  const BLOCKS = /^(?:P|LI|TR|H[1-6]|DIV|SECTION|UL|OL|DL|DD|TABLE|TBODY|FIGURE|FIGCAPTION|BLOCKQUOTE|BR)$/;
  // 打119, 热线12345, and whatever is long enough to be a telephone number: digit by digit.
  const CALLS = /(?:拨打?|打|电话|热线|报警|致电)[^\d，。；]{0,2}(?:1[12]\d(?![\d元桌个])|\d{5,}(?![\d元]))|\d{7,}/g;
  const SILENT = /^(?:BUTTON|SCRIPT|STYLE|TEMPLATE|THEAD|AUDIO|SELECT)$/;

  /* Signs and figures as a person would say them. */
  const spoken = (text) =>
    text
      .replace(/\s+/g, " ")
      .replace(/[，、]\s*(?=[。！？；，、])/g, "")
      .replace(/(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/g, "$1年$2月$3日")
      .replace(/(\d),(?=\d{3}(?!\d))/g, "$1")
      .replace(/(\d{3,4})-(\d{7,8})(?!\d)/g, "$1$2")
      .replace(CALLS, (call) => call.replace(/\d/g, "$& "))
      .replace(/(?:<=|[≤≦⩽])\s*/g, "不超过")
      .replace(/(?:>=|[≥≧⩾])\s*/g, "不少于")
      .replace(/[<＜]\s*(?=\d)/g, "低于")
      .replace(/[>＞]\s*(?=\d)/g, "高于")
      .replace(/(\d[\d.]*)\s*[%％]/g, "百分之$1")
      .replace(/([\d一二三四五六七八九十百千万]\s*[一-龥]{1,3})\s*[/／]\s*(?=[一-龥])/g, "$1每")
      .replace(/([\d百千万元桌天])\s*(?:[-–—~～]|——)\s*(?=\d)/g, "$1到")
      .replace(/(\d)\s*[×xX*]\s*(?=\d)/g, "$1乘")
      .replace(/㎡|m²|m2/g, "平方米")
      .replace(/(\d)\s*km/gi, "$1公里")
      .replace(/(\d)\s*kg/gi, "$1公斤")
      .replace(/[#*_•●■◆·]+|——|…+/g, "，")
      .replace(/[〔〕\[\]【】]/g, " ")
      .trim();

  const shorter = (sentence) => {
    const parts = [];
    let rest = sentence;
    while (rest.length > LONGEST) {
      const head = rest.slice(0, LONGEST);
      let cut = Math.max(...["，", "、", "：", "；", " "].map((sign) => head.lastIndexOf(sign))) + 1;
      if (cut < 10) {
        cut = LONGEST;
        // Not in the middle of a number.
        while (cut > 10 && /\d/.test(rest[cut - 1]) && /\d/.test(rest[cut])) cut -= 1;
      }
      parts.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    return parts.concat(rest);
  };

  /* What is said of a text, in pieces short enough for the browser. */
  const sentences = (text) => {
    const said = [];
    text.split(/\n+/).forEach((line) => {
      (spoken(line).match(/[^。！？；!?;]+[。！？；!?;]*[”’）)」』》]*/g) || []).forEach((sentence) => {
        shorter(sentence).forEach((piece) => {
          if (/[0-9A-Za-z\u3400-\u9fff\ud800-\udfff]/.test(piece)) said.push(piece.trim());
        });
      });
    });
    return said;
  };

  const textOf = (node) => {
    if (node.nodeType === 3) return node.nodeValue.replace(/\n/g, " ");
    if (node.nodeType !== 1 || node.hidden || SILENT.test(node.tagName)) return "";
    if (node.hasAttribute("data-read-skip") || node.classList.contains("visually-hidden")) return "";
    // Text written over several lines keeps them.
    const lines = /^pre/.test(getComputedStyle(node).whiteSpace);
    const inner = Array.from(node.childNodes)
      .map((child) => (lines && child.nodeType === 3 ? child.nodeValue : textOf(child)))
      .join("");
    if (/^(?:TD|TH|DT)$/.test(node.tagName) || node.classList.contains("article__label")) {
      return inner.trim() ? inner + "，" : "";
    }
    return BLOCKS.test(node.tagName) ? "\n" + inner + "\n" : inner;
  };

  const stored = (value) => {
    try {
      if (value) localStorage.setItem(RATE_KEY, value);
      return localStorage.getItem(RATE_KEY);
    } catch (refused) {
      return null;
    }
  };

  class Reader {
    constructor(root, panel) {
      this.root = root;
      this.panel = panel;
      this.pieces = [];
      this.at = 0;
      this.turn = 0; // what an earlier turn's speech still reports is not listened to
      this.state = "silent";
      this.follow = true;
      this.rate = panel.querySelector("[data-read-rate]");
      this.pauseButton = panel.querySelector("[data-read-pause]");
      this.pauseWords = this.pauseButton.textContent;
      this.where = panel.querySelector("[data-read-where]");
      const kept = stored();
      if (kept && this.rate.querySelector('option[value="' + kept + '"]')) this.rate.value = kept;
      this.listen();
    }

    /* A voice of this device that speaks Mandarin, if there is one. */
    voice() {
      const fit = speechSynthesis.getVoices().filter((voice) => {
        const language = voice.lang.replace("_", "-").toLowerCase();
        return /^(?:zh|cmn)\b/.test(language) && !/hk|yue|mo$/.test(language) && voice.localService;
      });
      return fit.filter((voice) => /cn|hans/i.test(voice.lang))[0] || fit[0];
    }

    offer() {
      const able = Boolean(this.voice());
      this.starts().forEach((button) => {
        button.hidden = !able;
      });
      if (!able) this.stop();
    }

    starts() {
      return document.querySelectorAll("[data-read-start]");
    }

    listen() {
      this.offer();
      speechSynthesis.addEventListener
        ? speechSynthesis.addEventListener("voiceschanged", () => this.offer())
        : (speechSynthesis.onvoiceschanged = () => this.offer());
      document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-read-start]");
        if (button) this.pressed(button);
      });
      this.pauseButton.addEventListener("click", () =>
        this.state === "paused" ? this.go() : this.pause()
      );
      this.panel.querySelector("[data-read-stop]").addEventListener("click", () => this.stop());
      this.where.addEventListener("click", () => {
        this.follow = true;
        this.show(true);
      });
      this.rate.addEventListener("change", () => {
        stored(this.rate.value);
        if (this.state === "reading") this.go();
      });
      ["wheel", "touchmove"].forEach((name) =>
        window.addEventListener(name, () => { this.follow = false; }, { passive: true })
      );
      document.addEventListener("keydown", (event) => {
        if (/^(?:Arrow|Page)|^(?:Home|End)$/.test(event.key)) this.follow = false;
        if (event.key === "Escape" && this.state !== "silent") this.stop();
      });
      window.addEventListener("pagehide", () => this.stop());
      document.addEventListener("play", () => this.stop(), true);
      // Speech that an earlier page left behind.
      speechSynthesis.cancel();
    }

    pressed(button) {
      const part = button.closest("[data-read-part]");
      if (this.state !== "silent" && this.pressedButton === button) {
        this.stop();
        return;
      }
      this.stop();
      const parts = part ? [part] : Array.from(this.root.querySelectorAll("[data-read-part]"));
      parts.forEach((one) => {
        if (one.offsetParent === null) return;
        sentences(textOf(one)).forEach((text) => this.pieces.push({ part: one, text: text }));
      });
      if (!this.pieces.length) return;
      document.querySelectorAll("audio").forEach((audio) => audio.pause());
      this.pressedButton = button;
      button.setAttribute("aria-pressed", "true");
      this.panel.hidden = false;
      document.documentElement.classList.add("is-listening");
      this.follow = true;
      this.go();
    }

    /* Speak from the present piece on. */
    go() {
      const turn = ++this.turn;
      speechSynthesis.cancel();
      this.state = "reading";
      this.pauseButton.textContent = this.pauseWords;
      const next = () => {
        if (turn !== this.turn) return;
        if (this.at >= this.pieces.length) {
          this.stop();
          return;
        }
        const saying = new SpeechSynthesisUtterance(this.pieces[this.at].text);
        saying.lang = "zh-CN";
        saying.voice = this.voice();
        saying.rate = Number(this.rate.value) || 1;
        saying.onend = () => {
          if (turn !== this.turn) return;
          this.at += 1;
          next();
        };
        saying.onerror = () => {
          if (turn === this.turn) this.stop();
        };
        this.show();
        this.saying = saying; // kept: a collected utterance never ends in Chrome
        speechSynthesis.speak(saying);
      };
      next();
    }

    /* Phones cannot pause speech: stopped, and begun again with the same piece. */
    pause() {
      this.turn += 1;
      this.state = "paused";
      this.pauseButton.textContent = this.pauseButton.getAttribute("data-read-pause");
      speechSynthesis.cancel();
    }

    stop() {
      this.turn += 1;
      this.state = "silent";
      this.pieces = [];
      this.at = 0;
      speechSynthesis.cancel();
      this.mark(null);
      const inside = this.panel.contains(document.activeElement);
      this.panel.hidden = true;
      document.documentElement.classList.remove("is-listening");
      this.pauseButton.textContent = this.pauseWords;
      if (this.pressedButton) {
        this.pressedButton.removeAttribute("aria-pressed");
        if (inside) this.pressedButton.focus();
      }
      this.pressedButton = null;
    }

    show(asked) {
      const piece = this.pieces[this.at];
      if (!piece) return;
      const fresh = piece.part !== this.marked;
      this.mark(piece.part);
      this.where.textContent = piece.text;
      if (asked || (fresh && this.follow)) this.scrollTo(piece.part);
    }

    mark(part) {
      if (this.marked) this.marked.classList.remove("is-read");
      if (part) {
        part.classList.add("is-read");
        part.setAttribute("data-read-word", this.panel.getAttribute("data-read-panel"));
      }
      this.marked = part;
    }

    scrollTo(part) {
      const box = part.getBoundingClientRect();
      const room = window.innerHeight - this.panel.offsetHeight;
      if (box.top >= 0 && box.bottom <= room) return;
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      const top = window.pageYOffset + box.top - Math.max(16, (room - box.height) / 3);
      window.scrollTo({ top: Math.max(0, top), behavior: calm ? "auto" : "smooth" });
    }
  }

  const root = document.querySelector("[data-read]");
  const panel = document.querySelector("[data-read-panel]");
  if (root && panel && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
    new Reader(root, panel);
  }
}
