#include "core/config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir {
namespace {
ConfigNode parse(std::string_view yaml) { return parse_config(yaml, "x.yml").value(); }

TEST(ConfigTest, ValuesKnowTheirPlace) {
  const ConfigNode node = parse("a: 1\nb:\n  - x\n  - {c: 2}\n");
  const ConfigNode& inner = *node.find("b")->items()[1].find("c");
  EXPECT_EQ(inner.place().text(), "x.yml:4:9");
  EXPECT_EQ(inner.as_integer("c").value(), 2);
}

TEST(ConfigTest, SyntaxErrorsNameThePlace) {
  const auto result = parse_config("a: [1, 2\nb: 3", "weir.yml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text().substr(0, 9), "weir.yml:") << result.error().text();
}

TEST(ConfigTest, DoubledKeysAreRefused) {
  const auto result = parse_config("a: 1\nb: 2\na: 3", "x.yml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text(), "x.yml:3:1: the key \"a\" is given twice");
}

TEST(ConfigTest, UnknownKeysAreRefusedWithASuggestion) {
  auto map = ConfigMap::open(parse("source: orders\nfils: x.csv"), "source");
  ASSERT_TRUE(map);
  EXPECT_EQ(map->require_text("source").value(), "orders");
  EXPECT_TRUE(map->texts("files").value().empty());
  EXPECT_EQ(map->finish().error().text(), "x.yml:2:1: source has no key \"fils\"; did you mean \"files\"?");
}

TEST(ConfigTest, MissingKeysAreNamed) {
  auto map = ConfigMap::open(parse("a: 1"), "flow");
  EXPECT_EQ(map->require("schedule").error().text(), "x.yml:1:1: flow needs the key \"schedule\"");
}

TEST(ConfigTest, MissingKeysAreFoundWhereTheyAreMisspelt) {
  auto map = ConfigMap::open(parse("source: orders\ntabel: raw.orders"), "source");
  EXPECT_EQ(map->require("table").error().text(), "x.yml:2:1: source has no key \"tabel\"; did you mean \"table\"?");
}

TEST(ConfigTest, WrongTypesAreNamed) {
  auto map = ConfigMap::open(parse("n: many\nf: maybe\nt: [1]"), "flow");
  EXPECT_EQ(map->integer_or("n", 0).error().text(), "x.yml:1:4: n must be a whole number, not \"many\"");
  EXPECT_EQ(map->flag_or("f", false).error().text(), "x.yml:2:4: f must be true or false, not \"maybe\"");
  EXPECT_EQ(map->text("t").error().text(), "x.yml:3:4: t must be a text, not a list");
}

TEST(ConfigTest, ChoicesSuggest) {
  auto map = ConfigMap::open(parse("write: apend"), "source");
  EXPECT_EQ(map->choice_or("write", {"append", "merge"}, "append").error().text(),
            "x.yml:1:8: write must be one of append, merge, not \"apend\"; did you mean \"append\"?");
}

TEST(ConfigTest, QuotedTextStaysText) {
  const Json json = parse("a: '1'\nb: 1\nc: ~\nd: 'null'\ne: yes\nf: 1.5\ng: 0x10\nh: 2024-01-01\ni: 1_000\nj: ''").to_json();
  EXPECT_EQ(json.dump(), R"({"a":"1","b":1,"c":null,"d":"null","e":true,"f":1.5,"g":16,"h":"2024-01-01","i":1000,"j":""})");
}

TEST(ConfigTest, AliasesAndMergeKeysAreResolved) {
  const Json json = parse("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: [*b]").to_json();
  EXPECT_EQ(json["use"].dump(), R"({"y":3,"x":1})");
  EXPECT_EQ(json["list"][0]["x"], 1);
}

TEST(ConfigTest, ABillionLaughsAreRefused) {
  std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) {
      yaml += (k == 0 ? "*a" : ", *a") + std::to_string(i - 1);
    }
    yaml += "]\n";
  }
  EXPECT_FALSE(parse_config(yaml, "x.yml"));
}

TEST(ConfigTest, JsonIsYaml) { EXPECT_EQ(parse(R"({"a": [1, {"b": "c"}]})").to_json().dump(), R"({"a":[1,{"b":"c"}]})"); }

TEST(ConfigTest, RendersScalars) {
  const auto rendered = render_scalars(parse("a: '{{ x }}'\nb: [c]"), [](const std::string& text, const Place&) -> Result<std::string> {
    return text == "{{ x }}" ? "42" : text;
  });
  EXPECT_EQ(rendered->to_json().dump(), R"({"a":42,"b":["c"]})");
}
}  // namespace
}  // namespace weir
