"""Templates by hand for the differential test, one line each where possible."""

CONTEXT = {
    "name": "weir",
    "n": 7,
    "x": 3.5,
    "zero": 0,
    "none_value": None,
    "yes": True,
    "items": [3, 1, 2],
    "words": ["apple", "Banana", "cherry", "apple"],
    "empty": [],
    "row": {"id": 1, "name": "a'b", "tags": ["x", "y"], "items": 5},
    "rows": [
        {"id": 1, "city": "Seoul", "age": 30, "on": True},
        {"id": 2, "city": "busan", "age": 25, "on": False},
        {"id": 3, "city": "Seoul", "age": 41, "on": True},
        {"id": 4, "city": "Jeju", "age": 25},
    ],
    "html": "<b>\"it's\" & more</b>",
    "text": "The quick brown fox\njumps over\n\nthe lazy dog",
    "korean": "안녕 세계 Straße",
    "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}, {"v": 5, "c": []}],
}

TEMPLATES = {
    "base": "<{% block head %}base{% endblock %}|{% block body scoped %}b{% endblock %}>{{ late }}",
    "child": "{% extends 'base' %}{% block head %}[{{ super() }}]{% endblock %}",
    "macros": "{% macro m(a, b=2) %}{{ a }}+{{ b }}{% endmacro %}{% set v = 9 %}{% set _p = 1 %}text",
    "ctx": "{% macro m() %}{{ name }}{% endmacro %}",
    "inc": "({{ name }}{{ local }})",
    "inc_missing": "{% include 'nowhere' %}",
    "loop_inc": "{{ loop.index }}{{ x }}",
}

