"""Random templates from a grammar, for the differential test."""
import corpus

NAMES = ["name", "n", "x", "zero", "none_value", "yes", "items", "words", "empty", "row", "rows", "html", "korean", "missing", "a", "b", "c"]
FILTERS = [
    "upper", "lower", "title", "capitalize", "trim", "length", "first", "last", "list", "sort", "unique|list", "sum", "min", "max",
    "join(',')", "join", "reverse|list", "string", "int", "float", "abs", "round", "default('d')", "d(1, true)", "e", "tojson",
    "replace('a', 'b')", "indent", "batch(2)|list", "slice(2)|list", "dictsort", "items|list", "map('string')|list",
    "select|list", "reject('none')|list", "map(attribute='id')|list", "selectattr('on')|list", "groupby('city')",
    "wordcount", "truncate(9)", "center(9)", "urlencode", "striptags", "format(1)", "pprint", "round(1)", "wordwrap(7)", "count",
    "filesizeformat", "xmlattr", "safe", "forceescape", "attr('x')", "sort(reverse=true)", "int(9)", "string|length",
]
TESTS = [
    "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "callable",
    "odd", "even", "divisibleby 3", "lower", "upper", "true", "false", "in [1, 2, 'a']", "eq 1", "sameas none", "gt 2", "escaped",
]
METHODS = [
    "upper()", "lower()", "split()", "split('a')", "strip()", "replace('a', 'b')", "startswith('a')", "find('a')", "get('id')", "keys()|list",
    "values()|list", "items()|list", "copy()", "count('a')", "index(1)", "title()", "join(['x', 'y'])", "format(1, 2)", "zfill(6)", "isdigit()",
    "partition('a')", "pop()", "append(1)", "center(8)", "splitlines()",
]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "not in"]
LITERALS = ["1", "0", "-3", "2.5", "10", "'a'", "'ab c'", "''", "true", "false", "none", "[]", "[1, 2, 3]", "['b', 'a']", "{}", "{'k': 1, 'id': 2}", "(1, 2)", "1e3", "'1'", "'%s!'", "'{}-{}'"]
BLOCK_FILTERS = ["upper", "trim", "title|trim", "replace('a', 'b')", "indent(2)", "length", "e"]
SIGNS = ["", "", "", "", "-", "+"]
SPACES = ["", " ", "\n", "  ", "\n  ", "\t", " \n"]


