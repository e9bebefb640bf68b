"""Random templates from a grammar, for the differential test. Most expressions have the type that their place asks for,
so that most templates render; a few are wrong on purpose."""
import corpus

# What yields which type: {int}, {str}, ... stand for an expression of that type.
RULES = {
    "int": [
        "n", "zero", "row.id", "1", "2", "0", "10", "-3", "items[0]", "items|length", "({str})|length", "({list})|length", "({ints})|sum", "{int} + {int}",
        "{int} - {int}", "{int} * {int}", "{int} // 3", "{int} % 4", "({int})|abs", "({str})|int", "({int} if {bool} else {int})", "-({int})", "2 ** 5",
        "({str}).find('a')", "({str}).count({str})", "({ints})|first|default(1)", "({int})|round|int", "({list}).count({any})", "{int} or 3", "({any})|string|length",
        "({float})|int", "rows|map(attribute='age')|max", "{str}|wordcount", "7 // -2", "-7 % 3", "1_000", "0x1F", "({bool})|int", "({str}).rfind('e')",
    ],
    "float": ["x", "1.5", "0.1", "2.0", "-0.5", "1e3", "{int} / 4", "{float} + {int}", "{float} * {float}", "({float})|round(1)", "({int})|float", "-({float})", "{float} - {float}", "7.5 // 2", "({float})|abs", "{float} ** 2", "({float})|round(1, 'floor')"],
    "str": [
        "name", "'a'", "''", "'ab c'", "\"it's\"", "html", "korean", "text", "row.name", "row['name']", "{str} ~ {any}", "{any} ~ {str}", "{str} + {str}", "'ab' * 2", "({str})|upper",
        "({str})|lower", "({str})|title", "({str})|capitalize", "({str})|trim", "({str})|replace('a', {str})", "({str})|e", "({any})|string", "({strs})|join(', ')",
        "({str}).upper()", "({str}).strip()", "({str}).replace('a', 'b')", "({str}).title()", "({str}).center(9, '*')", "({str}).zfill(6)", "({str})[1:3]", "({str})[::-1]", "name[0]",
        "'%s-%s' % ({any}, {any})", "'%05.1f' % {float}", "'%d' % {int}", "'{}|{:>5}'.format({any}, {int})", "'{0}{a}'.format({int}, a={str})", "({list})|join('|')", "({any})|tojson",
        "({str})|indent(2)", "({str})|truncate(9)", "({str})|center(9)", "({str})|wordwrap(7)", "({str})|urlencode", "({str})|striptags", "({any})|pprint", "({int})|filesizeformat",
        "({str} if {bool} else {str})", "{str}|default('d')", "words|first", "words[{int} % 4]", "({str})|reverse", "({str}).split('a')|join('.')", "({str})|format", "missing|default({str})",
        "({str}).ljust(6, '.')", "({str}).swapcase()", "({str}).removeprefix('a')", "(({str}).partition('a'))[0]", "({str}).splitlines()|join('/')", "({str})|forceescape", "{str}|safe", "({str})|urlize",
        "{dict}|xmlattr", "'{:,}'.format({int})", "'{:.2f}'.format({float})", "'{!r}'.format({any})", "'%r' % {str}", "'%-6s|' % {str}", "({str}).capitalize()", "{str} and {str}",
    ],
    "ints": ["items", "[3, 1, 2]", "[{int}, {int}]", "range(4)|list", "range({int} % 5)|list", "({ints})|sort", "({ints})|sort(reverse=true)", "({ints})|unique|list", "({ints})|select('odd')|list", "({ints})|reject('gt', 2)|list", "({ints})[1:]", "({ints})[::-1]", "{ints} + {ints}", "({ints})|reverse|list", "rows|map(attribute='age')|list", "range(9, 0, -3)|list"],
    "strs": ["words", "['b', 'A', 'c']", "[{str}, {str}]", "({str}).split()", "({strs})|sort", "({strs})|map('upper')|list", "({str})|list", "({strs})|unique|list", "({strs})[:2]", "({strs})|sort(case_sensitive=true)", "({strs})|map('replace', 'a', 'b')|list", "rows|map(attribute='city')|list", "({dict}).keys()|list", "({strs})|select('string')|list"],
    "list": ["{ints}", "{strs}", "[]", "empty", "[{any}, {any}]", "({list})|list", "rows", "({list})|batch(2)|list", "({list})|slice(2)|list", "({dict}).items()|list", "({dict})|dictsort", "({dict}).values()|list", "rows|selectattr('on')|list", "rows|groupby('city')", "({list})|select|list", "({list})|reject('none')|list", "row.tags", "({list})|batch(3, 'x')|list", "rows|sort(attribute='age,id')", "[({any}, {any})]", "({list}) * 2", "rows|rejectattr('city', 'eq', 'Seoul')|map(attribute='id')|list", "rows|groupby('age')|map(attribute='grouper')|list"],
    "dict": ["row", "{'k': {any}}", "{'a': {int}, 'b': {str}}", "{}", "rows[0]", "dict(a={any})", "({dict}).copy()", "{1: 'x', 'y': {any}}", "{'class': {str}, 'n': none}", "dict({dict}, z=1)"],
    "bool": [
        "yes", "true", "false", "{int} > {int}", "{int} == {float}", "{str} == {str}", "{any} == {any}", "{any} != {any}", "not {bool}", "{bool} and {bool}", "{bool} or {bool}", "{str} in {str}", "{any} in ({list})", "{any} not in ({list})", "{str} < {str}", "1 < {int} <= 5",
        "missing is defined", "{any} is defined", "{any} is none", "{any} is not none", "{any} is string", "{any} is number", "{any} is mapping", "{any} is iterable", "{any} is sequence", "{int} is odd", "{int} is even", "{int} is divisibleby 3", "{str} is upper", "{str} is lower", "{any} is integer",
        "{any} is float", "{any} is boolean", "{any} is true", "{int} is in [1, 2]", "{any} is eq {int}", "{int} is gt 2", "({str}).startswith('a')", "({str}).isdigit()", "({str}).isalpha()", "{any} is callable", "'k' in ({dict})", "({str}).endswith(('a', 'e'))", "{any} is sameas none", "({list}) == ({list})", "({str}).istitle()",
    ],
    "any": ["{int}", "{int}", "{float}", "{str}", "{str}", "{str}", "{list}", "{dict}", "{bool}", "none", "none_value", "missing", "a", "b", "c", "({any})|default('d')", "({any})|d(1, true)", "({any} or {any})", "({any} and {any})", "({any} if {bool} else {any})", "({any} if {bool})", "({list})|first", "({list})|last", "({dict}).get('k')", "({dict}).nope", "({dict})['a']", "(1, {any})", "row.tags[0]", "({list})[{int}]", "({ints})|min", "range(3)", "namespace(q={any})", "({any},)", "({dict}).k|default", "({list})|max(attribute=0)|default(0)"],
}
LOOP = ["loop.index", "loop.index0", "loop.first", "loop.last", "loop.length", "loop.revindex", "loop.revindex0", "loop.previtem", "loop.nextitem", "loop.depth", "loop.cycle('x', 'y')", "loop.changed(a)", "loop.changed({int})"]
BLOCK_FILTERS = ["upper", "trim", "title|trim", "replace('a', 'b')", "indent(2)", "e", "truncate(9)", "wordwrap(5)", "reverse", "striptags"]
SIGNS = ["", "", "", "", "-", "+"]
SPACES = ["", " ", "\n", "  ", "\n  ", "\t", " \n", "\n\n"]


