"""A stand-in for the browser's speech: headless Chromium has no voices, so none can be heard.

The one thing of the platform that tests replace. It says nothing and ends nothing by itself:
`end()` tells the page that the present sentence has been spoken.
"""

SPEECH = """
window.said = [];
window.voices = [{lang: 'zh-CN', localService: true, name: '普通话'}];
window.heard = {};
window.present = null;
Object.defineProperty(window, 'speechSynthesis', {configurable: true, value: {
  getVoices: () => window.voices,
  addEventListener: (name, listener) => { window.heard[name] = listener; },
  cancel: () => { window.present = null; },
  speak: (utterance) => { window.said.push(utterance.text); window.present = utterance; },
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


class Speech:
    """What the page has the browser say."""

    def __init__(self, browser):
        self.browser = browser
        self.script = browser.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": SPEECH}
        )

    def remove(self):
        self.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", self.script)

    def said(self):
        return self.browser.execute_script("return window.said")

    def silent(self):
        return self.browser.execute_script("return window.present === null")

    def rate(self):
        return self.browser.execute_script("return window.present.rate")

    def end(self):
        self.browser.execute_script("window.present.onend()")

    def end_all(self):
        while not self.silent():
            self.end()

    def set_voices(self, *voices):
        """(language, whether it speaks on the device) pairs, loaded late as browsers do."""
        rows = [{"lang": lang, "localService": local, "name": lang} for lang, local in voices]
        self.browser.execute_script(
            "window.voices = arguments[0]; window.heard.voiceschanged()", rows
        )