BY_SUBJECT = {
    "expressions": r"""
{{ 1 + 2 * 3 - 4 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2**3**2 }}
{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 1e100 }} {{ 1.0 }} {{ 0.1 + 0.2 }} {{ 1e16 }} {{ 123456789012345678 }} {{ 1e-5 }} {{ 0.0001 }}
{{ 10 ** 20 }} {{ 9223372036854775807 + 1 }} {{ -9223372036854775808 - 1 }} {{ 2 ** 64 // 3 }} {{ 2**64 % 1000 }} {{ 2**100 * 2**100 }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' < 'b' }} {{ [1,2] < [1,3] }} {{ (1,2) == (1,2) }} {{ [1] == (1,) }}
{{ 'a' in 'abc' }} {{ 2 in items }} {{ 'id' in row }} {{ 9 not in items }} {{ not 9 in items }}
{{ 1 and 0 or 'x' }} {{ none_value or 'd' }} {{ '' and 1 }} {{ not 1 }} {{ not none }}
{{ 'yes' if yes else 'no' }} {{ 'yes' if not yes }} {{ 1 if 0 else 2 if 0 else 3 }}
{{ 'a' ~ 1 ~ none ~ 1.5 ~ true }} {{ 'ab' * 3 }} {{ 3 * [1] }} {{ [1] + [2] }} {{ (1,) + (2,) }} {{ 'a' 'b' "c" }}
{{ 'x%sy%d' % ('a', 3) }} {{ '%5.2f|%-5s|%05d|%x' % (3.14159, 'a', 42, 255) }} {{ '%(a)s' % {'a': 1} }} {{ '%s' % 5 }} {{ '%%' % () }}
{{ [1,2,3][1:] }} {{ [1,2,3][::-1] }} {{ 'hello'[1:3] }} {{ 'hello'[-3:] }} {{ 'hello'[::2] }} {{ (1,2,3)[:2] }} {{ items[-1] }} {{ items[10] }}
{{ row.id }} {{ row['id'] }} {{ row.missing }} {{ row.items }} {{ row['items'] }} {{ row.tags.0 }} {{ row.tags[1] }} {{ name.0 }}
{{ {'a': 1, 'b': [1, 2.0, 'x'], none: true} }} {{ (1,) }} {{ () }} {{ [] }} {{ {} }} {{ [none, true, "it's", 'q"', "it's \"x\""] }}
{{ missing }} {{ missing is defined }} {{ missing.attr }}
{{ missing + 1 }}
{{ 1 / 0 }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ none_value.x }} {{ none_value.x is defined }}
{{ none_value.x.y }}
{{ 1 < 'a' }}
{{ [1, 'a'] | sort }}
{{ (1, 2,) }} {{ 1, 2 }} {{ (1) }}
{{ 1_000 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 1.5e3 }} {{ 1E-3 }} {{ 12_3.4_5 }}
{{ 'a\nb\t\x41\u00e9\101\q\'' }} {{ "a\\b" }}
{{ '\N' }}
{{ +5 }} {{ -x }} {{ +true }} {{ -true }} {{ --5 }} {{ -5|abs }} {{ -5 ** 2 }} {{ (-5)|abs }}
{{ "%s" | format("a") }} {{ "%(x)s" | format(x=1) }} {{ 'a' is string }}
{{ true }} {{ True }} {{ none }} {{ None }} {{ false }} {{ False }}
{{ 5 is divisibleby 5 }} {{ 5 is divisibleby(3) }} {{ 4 is even }} {{ 3 is odd }} {{ 5 is not even }} {{ -3 is odd }}
{{ none is none }} {{ 1 is number }} {{ true is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is integer }} {{ true is boolean }}
{{ [] is sequence }} {{ {} is mapping }} {{ 'a' is iterable }} {{ 5 is iterable }} {{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 1 is sameas 1 }} {{ none is sameas none }}
{{ 2 is in [1, 2] }} {{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }} {{ range is callable }} {{ 1 is callable }}
{{ 1 is eq 1 }} {{ 1 is ne 1 }} {{ 2 is gt 1 }} {{ 2 is lt 1 }} {{ 2 is ge 2 }} {{ 2 is le 1 }} {{ true is true }} {{ 1 is true }} {{ false is false }}
{{ 'a' if missing else 'b' }} {{ missing or 'd' }} {{ missing and 1 }} {{ missing == missing }} {{ missing == none }}
{{ x.real }} {{ n.foo }} {{ 'a'.foo }} {{ [].foo }} {{ 'abc'['upper']() }} {{ row['keys']()|list }}
{{ 1 in 5 }}
{{ missing() }}
{{ 5() }}
{{ name() }}
{{ range(5)|list }} {{ range(2, 10, 3)|list }} {{ range(5, 0, -2)|list }} {{ range(3) }} {{ range(1, 3) }} {{ range(0, 9, 2) }} {{ range(10)[3] }} {{ range(10)[2:5]|list }} {{ 3 in range(5) }} {{ range(0)|length }}
{{ dict(a=1, b=2) }} {{ dict({'x': 1}, y=2) }} {{ dict([('a', 1)]) }}
{{ {'a': 1}.a }} {{ {'a': 1}['a'] }} {{ {1: 'x'}[1] }} {{ {1: 'x'}[1.0] }} {{ {(1, 2): 'x'}[(1, 2)] }}
{{ {[]: 1} }}
{{ {'a': 1, 'a': 2} }} {{ {1: 'a', true: 'b', 1.0: 'c'} }}
{{ 1.0e+20 }} {{ 1e22 }} {{ 123456.789e3 }} {{ 1.7976931348623157e308 }} {{ 5e-324 }} {{ 1e400 }} {{ -1e400 }} {{ 0.1 }} {{ 1/3 }} {{ 100.0 }} {{ 1e15 }} {{ 1.5e16 }}
{{ 3.0 * 2 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 2 ** 0.5 }} {{ 10 // 3.0 }} {{ 5 % 3.0 }} {{ 0.0 }} {{ -0.0 }} {{ 1e3 // 7 }}
{{ items[0:2][::-1] }} {{ items[5:] }} {{ items[:-1] }} {{ items[-100:100] }} {{ 'abc'[5:] }} {{ [1,2,3,4,5][4:1:-1] }} {{ [1,2,3,4,5][-1:-4:-2] }}
{{ [1,2,3][::0] }}
{{ [[1, 2], [3, [4]]] }} {{ [{'a': (1, 'b')}] }} {{ {'k': {'n': [none]}} }}
{{ 'a' 'b' ~ 'c' }} {{ 'a'.upper() ~ 'B'.lower() }} {{ ('a' ~ 'b').upper() }} {{ 'x'|upper ~ 'y' }}
{{ [1,2]|first + 1 }} {{ 1 + [1,2]|first }} {{ (1 + 2)|string ~ '!' }} {{ 'a,b'.split(',')[1] }}
{{ true and false or not false }} {{ 1 == 1 and 2 != 3 }} {{ (1 or 0) and 2 }}
{{ not true == false }} {{ 1 + 1 == 2 }} {{ 'a' == 'a' == 'a' }} {{ 3 > 2 > 1 }} {{ 3 > 2 < 1 }}
""",
    "methods": r"""
{{ 'aBc'.upper() }} {{ 'aBc'.lower() }} {{ 'aBc def'.title() }} {{ 'aBc'.capitalize() }} {{ 'aBc'.swapcase() }} {{ "they're bill's".title() }}
{{ ' a '.strip() }}| {{ 'xxaxx'.strip('x') }} {{ 'xxaxx'.lstrip('x') }} {{ 'xxaxx'.rstrip('x') }} {{ 'abcba'.strip('ab') }}
{{ 'a,b,c'.split(',') }} {{ 'a b  c'.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ' a  b '.split(none, 1) }} {{ ' a  b '.rsplit(none, 1) }} {{ ''.split() }} {{ ''.split(',') }}
{{ 'a\nb\r\nc'.splitlines() }} {{ 'a\nb\n'.splitlines(true) }} {{ ','.join(['a', 'b']) }} {{ 'abc'.join('123') }}
{{ 'abcabc'.replace('b', 'X') }} {{ 'abcabc'.replace('b', 'X', 1) }} {{ 'abc'.replace('', '-') }} {{ 'aaa'.replace('a', 'b', 0) }}
{{ 'hello'.find('l') }} {{ 'hello'.find('z') }} {{ 'hello'.rfind('l') }} {{ 'hello'.index('l') }} {{ 'hello'.count('l') }} {{ 'hello'.find('l', 3) }} {{ 'hello'.find('', 9) }} {{ 'aaa'.count('') }}
{{ 'hello'.index('z') }}
{{ 'hello'.startswith('he') }} {{ 'hello'.startswith(('x', 'h')) }} {{ 'hello'.endswith('lo') }} {{ 'hello'.startswith('l', 2) }} {{ 'hello'.endswith('l', 0, 3) }}
{{ 'a'.center(5) }}|{{ 'ab'.center(5, '*') }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '0') }}|{{ '42'.zfill(5) }} {{ '-42'.zfill(5) }} {{ '+1'.zfill(4) }}
{{ 'a-b-c'.partition('-') }} {{ 'a-b-c'.rpartition('-') }} {{ 'abc'.partition('-') }} {{ 'abc'.rpartition('-') }}
{{ 'abc'.isalpha() }} {{ '12'.isdigit() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ ''.isalpha() }} {{ 'Abc'.istitle() }} {{ 'abc'.islower() }} {{ 'ABC1'.isupper() }} {{ 'a b'.isidentifier() }} {{ '½'.isnumeric() }} {{ '²'.isdigit() }} {{ '²'.isdecimal() }}
{{ 'prefix_x'.removeprefix('prefix_') }} {{ 'x.sql'.removesuffix('.sql') }} {{ 'a\tb'.expandtabs(4) }} {{ 'ß'.upper() }} {{ 'ß'.casefold() }} {{ 'ŞİI'.lower() }} {{ 'ΑΣ'.lower() }}
{{ '{} {}'.format(1, 'a') }} {{ '{0}{1}{0}'.format('a', 'b') }} {{ '{a}'.format(a=1) }} {{ '{:>5}|{:<5}|{:^5}'.format(1, 2, 3) }} {{ '{:05.1f}'.format(3.14159) }} {{ '{:,}'.format(1234567) }} {{ '{:x} {:#x} {:b} {:o}'.format(255, 255, 5, 8) }} {{ '{{}}'.format() }} {{ '{!r}'.format('a') }} {{ '{0[a]}'.format({'a': 1}) }} {{ '{:%}'.format(0.25) }} {{ '{:e}'.format(12345.678) }} {{ '{:.3}'.format('abcdef') }} {{ '{:*^9}'.format('mid') }} {{ '{:+d} {: d}'.format(5, 5) }} {{ '{:_}'.format(1234567) }} {{ '{:g} {:G}'.format(1e10, 1e-10) }} {{ '{:.2f}'.format(2) }} {{ '{:{}}'.format('a', 5) }}|
{{ '{:d}'.format('a') }}
{{ '{} {1}'.format(1, 2) }}
{{ '{'.format() }}
{{ row.get('id') }} {{ row.get('nope') }} {{ row.get('nope', 5) }} {{ row.keys()|list }} {{ row.values()|list }} {{ {'a': 1}.items()|list }} {{ {'a': 1}.items() }} {{ {'a': 1}.keys() }} {{ {'a': 1}.values() }} {{ {'a': 1}.copy() }}
{% set d = {'a': 1} %}{% do d.update({'b': 2}) %}{% do d.update(c=3) %}{% do d.setdefault('e', 5) %}{{ d.pop('a') }} {{ d }} {{ d.pop('zz', 'dflt') }} {{ d.popitem() }} {{ d|length }}{% do d.clear() %}{{ d }}
{% set l = [3, 1] %}{% do l.append(2) %}{% do l.extend([5, 4]) %}{% do l.insert(0, 9) %}{{ l }} {{ l.pop() }} {{ l.pop(0) }} {{ l.index(1) }} {{ l.count(3) }}{% do l.sort() %} {{ l }}{% do l.reverse() %} {{ l }}{% do l.remove(3) %} {{ l }}{% do l.sort(reverse=true) %}{{ l.copy() }}{% do l.clear() %} {{ l }}
{{ [1].pop(5) }}
{{ {}.pop('x') }}
{{ [1, 2].index(5) }}
{{ (1, 2, 1).count(1) }} {{ (1, 2).index(2) }} {{ (5).bit_length() }} {{ (2.0).is_integer() }}
{{ 'a'.nope() }}
{{ 'abc'.upper(1) }}
{{ 'abc'.replace('a') }}
{{ korean.upper() }} {{ korean|length }} {{ korean[0] }} {{ korean[1:4] }} {{ korean.split() }} {{ korean|list }} {{ korean.find('세') }} {{ korean.center(20, '가') }} {{ [korean] }} {{ korean.title() }}
{{ 'a%sb' % 'x' }} {{ '%s %s' % ('a', [1]) }} {{ '%r' % 'a' }} {{ '%c' % 65 }} {{ '%+d % d' % (1, 2) }} {{ '%e %g' % (1234.5, 0.00001) }} {{ '%.3s' % 'abcdef' }} {{ '%o %X %#x' % (8, 255, 255) }} {{ '%5d|%-5d|%05d' % (1, 2, 3) }} {{ '%*d' % (5, 3) }} {{ '%i' % 3.9 }} {{ '%s' % none }} {{ '%.2f%%' % 12.345 }} {{ '%010.3f' % 3.14159 }} {{ '%.0f' % 0.5 }} {{ '%.0f' % 1.5 }} {{ '%s' % (1,) }} {{ '%s' % [1, 2] }} {{ '%d' % true }}
{{ '%d' % 'a' }}
{{ '%s %s' % 'a' }}
{{ 'a' % 'b' }}
{{ 'a' % [] }} {{ 'a' % {} }} {{ 'a' % () }}
""",
    "filters": r"""
{{ items|sort }} {{ items|sort(reverse=true) }} {{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ rows|sort(attribute='age')|map(attribute='id')|list }} {{ rows|sort(attribute='age,city')|map(attribute='id')|list }}
{{ items|join }} {{ items|join(', ') }} {{ rows|join('-', attribute='id') }} {{ 'abc'|join('.') }} {{ []|join }}
{{ items|first }} {{ items|last }} {{ empty|first }} {{ items|length }} {{ items|count }} {{ 'abc'|first }} {{ 'abc'|last }} {{ row|length }} {{ items|min }} {{ items|max }} {{ words|min }} {{ rows|max(attribute='age') }} {{ empty|max }} {{ items|sum }} {{ rows|sum(attribute='age') }} {{ items|sum(start=10) }} {{ [1.5, 2]|sum }}
{{ items|list }} {{ 'abc'|list }} {{ row|list }} {{ words|unique|list }} {{ words|unique(case_sensitive=true)|list }} {{ items|reverse|list }} {{ 'abc'|reverse }} {{ ['a', 'A', 'b']|unique|list }}
{{ words|map('upper')|list }} {{ rows|map(attribute='city')|list }} {{ rows|map(attribute='on', default='?')|list }} {{ words|map('replace', 'a', 'X')|list }} {{ items|map('string')|join('') }} {{ [[1, 2]]|map('first')|list }} {{ [[1, [2]]]|map(attribute='1.0')|list }}
{{ items|select('odd')|list }} {{ items|reject('odd')|list }} {{ items|select|list }} {{ [0, 1, '', none]|select|list }} {{ rows|selectattr('on')|map(attribute='id')|list }} {{ rows|selectattr('age', 'gt', 26)|map(attribute='id')|list }} {{ rows|rejectattr('city', 'equalto', 'Seoul')|map(attribute='id')|list }} {{ items|select('in', [1, 2])|list }} {{ rows|selectattr('on', 'defined')|list|length }} {{ items|select('>', 1)|list }} {{ items|reject('==', 1)|list }}
{{ items|batch(2)|list }} {{ items|batch(2, 0)|list }} {{ items|slice(2)|list }} {{ items|slice(2, 'x')|list }} {{ [1,2,3,4,5,6,7]|slice(3)|list }} {{ []|slice(3)|list }}
{% for g in rows|groupby('city') %}{{ g.grouper }}={{ g.list|map(attribute='id')|list }};{% endfor %} {% for k, l in rows|groupby('age') %}{{ k }}:{{ l|length }} {% endfor %} {{ rows|groupby('on', default='?')|map('first')|list }} {{ [{'a': 1}]|groupby('a') }} {{ rows|groupby('city', case_sensitive=true)|map(attribute=0)|list }}
{{ row|dictsort }} {{ {'b': 1, 'A': 2}|dictsort }} {{ {'b': 1, 'A': 2}|dictsort(true) }} {{ {'b': 1, 'A': 2}|dictsort(by='value', reverse=true) }} {{ row|items|list }} {{ missing|items|list }}
{{ 'hello world'|capitalize }} {{ 'hello world-foo (bar)'|title }} {{ 'Hello'|upper }} {{ 'Hello'|lower }} {{ ' x '|trim }}| {{ 'xxaxx'|trim('x') }} {{ 'a'|center(5) }}| {{ 'abc'|replace('b', 'd') }} {{ 'aaa'|replace('a', 'b', 2) }} {{ 5|replace(5, 6) }}
{{ text|indent }}|{{ text|indent(2, true) }}|{{ text|indent(2, blank=true) }}|{{ text|indent('> ') }}|{{ 'a\n'|indent }}|{{ ''|indent }}|
{{ text|truncate(20) }} {{ text|truncate(10, true) }} {{ text|truncate(10, false, '!') }} {{ 'foo bar'|truncate(5) }} {{ text|truncate(10, true, '..', 0) }} {{ 'foobar'|truncate(3, leeway=0) }}
{{ text|truncate(2) }}
{{ text|wordcount }} {{ text|wordwrap(10) }} {{ 'abcdefghijkl mno'|wordwrap(5) }} {{ 'abcdefghijkl mno'|wordwrap(5, false) }} {{ 'a well-known fact--really'|wordwrap(8) }} {{ text|wordwrap(12, wrapstring='#') }}
{{ '42'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ '3.9'|int }} {{ 3.9|int }} {{ '0x1f'|int(base=16) }} {{ '101'|int(base=2) }} {{ none|int }} {{ true|int }} {{ ' 5 '|int }} {{ '1_000'|int }} {{ [1]|int(9) }} {{ '12345678901234567890'|int }}
{{ '4.5'|float }} {{ 'x'|float }} {{ 'x'|float(1.5) }} {{ 3|float }} {{ 'inf'|float }} {{ '1e3'|float }} {{ none|float }}
{{ 42.55|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, 'floor') }} {{ 42.51|round(0, 'ceil') }} {{ 2.5|round }} {{ 3.5|round }} {{ 42|round }} {{ 2.675|round(2) }} {{ 1234|round(-2) }} {{ 1250.0|round(-2) }} {{ -2.5|round }} {{ 42|round(1, 'ceil') }} {{ 1.15|round(1) }}
{{ 1|filesizeformat }} {{ 999|filesizeformat }} {{ 1000|filesizeformat }} {{ 1234567|filesizeformat }} {{ 1234567|filesizeformat(true) }} {{ 1e30|filesizeformat }} {{ 0|filesizeformat }}
{{ -5|abs }} {{ -5.5|abs }} {{ missing|default('d') }} {{ ''|default('d') }} {{ ''|default('d', true) }} {{ none|d('x') }} {{ none|d('x', true) }} {{ missing|d }} {{ row.nope|default('z') }}
{{ html|escape }} {{ html|e }} {{ html|safe }} {{ html|forceescape }} {{ html|striptags }} {{ '&lt;a&gt; <!-- c --> b'|striptags }} {{ html|e|e }} {{ html|e|forceescape }}
{{ 'a b/c?d=é&x'|urlencode }} {{ {'a': 1, 'b c': 'd&e'}|urlencode }} {{ [('a', 1), ('b', 2)]|urlencode }} {{ 5|urlencode }} {{ 'a/b'|urlencode }}
{{ {'class': 'a b', 'id': none, 'n': 1, 'q': '"<'}|xmlattr }} {{ {'a': 1}|xmlattr(false) }} {{ {}|xmlattr }}
{{ row|tojson }} {{ [1, 1.5, none, true, 'é<>&\'"']|tojson }} {{ {'b': 1, 'a': [1, {}]}|tojson(2) }} {{ '😀'|tojson }} {{ []|tojson(2) }} {{ (1, 2)|tojson }} {{ 1e400|tojson }} {{ {1: 2}|tojson }}
{{ row|pprint }} {{ rows|pprint }} {{ (words * 5)|pprint }} {{ {'z': 1, 'a': {'k': (words * 4)}}|pprint }} {{ ('long text ' * 20)|pprint }} {{ [('long text ' * 12)]|pprint }}
{{ 'a'|string }} {{ 5|string }} {{ [1]|string }} {{ none|string }} {{ 5|string|length }}
{{ row|attr('keys') is callable }} {{ row|attr('id') is defined }} {{ 'a'|attr('upper') is callable }} {{ ('a'|attr('upper'))() }}
{{ 'visit http://example.com/x?a=1 or (www.example.org), mail me@example.com.'|urlize }} {{ 'http://example.com/long/path'|urlize(15, true) }} {{ 'foo.com'|urlize(target='_blank') }} {{ 'tel:123'|urlize(extra_schemes=['tel:']) }}
{{ 'a'|nope }}
{{ 'x' if true else 'a'|nope }}
{{ items|map('nope')|list }}
{{ 5|length }}
{{ 5|list }}
{{ 5|first }}
{{ 5|join }}
{{ 'a'|abs }}
{{ 'abc'|round }}
{{ items|sum(attribute='x') }}
{{ words|sum }}
{{ [1, none]|max }}
{{ row|sort }} {{ 'hello'|sort }} {{ 'hello'|sort|join }} {{ {'b': 1, 'a': 2}|sort }} {{ [[2, 1], [1, 2]]|sort }} {{ [(2, 'a'), (1, 'b')]|sort(attribute=0) }}
{{ [true, false, 1, 0]|unique|list }} {{ [1, '1', 1.0]|unique|list }} {{ [[1]]|unique|list }}
{{ 'a b c'|replace(' ', '') }} {{ 'x'|indent(width=2, first=true) }} {{ 'abc'|upper|lower|title|length }}
{{ items|map('add') }}
{{ [3, 1, 2]|sort|first }} {{ [[1, 2], [3]]|sum(start=[]) }} {{ [1, 2, 3, 4]|select('even')|map('string')|join('|') }} {{ range(5)|map('float')|sum }} {{ 'a-b'|upper }}
""",
    "statements": r"""
{% if n > 5 %}big{% elif n > 3 %}mid{% else %}small{% endif %} {% if not n %}a{% endif %} {% if empty %}x{% else %}e{% endif %}
{% for i in items %}{{ i }},{% endfor %} {% for i in empty %}x{% else %}none{% endfor %} {% for i in items if i > 1 %}{{ loop.index }}:{{ i }} {% else %}no{% endfor %} {% for i in items if i > 9 %}{{ i }}{% else %}none{% endfor %}
{% for i in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}
{% for i in items %}{{ loop.previtem }}<{{ i }}<{{ loop.nextitem }} {{ loop.cycle('a', 'b') }} {% endfor %} {% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}
{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }} {% endfor %} {% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %} {% for k in row %}{{ k }} {% endfor %} {% for c in 'abc' %}{{ c }}.{% endfor %}
{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}
{% for a, b in [1] %}{{ a }}{% endfor %}
{% for i in 5 %}{% endfor %}
{% for i in missing %}x{% else %}u{% endfor %} {% for i in none_value %}x{% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %} {% for i in [1] %}{% break %}{% else %}e{% endfor %} {% for i in [1] %}{% continue %}{% else %}e{% endfor %}
{% for n in tree recursive %}{{ n.v }}{% if n.c %}({{ loop(n.c) }}){% endif %}{{ loop.depth }}{% endfor %} {% for n in tree recursive %}[{{ loop.index }}{{ loop(n.c) }}{{ n.v }}{{ loop.last }}]{% else %}-{% endfor %}
{% for i in items %}{% for j in items %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}|{% endfor %} {% for i in [1, 2] %}{% set outer = loop %}{% for j in [1, 2] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}
{% set a = 1 %}{{ a }}{% set a, b = 2, 3 %}{{ a }}{{ b }}{% set c = [1, 2] %}{{ c }}{% set d %}x{{ a }}y{% endset %}{{ d }}{% set e | upper | replace('X', 'z') %}x{{ a }}{% endset %}{{ e }} {% set f = 1, 2 %}{{ f }}
{% set a = 1 %}{% for i in items %}{% set a = i %}{{ a }}{% endfor %}{{ a }} {% if true %}{% set z = 5 %}{% endif %}{{ z }} {% if false %}{% set y = 5 %}{% endif %}{{ y }} {% set name = name ~ '!' %}{{ name }}
{% set ns = namespace(x=1, total=0) %}{% for i in items %}{% set ns.total = ns.total + i %}{% endfor %}{{ ns.total }} {{ ns.x }} {{ ns.nope }} {% set ns.nope = 5 %}{{ ns.nope }} {{ ns }}
{% set foo = {} %}{% set foo.x = 1 %}
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }} {% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }} {% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% macro m(a, b=2, c=a) %}[{{ a }}|{{ b }}|{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=5, a=6) }}{{ m() }}{{ m(1, c=9) }} {{ m.name }} {{ m.arguments }} {{ m.catch_kwargs }} {{ m.catch_varargs }} {{ m.caller }} {{ m }}
{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }} {{ m(*[1, 2], **{'z': 3}) }} {% macro k() %}{{ kwargs.get('a') }}{% endmacro %}{{ k(a=1) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}
{% macro outer() %}<{{ caller() }}>{% endmacro %}{% call outer() %}body{{ n }}{% endcall %} {% macro each(xs) %}{% for x in xs %}{{ caller(x) }};{% endfor %}{% endmacro %}{% call(v) each(items) %}{{ v * 2 }}{% endcall %} {% call(v, w=3) each([1]) %}{{ v }}{{ w }}{% endcall %}
{% macro m() %}{{ caller }}{% endmacro %}{{ m() is string }} {% macro m2() %}{{ caller() }}{% endmacro %}{{ m2() }}
{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }} {% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}
{% macro m() %}{% set x = 1 %}{{ x }}{% endmacro %}{% set x = 5 %}{{ m() }}{{ x }} {% macro g() %}{{ gg }}{% endmacro %}{% set gg = 1 %}{{ g() }}{% set gg = 2 %}{{ g() }}
{% filter upper %}hello {{ name }}{% endfilter %} {% filter upper | replace('H', 'x') %}hi{% endfilter %} {% filter indent(2) %}a
b{% endfilter %}
{% raw %}{{ not }} {% if %}{% endraw %} {% raw -%}  x  {%- endraw %} {% print 1 %} {% print 1, 'a' %}
{# comment {{ x }} {% if %} #}a{#- b -#} c
{% do items %}{% do 1 + 1 %}ok
{% include 'inc' %} {% set local = 'L' %}{% include 'inc' %} {% include 'inc' without context %} {% include 'nowhere' ignore missing %} {% include ['nowhere', 'inc'] %} {% for x in [7] %}{% include 'loop_inc' %}{% endfor %}
{% include 'nowhere' %}
{% include 'inc_missing' ignore missing %}
{% import 'macros' as m %}{{ m.m(1) }} {{ m.v }} {{ m.nope }} {{ m }} {% from 'macros' import m as mm, v %}{{ mm(3) }}{{ v }} {% from 'macros' import nope %}{{ nope is defined }} {{ m._p }}
{% import 'ctx' as c %}{{ c.m() }}|{% import 'ctx' as c with context %}{{ c.m() }} {% from 'ctx' import m with context %}{{ m() }}
{% from 'macros' import nope %}{{ nope() }}
{% extends 'base' %}ignored{% block body %}{{ name }}{% endblock %}{% set late = 'L' %}
{% extends 'child' %}{% block head %}x{{ super() }}y{% endblock %}{% block body %}{{ self.head() }}{% endblock %}
{% extends 'base' %}{% block head %}{{ super.super }}{% endblock %}
{% block a %}A{% endblock %}{{ self.a() }}{{ self.a() }} {% block b %}{% set q = 1 %}{{ q }}{% endblock %}{{ q }}
{% for i in [1, 2] %}{% block c scoped %}{{ i }}{{ loop.index }}{% endblock %}{% endfor %} {% for i in [1, 2] %}{% block d %}{{ i }}{% endblock %}{% endfor %}
{% if true %}{% extends 'base' %}{% endif %}x{% block head %}H{% endblock %}
{% block a %}{% endblock %}{% block a %}{% endblock %}
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% do c.reset() %}{{ c.next() }} {% set j = joiner('|') %}{% for i in items %}{{ j() }}{{ i }}{% endfor %}
{% autoescape true %}{{ html }}{{ html|safe }}{{ '<' ~ html }}{{ html|e ~ '>' }}{% set z %}<i>{% endset %}{{ z }}{% macro m() %}<{{ html }}>{% endmacro %}{{ m() }}{% endautoescape %}{{ html }}
{% if true %}{{ 1
}}{% endif %} {%if true%}x{%endif%} {%- if true -%} y {%- endif -%} z
{% for x in [1,2,3] -%} {{ x }} {%- endfor %}| {%+ if true +%} a {%+ endif +%} b
{% if n is defined and n is not none %}d{% endif %} {% if n is odd or missing %}o{% endif %} {% if missing is defined %}x{% elif n %}y{% endif %}
{% if %}{% endif %}
{% for %}{% endfor %}
{% endif %}
{% if true %}
{{ 
{{ 1 }
{% nope %}
{{ }}
{{ 1 + }}
{{ (1 }}
{{ 'a }}
{# a
{% raw %}a
{% set 1 = 2 %}
{% set none = 2 %}
{% for loop in [1] %}{{ loop }}{% endfor %}
{% break %}
{% macro m(a, a) %}{% endmacro %}
{% macro m(a=1, b) %}{% endmacro %}
{{ m(a=1, 2) }}
{{ a is b is c }}
{% call x %}{% endcall %}
{% block %}{% endblock %}
{% include %}
{% from 'x' import _y %}
{{ a.1b }} {{ a..b }}
{{ 1 2 }}
{{ $ }}
{% set x = 1 %}{% set x = x + 1 %}{{ x }}{% for i in [1] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}
{% set items2 = items %}{% do items2.append(9) %}{{ items }}{{ items2 }}{% for i in items %}{% if i == 9 %}{% do items.append(10) %}{% endif %}{{ i }} {% endfor %}
{% for k in row %}{% do row.update({k ~ 'x': 1}) %}{% endfor %}
{% set l = [] %}{% for i in items if i != 2 %}{% do l.append(loop.length) %}{% endfor %}{{ l }} {% for i in items|select('odd') %}{{ loop.index }}/{{ loop.length }} {% endfor %} {% for i in items|map('string') %}{{ i }}{{ loop.last }} {% endfor %}
{% set g = items|map('string') %}{{ g|list }}{{ g|list }} {% set r = items|reverse %}{{ r|list }}{{ r|list }}
{% macro m(x) %}{% for i in x %}{% if i is mapping %}{{ m(i.values()) }}{% else %}{{ i }}{% endif %}{% endfor %}{% endmacro %}{{ m([1, {'a': 2, 'b': 3}]) }}
{% for row in rows %}{{ row.city }}{% endfor %}{{ row.id }} {% for i in items %}{% set loop_var = loop.index %}{{ loop_var }}{% endfor %}{{ loop_var }}
{% set x = missing %}{{ x is defined }}{{ x }} {% set y = y|default(3) %}{{ y }} {% if q is not defined %}{% set q = 2 %}{% endif %}{{ q }}
{% macro with_default(a=missing) %}{{ a is defined }}{% endmacro %}{{ with_default() }}{{ with_default(none) }} {% macro shadow(name) %}{{ name }}{% endmacro %}{{ shadow('s') }}{{ name }}
{% if true %}{% macro inif() %}I{% endmacro %}{% endif %}{{ inif() }} {% for i in [1] %}{% macro inloop() %}{{ i }}{% endmacro %}{{ inloop() }}{% endfor %}{{ inloop is defined }}
{% call(a) m() %}{% endcall %}
{% macro dump() %}{{ caller(1, 2) }}{% endmacro %}{% call(a) dump() %}{{ a }}{% endcall %}
{% set x %}{% for i in items %}{{ i }}{% endfor %}{% endset %}{{ x|length }} {% filter trim %}  {% if true %} a {% endif %}  {% endfilter %}|
""",
    "blanks": r"""
  {% if true %}  a  {% endif %}  b
{%- if true %} a {% endif -%} b
  {%- if true -%}  a  {%- endif -%}  b
""",
}