class Maker:
    def __init__(self, source):
        self.source = source
        self.in_loop = 0
        self.blocks = 0

    def pick(self, values):
        return self.source.choice(values)

    def chance(self, share):
        return self.source.random() < share

    def of(self, kind, depth=3):
        if self.chance(0.01):
            kind = self.pick(list(RULES))
        if kind == "any" and self.in_loop and self.chance(0.25):
            rule = self.pick(LOOP)
        else:
            rules = RULES[kind]
            plain = [rule for rule in rules if "{int}" not in rule and "{any}" not in rule and "{str}" not in rule and "({" not in rule and "{bool}" not in rule and "{list}" not in rule and "{float}" not in rule and "{dict}" not in rule and "{ints}" not in rule and "{strs}" not in rule]
            rule = self.pick(plain if depth <= 0 else rules)
        for inner in RULES:
            while "{" + inner + "}" in rule:
                rule = rule.replace("{" + inner + "}", self.of(inner, depth - 1), 1)
        return rule

    def tag(self, text):
        left, right = self.pick(SIGNS), self.pick(SIGNS)
        return "{%" + left + " " + text + " " + right + "%}"

    def print(self):
        left, right = self.pick(["", "", "-"]), self.pick(["", "", "-"])
        return "{{" + left + " " + self.of("any") + " " + right + "}}"

    def body(self, depth):
        return "".join(self.statement(depth) for _ in range(self.source.randrange(1, 4)))

    def statement(self, depth=3):
        space = self.pick(SPACES)
        kind = self.source.randrange(19) if depth > 0 else self.source.randrange(5)
        if kind < 3:
            return space + self.print()
        if kind == 3:
            return space + self.pick(["text", "a", "<b>", "x y\n", "{ ", "}", "#", "{# note #}", "{#- n -#}", "{#+ m +#}\n"])
        if kind == 4:
            return space + self.tag(f"set {self.pick(['a', 'b', 'c'])} = {self.of('any')}")
        if kind < 7:
            return space + self.condition(depth)
        if kind < 10:
            return space + self.loop(depth)
        if kind == 10:
            return space + self.macro(depth)
        inner = self.body(depth - 1)
        if kind == 11:
            return space + self.tag(f"with a = {self.of('any', 1)}, b = {self.of('any', 1)}") + inner + self.tag("endwith")
        if kind == 12:
            return space + self.tag(f"filter {self.pick(BLOCK_FILTERS)}") + inner + self.tag("endfilter")
        if kind == 13:
            return space + self.tag(f"set {self.pick(['a', 'b', 'c'])}{self.pick(['', '', ' | upper'])}") + inner + self.tag("endset")
        if kind == 14:
            step = self.tag(f"set ns.v = ns.v + {self.pick(['a', '1', 'loop.index'])}")
            return space + self.tag("set ns = namespace(v=0)") + self.tag("for a in items") + step + self.tag("endfor") + "{{ ns.v }}"
        if kind == 15:
            return space + self.tag("raw").replace("+%", "%") + self.pick(["{{ x }}", "{% if %}", " a ", "\n"]) + self.tag("endraw")
        if kind == 16:
            return space + self.tag(f"do {self.pick(['items.append(1)', 'row.update({' + chr(39) + 'k' + chr(39) + ': 5})', self.of('any', 2)])}")
        if kind == 17:
            self.blocks += 1
            return space + self.tag(f"block q{self.blocks}{self.pick(['', ' scoped'])}") + inner + self.tag("endblock")
        return space + self.pick(["{% include 'inc' %}", "{% import 'macros' as c %}{{ c.v }}", "{% from 'macros' import m %}{{ m(1) }}", "{% include 'nope' ignore missing %}", "{% import 'ctx' as b with context %}{{ b.m() }}"])

    def condition(self, depth):
        out = self.tag(f"if {self.of('bool', 2)}") + self.body(depth - 1)
        if self.chance(0.3):
            out += self.tag(f"elif {self.of('any', 2)}") + self.body(depth - 1)
        if self.chance(0.4):
            out += self.tag("else") + self.body(depth - 1)
        return out + self.tag("endif")

    def loop(self, depth):
        target, source = self.pick([("a", self.of("list", 2)), ("a", "items"), ("b", "words"), ("a, b", "row.items()"), ("a, b", "[(1, 2), (3, 4)]"), ("c", "rows"), ("a", "range(4)"), ("a", "row"), ("b", "name"), ("a, (b, c)", "[(1, (2, 3))]"), ("a", "items|map('string')"), ("a", self.of("ints", 2) + " if a is odd"), ("c", "missing")])
        self.in_loop += 1
        content = self.body(depth - 1)
        if self.chance(0.15):
            content += self.tag(f"if {self.of('bool', 1)}") + self.tag(self.pick(["break", "continue"])) + self.tag("endif") + self.body(depth - 1)
        self.in_loop -= 1
        otherwise = self.tag("else") + self.body(depth - 1) if self.chance(0.25) else ""
        return self.tag(f"for {target} in {source}") + content + otherwise + self.tag("endfor")

    def macro(self, depth):
        in_loop, self.in_loop = self.in_loop, 0
        content = self.body(depth - 1) + self.pick(["", "{{ varargs }}", "{{ kwargs }}", "{{ caller() if caller else '' }}", "{{ a }}"])
        self.in_loop = in_loop
        name = self.pick(["m", "f"])
        parameters, given = self.pick([("", ""), ("a", "1"), ("a, b=1", "1"), ("a, b=1", "b=2, a=3"), ("a=1, b=a", ""), ("a=1, b=a", "*[1]"), ("b, c=none", "**{'b': 1}"), ("a", "items"), ("a", "1, 2"), ("a", "")])
        call = "{{ " + f"{name}({given})" + " }}"
        if self.chance(0.3):
            call = self.tag(f"call{self.pick(['', '(x=1)'])} {name}({given})") + self.body(depth - 1) + self.tag("endcall")
        return self.tag(f"macro {name}({parameters})") + content + self.tag("endmacro") + call


def request(source):
    maker = Maker(source)
    template = "".join(maker.statement() for _ in range(source.randrange(1, 5)))
    options = {}
    for option in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline", "autoescape"):
        if source.random() < (0.1 if option == "autoescape" else 0.3):
            options[option] = True
    if source.random() < 0.15:
        options["undefined"] = source.choice(["strict", "chainable", "debug"])
    return {"template": template, "context": corpus.CONTEXT, "templates": corpus.TEMPLATES, "options": options}
