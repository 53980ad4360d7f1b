"""Runs axe-core, the checker of accessibility rules, on the page a browser shows."""

import json
from functools import cache
from importlib.resources import files

ROUND = """
const done = arguments[arguments.length - 1];
const options = {resultTypes: ['violations'], elementRef: false, selectors: true};
if (arguments[1]) { options.runOnly = {type: 'rule', values: arguments[1]}; }
axe.run(arguments[0] || document, options).then(
  (found) => done(JSON.stringify(found.violations.map((rule) => ({
    id: rule.id, impact: rule.impact, help: rule.help,
    nodes: rule.nodes.map((node) => ({
      target: node.target.join(' '), html: node.html, summary: node.failureSummary}))
  })))), (error) => done(JSON.stringify({error: String(error)})));
"""


@cache
def script():
    """axe.min.js of its package; the driver runs it, so the page's policy does not forbid it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(browser, context=None, rules=None):
    """Violations of any impact, all rules with the best practices (or those named):

    [{"id", "impact", "help", "nodes": [{"target", "html", "summary"}]}].
    """
    if not browser.execute_script("return typeof window.axe === 'object'"):
        browser.execute_script(script())
    answer = json.loads(browser.execute_async_script(ROUND, context, rules))
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer


def lines(where, found):
    """One line for each node that violates a rule, saying where, what and why."""
    return [
        f"{where}: {rule['id']} ({rule['impact']}) at {node['target']}\n    {node['html'][:160]}\n"
        f"    {' '.join(node['summary'].split())[:300]}"
        for rule in found
        for node in rule["nodes"]
    ]