MULTI_LINE = [
    "  {% if true %}\n    a\n  {% endif %}\n  b\n",
    "{% for i in items %}\n  {{ i }}\n{% endfor %}\n",
    "a\n\n{%- for i in items %}\n  {{ i }}\n{%- endfor %}\n\nb\n\n",
    "  {# c #}\n  x\n  {#- c -#}\n  y\n",
    "x{% raw %}\n  {{ a }}\n{% endraw %}\n  y\n",
    "  {% raw %}\n  {{ a }}\n  {% endraw %}\n  y\n",
    "  {% raw -%}\n  {{ a }}\n  {%- endraw %}\n  y\n",
    "{{ name }}\n",
    "{{ name }}\n\n",
    "{{ name }}\r\nb\rc\r\n",
    "\t{% set a = 1 %}\t\n\t{{ a }}\t\n",
    "  {%+ if true %}\n  a\n  {%+ endif %}\n",
    "  {% if true +%}\n  a\n  {% endif +%}\n",
    "\n\n  {% macro m() -%}\n    a\n  {%- endmacro %}\n{{ m() }}\n",
    "  {{ name }}  \n  {{- name -}}  \n  {{ name }}",
    "a {#- b #} c {# d -#} e\n  {#+ x +#}\n f",
    "{% if true %}\n{% if true %}\n  a\n{% endif %}\n{% endif %}\n",
    " {% for i in [1, 2] %} {{ i }} {% endfor %} ",
    "{% set x -%}\n  a\n{%- endset %}[{{ x }}]",
    "{{ 'a\nb' }}{{ [\n1,\n2\n] }}",
    "\n{% extends 'base' %}\n\n{% block head %}\n h\n{% endblock %}\n",
    "{#\n multi\n line\n#}\nx\n",
]

