#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
constexpr std::string_view kRows =
    R"({"rows": [{"id": 1, "city": "Seoul"}, {"id": 2, "city": "busan"}, {"id": 3, "city": "Seoul"}], "n": [3, 1, 2]})";

TEST(Filters, SortAndUniqueIgnoreCase) {
  EXPECT_EQ(rendered("{{ ['b', 'A', 'a']|sort }} {{ ['b', 'A', 'a']|unique|list }}"), "['A', 'a', 'b'] ['b', 'A']");
}

TEST(Filters, GroupbyNamesItsParts) {
  EXPECT_EQ(
      rendered("{% for g in rows|groupby('city') %}{{ g.grouper }}{{ g.list|map(attribute='id')|list }}{% endfor %}",
               kRows),
      "busan[2]Seoul[1, 3]");
}

TEST(Filters, SelectattrTakesATest) {
  EXPECT_EQ(rendered("{{ rows|selectattr('city', 'eq', 'Seoul')|map(attribute='id')|join('+') }}", kRows), "1+3");
}

TEST(Filters, GeneratorsGoThroughOnce) {
  EXPECT_EQ(rendered("{% set g = n|map('string') %}{{ g|list }}{{ g|list }}", kRows), "['3', '1', '2'][]");
}

TEST(Filters, MarkupEscapesWhatIsAddedToIt) {
  EXPECT_EQ(rendered("{{ ('<b>'|safe) + '<' }} {{ '<'|e|e }} {{ ('<%s>'|safe) % '&' }}"), "<b>&lt; &lt; <&amp;>");
}

TEST(Filters, TojsonIsSafeInHtml) {
  EXPECT_EQ(rendered("{{ {'a': '<&>'}|tojson }}"), R"({"a": "\u003c\u0026\u003e"})");
}

TEST(Filters, UnknownOrderIsRefused) {
  EXPECT_EQ(rendered("{{ [1, 'a']|sort }}"),
            "error: t.sql:1:13: '<' not supported between instances of 'str' and 'int'");
}

TEST(Filters, ArgumentsAreChecked) {
  EXPECT_EQ(rendered("{{ 'a'|replace('a') }}"), "error: t.sql:1:8: replace() missing a required argument: 'new'");
  EXPECT_EQ(rendered("{{ 'a'|indent(widht=2) }}"),
            "error: t.sql:1:8: indent() got an unexpected keyword argument 'widht'; did you mean \"width\"?");
}

TEST(Filters, RandomAsksTheSourceGivenToIt) {
  Options options;
  options.random = [](std::uint64_t bound) { return bound - 1; };
  EXPECT_EQ(rendered("{{ [1, 2, 3]|random }}", "{}", options), "3");
}

TEST(Filters, FormatsAsPythonDoes) {
  EXPECT_EQ(rendered("{{ '%05.1f|%-4s|%x' % (3.14159, 'a', 255) }} {{ '{:>5}|{:,}|{!r}'.format(1, 1234567, 'a') }}"),
            "003.1|a   |ff     1|1,234,567|'a'");
}

TEST(Filters, PprintBreaksWideValues) {
  EXPECT_EQ(rendered("{{ {'b': 'x' * 50, 'a': 'y' * 50}|pprint }}"),
            "{'a': '" + std::string(50, 'y') + "',\n 'b': '" + std::string(50, 'x') + "'}");
}
}  // namespace
}  // namespace weir::jinja
