#!/usr/bin/env python3
"""Writes unicode_ranges.cpp and unicode_cases.cpp beside itself from the interpreter's Unicode database."""
import contextlib
import pathlib
import sys
import unicodedata

CODES = [c for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]


def ranges(test):
    out = []
    for code in CODES:
        if test(chr(code)):
            if out and out[-1][1] == code - 1:
                out[-1][1] = code
            else:
                out.append([code, code])
    return out


def mappings(change):
    """Runs of (first, last, stride, delta) for characters that change into one other."""
    out = []
    for code in CODES:
        to = change(chr(code))
        if len(to) != 1 or to == chr(code):
            continue
        delta = ord(to) - code
        if out:
            first, last, stride, known = out[-1]
            if known == delta and code - last in (1, 2) and (first == last or code - last == stride):
                out[-1] = (first, code, code - last, delta)
                continue
        out.append((code, code, 1, delta))
    return out


def wrapped(items):
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > 118:
            lines.append(line)
            line = "   "
        line += " " + item + ","
    return "\n".join(lines + [line])


def print_ranges(name, test):
    items = [f"{{{a:#x}, {b:#x}}}" for a, b in ranges(test)]
    print(f"const std::vector<CodeRange>& {name}() {{\n  static const std::vector<CodeRange> ranges = {{")
    print(wrapped(items))
    print("  };\n  return ranges;\n}\n")


def print_mappings(name, change):
    items = [f"{{{a:#x}, {b:#x}, {s}, {d}}}" for a, b, s, d in mappings(change)]
    print(f"const std::vector<CodeMapping>& {name}() {{\n  static const std::vector<CodeMapping> mappings = {{")
    print(wrapped(items))
    print("  };\n  return mappings;\n}\n")


def print_expansions(name, change):
    def text(value):
        return '"' + "".join(f"\\x{b:02x}" for b in value.encode()) + '"'

    items = [f"{{{c:#x}, {text(change(chr(c)))}}}" for c in CODES if len(change(chr(c))) != 1]
    print(f"const std::vector<CodeExpansion>& {name}() {{\n  static const std::vector<CodeExpansion> expansions = {{")
    print(wrapped(items))
    print("  };\n  return expansions;\n}\n")


def print_folds():
    folds = [c for c in CODES if chr(c).casefold() != chr(c).lower()]
    items = [f'{{{c:#x}, "' + "".join(f"\\x{b:02x}" for b in chr(c).casefold().encode()) + '"}' for c in folds]
    print("const std::vector<CodeExpansion>& folds() {\n  static const std::vector<CodeExpansion> expansions = {")
    print(wrapped(items))
    print("  };\n  return expansions;\n}\n")


@contextlib.contextmanager
def source(name):
    path = pathlib.Path(__file__).with_name(name)
    with path.open("w") as file, contextlib.redirect_stdout(file):
        print(f"// Written by unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
        print('#include "jinja/unicode_tables.h"\n\nnamespace weir::jinja::tables {')
        print("// clang-format off")
        yield
        print("// clang-format on\n}  // namespace weir::jinja::tables")


with source("unicode_ranges.cpp"):
    print_ranges("alphabetic", str.isalpha)
    print_ranges("decimal", str.isdecimal)
    print_ranges("digit", str.isdigit)
    print_ranges("numeric", str.isnumeric)
    print_ranges("printable", str.isprintable)
    print_ranges("name_start", str.isidentifier)
    print_ranges("name_rest", lambda c: ("a" + c).isidentifier())
with source("unicode_cases.cpp"):
    print_ranges("lower", str.islower)
    print_ranges("upper", str.isupper)
    print_ranges("title", lambda c: unicodedata.category(c) == "Lt")
    print_mappings("to_lower", str.lower)
    print_mappings("to_upper", str.upper)
    print_mappings("to_title", str.title)
    print_expansions("lower_expansions", str.lower)
    print_expansions("upper_expansions", str.upper)
    print_expansions("title_expansions", str.title)
    # What folds to something else than its lower case.
    print_folds()