LINE_STATEMENTS = [
    "# for i in items\n  * {{ i }}\n# endfor\n",
    "# if true:\n a\n# else\n b\n# endif\nc ## comment\nd\n",
    "## only a comment\nx\n",
    "  # set a = [1,\n  2]\n{{ a }}\n",
    "a # b\n# print 1\nc",
    "# for i in items\n\n\n{{ i }}\n# endfor\n\nx",
]

AUTOESCAPE = [
    "{{ html }}|{{ html|safe }}|{{ html|e }}|{{ html|upper }}|{{ '<a>' }}|{{ ['<']|join('>') }}|{{ '<' ~ '>' }}",
    "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m('<i>') }}{{ m(m('&')) }}",
    "{% set x %}<p>{{ html }}</p>{% endset %}{{ x }}|{{ x ~ '<' }}|{{ x + '<' }}",
    "{% filter upper %}<a>{{ '<' }}{% endfilter %}",
    "{{ (html | safe) ~ '<' }} {{ '<%s>' % '<' }} {{ ('<%s>'|safe) % '<' }} {{ ('<%s>'|safe)|format('<') }}",
    "{{ ['<a>'|safe, '<b>']|join(',') }} {{ html|replace('b', '<') }} {{ html|safe|replace('b', '<') }}",
    "{{ html|striptags }} {{ {'a': '<'}|xmlattr }} {{ {'a': '<'}|tojson }} {{ 'http://a.com <'|urlize }}",
    "{% autoescape false %}{{ html }}{% endautoescape %}{{ html }} {{ html|length }} {{ 5 }} {{ [html] }}",
    "{{ ('<'|e).upper() }} {{ ('a'|safe).upper() is escaped }} {{ ('<'|safe)[0] }} {{ ('<'|safe) * 2 }} {{ ('<a>'|safe)|trim }}",
]