class Maker:
    def __init__(self, source):
        self.source = source
        self.in_loop = 0

    def pick(self, values):
        return self.source.choice(values)

    def chance(self, share):
        return self.source.random() < share

    def expression(self, depth=3):
        if depth <= 0 or self.chance(0.25):
            return self.pick(LITERALS) if self.chance(0.45) else self.pick(NAMES)
        inner = lambda: self.expression(depth - 1)
        kind = self.source.randrange(15)
        if kind < 4:
            return f"{inner()} {self.pick(BINARY)} {inner()}"
        if kind < 7:
            return f"({inner()})|{self.pick(FILTERS)}"
        if kind == 7:
            return f"({inner()}) is {self.pick(['', 'not '])}{self.pick(TESTS)}"
        if kind == 8:
            return f"({inner()}).{self.pick(METHODS)}"
        if kind == 9:
            return f"({inner()})[{self.pick([inner(), '0', '-1', '1:', ':2', '::-1', '::2'])}]"
        if kind == 10:
            return f"({inner()}).{self.pick(['id', 'name', 'tags', 'nope', 'items', '0'])}"
        if kind == 11:
            return f"({inner()} if {inner()} else {inner()})"
        if kind == 12:
            return "[" + ", ".join(inner() for _ in range(self.source.randrange(3))) + "]"
        if kind == 13:
            return self.pick(["not ", "-", "+"]) + f"({inner()})"
        if self.in_loop:
            return "loop." + self.pick(["index", "index0", "first", "last", "length", "revindex", "previtem", "nextitem", "depth", "cycle('x', 'y')", "changed(a)"])
        return self.pick(["range(4)|list", "range(3)", "dict(a=1)", "namespace(q=1)", "range(1, 9, 3)|list"])

    def tag(self, text):
        left, right = self.pick(SIGNS), self.pick(SIGNS)
        return "{%" + left + " " + text + " " + right + "%}"

    def print(self):
        left, right = self.pick(["", "", "-"]), self.pick(["", "", "-"])
        return "{{" + left + " " + self.expression() + " " + right + "}}"

    def body(self, depth):
        return "".join(self.statement(depth) for _ in range(self.source.randrange(1, 4)))

    def statement(self, depth=3):
        space = self.pick(SPACES)
        kind = self.source.randrange(18) if depth > 0 else self.source.randrange(5)
        if kind < 3:
            return space + self.print()
        if kind == 3:
            return space + self.pick(["text", "a", "<b>", "x y\n", "{", "}", "#", "{# note #}", "{#- n -#}"])
        if kind == 4:
            return space + self.tag(f"set {self.pick(['a', 'b', 'c'])} = {self.expression()}")
        inner = lambda: self.body(depth - 1)
        if kind < 7:
            otherwise = self.tag("else") + inner() if self.chance(0.4) else ""
            also = self.tag(f"elif {self.expression(2)}") + inner() if self.chance(0.3) else ""
            return space + self.tag(f"if {self.expression(2)}") + inner() + also + otherwise + self.tag("endif")
        if kind < 10:
            target = self.pick(["a", "b", "a, b", "c"])
            test = f" if {self.expression(2)}" if self.chance(0.25) else ""
            source = self.pick([self.expression(2), "items", "words", "rows", "row.items()", "range(4)", "[(1, 2), (3, 4)]", "[(1, 2)]"])
            otherwise = self.tag("else") + inner() if self.chance(0.25) else ""
            self.in_loop += 1
            content = inner()
            if self.chance(0.15):
                content += self.tag(f"if {self.expression(1)}") + self.tag(self.pick(["break", "continue"])) + self.tag("endif") + inner()
            self.in_loop -= 1
            return space + self.tag(f"for {target} in {source}{test}") + content + otherwise + self.tag("endfor")
        if kind == 10:
            in_loop, self.in_loop = self.in_loop, 0
            content = self.body(depth - 1) + self.pick(["", "{{ varargs }}", "{{ kwargs }}", "{{ caller() if caller else '' }}", "{{ caller(1) }}"])
            self.in_loop = in_loop
            name = self.pick(["m", "f"])
            arguments = self.pick(["", "a", "a, b=1", "a=1, b=a", "b, c=none"])
            given = self.pick(["", "1", "1, 2", "a=3", "1, b=2", "items", "*[1]", "**{'a': 1}"])
            call = "{{ " + f"{name}({given})" + " }}"
            if self.chance(0.3):
                call = self.tag(f"call{self.pick(['', '(x)', '(x=1)'])} {name}({given})") + inner() + self.tag("endcall")
            return space + self.tag(f"macro {name}({arguments})") + content + self.tag("endmacro") + call
        if kind == 11:
            return space + self.tag(f"with a = {self.expression(1)}, b = {self.expression(1)}") + inner() + self.tag("endwith")
        if kind == 12:
            return space + self.tag(f"filter {self.pick(BLOCK_FILTERS)}") + inner() + self.tag("endfilter")
        if kind == 13:
            return space + self.tag(f"set {self.pick(['a', 'b', 'c'])}{self.pick(['', '', ' | upper'])}") + inner() + self.tag("endset")
        if kind == 14:
            return space + self.tag("set ns = namespace(v=0)") + self.tag("for a in items") + self.tag(f"set ns.v = ns.v + {self.pick(['a', '1', 'loop.index'])}") + self.tag("endfor") + "{{ ns.v }}"
        if kind == 15:
            return space + self.tag("raw") + self.pick(["{{ x }}", "{% if %}", " a ", "\n"]) + self.tag("endraw").replace("+%", "%")
        if kind == 16:
            return space + self.tag(f"do {self.expression(2)}")
        return space + self.pick(["{% include 'inc' %}", "{% import 'macros' as c %}{{ c.v }}", "{% from 'macros' import m %}{{ m(1) }}", "{% block q %}" + inner() + "{% endblock %}"])


def request(source):
    maker = Maker(source)
    template = "".join(maker.statement() for _ in range(source.randrange(1, 5)))
    options = {}
    for option in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline"):
        if source.random() < 0.3:
            options[option] = True
    if source.random() < 0.15:
        options["undefined"] = source.choice(["strict", "chainable", "debug"])
    return {"template": template, "context": corpus.CONTEXT, "templates": corpus.TEMPLATES, "options": options}
