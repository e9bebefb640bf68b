#!/usr/bin/env python3
"""Renders the same templates with Jinja2 and with weir, checks that the texts are the same and prints both times.

  bench/jinja/compare.py --bench build/release/src/weir_jinja_bench --render build/release/tests/jinja/jinja_render

Needs a Python with jinja2. Both run one after the other on one core; times are the best of several rounds.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import time

import jinja2
import jinja2.sandbox

FOLDER = pathlib.Path(__file__).parent / "templates"
ROUNDS = 5


def best_microseconds(work):
    """The least time of one call of `work`, in rounds of about 0.2 seconds."""
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            work()
        seconds = time.perf_counter() - start
        if seconds > 0.2:
            break
        count *= 2
    best = seconds / count
    for _ in range(ROUNDS - 1):
        start = time.perf_counter()
        for _ in range(count):
            work()
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e6


def weir_times(program):
    output = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={ROUNDS}", "--benchmark_min_time=0.2"],
        check=True, capture_output=True, cwd=FOLDER.parent.parent.parent,
    ).stdout
    times = {}
    for run in json.loads(output)["benchmarks"]:
        if run["run_type"] == "iteration":
            name = run["name"].split("/repeats:")[0]
            times[name] = min(times.get(name, float("inf")), run["cpu_time"] / 1e3)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help="the weir_jinja_bench program")
    parser.add_argument("--render", required=True, help="the jinja_render program of the differential test")
    arguments = parser.parse_args()

    context = json.loads((FOLDER / "context.json").read_text())
    # What dbt uses.
    environment = jinja2.sandbox.SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    times = weir_times(arguments.bench)
    print(f"{'':28}{'Jinja2 µs':>12}{'weir µs':>12}{'ratio':>8}")
    for path in sorted(FOLDER.glob("*.sql")):
        text = path.read_text()
        template = environment.from_string(text)
        expected = template.render(**context)
        request = json.dumps({"template": text, "context": context}).encode() + b"\n"
        answer = json.loads(subprocess.run([arguments.render], input=request, capture_output=True, check=True).stdout)
        if not answer["ok"] or answer["output"] != expected:
            print(f"{path.name}: the two differ: {answer.get('error', 'other text')}")
            return 1
        for step, work in (
            ("render", lambda: template.render(**context)),
            ("parse", lambda: environment.from_string(text)),
        ):
            theirs = best_microseconds(work)
            ours = times[f"{step}/{path.name}"]
            print(f"{step + ' ' + path.name:28}{theirs:12.1f}{ours:12.1f}{theirs / ours:7.1f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