UNDEFINED = [
    "{{ missing }}", "{{ missing.a }}", "{{ missing['a'].b }}", "{{ missing|default('x') }}", "{{ missing is defined }}",
    "{% if missing %}a{% else %}b{% endif %}", "{% for i in missing %}{% else %}e{% endfor %}", "{{ missing == 1 }}",
    "{{ row.nope }}", "{{ row.nope.deeper }}", "{{ missing ~ 'a' }}", "{{ [missing] }}", "{{ missing|length }}",
    "{{ missing|list }}", "{{ missing|upper }}", "{{ missing + 1 }}", "{{ missing or 1 }}", "{{ not missing }}",
    "{{ 'a' in missing }}", "{{ missing in [1] }}", "{{ missing|join(',') }}", "{{ missing() }}", "{{ missing|int }}",
    "{{ missing.a is defined }}", "{{ missing[0] }}", "{{ items[9] }}", "{{ items[9].x }}", "{{ 1 if false }}",
    "{{ empty|first }}", "{{ -missing }}", "{{ missing < 1 }}", "{{ missing is none }}", "{{ missing|string }}",
    "{{ missing is sameas missing }}", "{{ '%s' % missing }}", "{{ missing is iterable }}", "{{ missing is sequence }}",
]

NATIVE = [
    "{{ 1 }}", "{{ [1, 2] }}", "{{ 'a' }}", "{{ '1' }}", "{{ none }}", "{{ 1 }}{{ 2 }}", "x{{ 1 }}", "", "{{ {'a': 1} }}",
    "[{{ 1 }}, {{ 2 }}]", "{{ true }}", "True", "{{ name }}", "'{{ name }}'", "{{ 1.5 }}", "(1, 2)", "{'a': [1, -2.5]}",
    "{{ (1, 2) }}", " 1", "1 ", "{{ '[1, 2]' }}", "{{ row }}", "{1, 2}", "{{ 1 + 2 }} ", "None", "0x10", "007", "1_0",
    "'a' 'b'", "\"\\n\"", "[1, 2", "{% set x = 1 %}{{ x }}", "{% for i in [1, 2] %}{{ i }}{% endfor %}", "-5", "- 5", "1,",
    "{{ [] }}{{ [] }}", "{{ missing is defined }}", "{% if true %}{{ [1] }}{% endif %}", "a: b", "1e3", "true",
]

BLANK_OPTIONS = [
    {},
    {"trim_blocks": True},
    {"lstrip_blocks": True},
    {"trim_blocks": True, "lstrip_blocks": True},
    {"keep_trailing_newline": True},
    {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True},
]


def requests():
    def request(template, **more):
        return {"template": template, "context": CONTEXT, "templates": TEMPLATES, **more}

    for subject, lines in BY_SUBJECT.items():
        for line in lines.strip("\n").split("\n"):
            yield request(line)
    for template in MULTI_LINE + [line for line in BY_SUBJECT["blanks"].split("\n") if line]:
        for options in BLANK_OPTIONS:
            yield request(template, options=options)
    for template in LINE_STATEMENTS:
        for options in BLANK_OPTIONS:
            yield request(template, options={**options, "line_statement_prefix": "#", "line_comment_prefix": "##"})
    for template in AUTOESCAPE:
        yield request(template, options={"autoescape": True})
    for template in UNDEFINED:
        for mode in ("default", "strict", "chainable", "debug"):
            yield request(template, options={"undefined": mode})
    for template in NATIVE:
        yield request(template, native=True)
