#!/usr/bin/env python3
"""Renders templates with Jinja2 and with weir and compares the bytes.

A corpus written by hand (corpus.py) and templates made from a grammar (grammar.py) by a seeded random source. When the
two differ, the template is made smaller as long as they still do, and shown with both results.

  differential.py --program build/dev/tests/jinja/jinja_render [--seed 7] [--count 3000]

Ends with 0 when all agree, 1 when they do not and 77 when this Python has no jinja2.
"""
import argparse
import json
import os
import random
import resource
import select
import subprocess
import sys
import time

try:
    import jinja2
    import jinja2.nativetypes
    import jinja2.sandbox
except ImportError:
    print("this Python has no jinja2", file=sys.stderr)
    sys.exit(77)

import corpus
import grammar

SECONDS_MAX = 5

UNDEFINED = {
    "default": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}
EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols"]


def render_with_jinja2(request):
    options = dict(request.get("options", {}))
    undefined = UNDEFINED[options.pop("undefined", "default")]
    native = request.get("native", False)
    kind = jinja2.nativetypes.NativeEnvironment if native else jinja2.sandbox.SandboxedEnvironment
    loader = jinja2.DictLoader(request.get("templates", {}))
    try:
        environment = kind(extensions=EXTENSIONS, undefined=undefined, loader=loader, **options)
        template = environment.from_string(request["template"])
        output = template.render(**request.get("context", {}))
        return {"ok": True, "output": repr(output) if native else output}
    except Exception as error:  # whatever it is, weir must refuse as well
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


class Renderer:
    """A program that renders, kept running; started anew when it ends or takes too long."""

    def __init__(self, command):
        self.command = command
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.rest = b""

    def render(self, request):
        """The answer, or None when there is none in time."""
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        end = time.monotonic() + SECONDS_MAX
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                if not ready:
                    self.process.kill()
                code = self.process.wait()
                self.start()
                return {"ok": False, "error": f"ended with {code}", "crashed": True} if ready else None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def answer_requests():
    """Renders with Jinja2 what comes on stdin; runs in a process of its own, which may be killed."""
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    for line in sys.stdin:
        print(json.dumps(render_with_jinja2(json.loads(line))), flush=True)


def is_unpredictable(output):
    """Addresses of objects and the order of sets differ from run to run."""
    return " at 0x" in output or " object>" in output


def disagreement(renderers, request):
    """None, or the two results."""
    theirs, ours = (renderer.render(request) for renderer in renderers)
    if theirs is None or theirs.get("crashed"):
        return None  # too much work for Python: nothing to compare
    if ours is None:
        return theirs, {"ok": False, "error": "takes too long"}
    if ours.get("crashed"):
        return theirs, ours
    # Jinja2 prints nothing for {{ (1.5)[:] }}, which it computes beforehand, and fails when the same is computed later; weir always
    # fails (docs/reference/jinja.md).
    if theirs.get("ok") and "is not subscriptable by a slice" in ours.get("error", ""):
        return None
    if theirs["ok"] and is_unpredictable(theirs["output"]):
        return None if ours["ok"] else (theirs, ours)
    if theirs["ok"] != ours["ok"] or (theirs["ok"] and theirs["output"] != ours["output"]):
        return theirs, ours
    return None


def shrink(renderers, request):
    """Cuts pieces out of the template while the two still differ in the same way."""

    def kind(result):
        return result and (result[0]["ok"], result[1]["ok"])

    wanted = kind(disagreement(renderers, request))
    text = request["template"]
    size = max(1, len(text) // 2)
    while size >= 1:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if shorter and kind(disagreement(renderers, {**request, "template": shorter})) == wanted:
                text = shorter
            else:
                at += size
        size //= 2
    return {**request, "template": text}


def show(request, result):
    theirs, ours = result
    print("-" * 100)
    print("template:", repr(request["template"]))
    for key in ("options", "native"):
        if request.get(key):
            print(f"{key}:", request[key])
    print("jinja2:  ", repr(theirs.get("output", theirs.get("error"))) if theirs["ok"] else "error: " + theirs["error"])
    print("weir:    ", repr(ours.get("output", ours.get("error"))) if ours["ok"] else "error: " + ours["error"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the jinja_render program")
    parser.add_argument("--seed", type=int, default=20240131)
    parser.add_argument("--count", type=int, default=3000, help="how many random templates")
    parser.add_argument("--show", type=int, default=10, help="how many failures to show")
    parser.add_argument("--jinja2", action="store_true", help="be the other program: render requests with Jinja2")
    arguments = parser.parse_args()
    if arguments.jinja2:
        return answer_requests()

    source = random.Random(arguments.seed)
    requests = list(corpus.requests())
    made_by_hand = len(requests)
    requests += [grammar.request(source) for _ in range(arguments.count)]

    renderers = [Renderer([sys.executable, __file__, "--jinja2"]), Renderer([arguments.program])]
    failures = 0
    for request in requests:
        if disagreement(renderers, request) is None:
            continue
        failures += 1
        if failures <= arguments.show:
            small = shrink(renderers, request)
            show(small, disagreement(renderers, small) or disagreement(renderers, request))
    for renderer in renderers:
        renderer.close()
    print(f"seed {arguments.seed}: {made_by_hand} templates by hand, {arguments.count} by chance, {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
