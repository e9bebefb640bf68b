#include "jinja/value.h"

#include <gtest/gtest.h>

#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "jinja/number.h"
#include "jinja/string_literal.h"
#include "jinja/unicode.h"
#include "jinja/value_json.h"

namespace weir::jinja {
namespace {
TEST(Value, TakesSixteenBytes) {
  EXPECT_EQ(sizeof(Value), 16);
}

TEST(Value, CopiesShareLists) {
  const Value list = Value::list({Value(1)});
  const Value copy = list;
  copy.elements().push_back(Value(2));
  EXPECT_EQ(list.repr().value_or("?"), "[1, 2]");
}

TEST(Value, EqualityFollowsPython) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(true), Value(1));
  EXPECT_FALSE(Value("1") == Value(1));
  EXPECT_EQ(Value::tuple({Value(1)}), Value::tuple({Value(1.0)}));
  EXPECT_FALSE(Value::list({Value(1)}) == Value::tuple({Value(1)}));
}

TEST(Value, ReprChoosesItsQuotes) {
  EXPECT_EQ(Value("it's").repr().value_or("?"), "\"it's\"");
  EXPECT_EQ(Value("a\n\x01").repr().value_or("?"), "'a\\n\\x01'");
  EXPECT_EQ(Value("가").repr().value_or("?"), "'가'");
}

TEST(Dict, KeepsTheOrderOfInsertion) {
  auto dict = make_ref<Dict>();
  for (int i = 100; i > 0; --i) {
    EXPECT_TRUE(dict->set(Value(i), Value(i * 2)));
  }
  EXPECT_EQ(dict->entries().front().key, Value(100));
  ASSERT_NE(dict->find(Value(7)), nullptr);
  EXPECT_EQ(*dict->find(Value(7.0)), Value(14));
}

TEST(Dict, ForgetsWhatIsTaken) {
  auto dict = make_ref<Dict>();
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(dict->set(Value(i), Value(i)));
  }
  for (int i = 0; i < 49; ++i) {
    EXPECT_EQ(dict->take(Value(i)), Value(i));
  }
  EXPECT_EQ(dict->size(), 1);
  EXPECT_EQ(dict->find(Value(3)), nullptr);
  EXPECT_NE(dict->find(Value(49)), nullptr);
}

TEST(Dict, RefusesListsAsKeys) {
  EXPECT_FALSE(make_ref<Dict>()->set(Value::list(), Value(1)));
}

TEST(Number, ReadsWhatPythonReads) {
  EXPECT_EQ(parse_integer(" 1_000 "), Value(1000));
  EXPECT_EQ(parse_integer("0x1f", 16), Value(31));
  EXPECT_EQ(parse_integer("z", 36), Value(35));
  EXPECT_FALSE(parse_integer("1__0"));
  EXPECT_FALSE(parse_integer("007", 0));
  EXPECT_EQ(parse_float(" -1.5e3 "), -1500.0);
  EXPECT_FALSE(parse_float("1_"));
  EXPECT_FALSE(parse_float("nan(1)"));
}

TEST(Number, RoundsHalvesToEven) {
  EXPECT_EQ(round_to(2.5, 0), 2.0);
  EXPECT_EQ(round_to(3.5, 0), 4.0);
  EXPECT_EQ(round_to(2.675, 2), 2.67);
  EXPECT_EQ(round_integer(Value(1250), -2).value_or(Value()), Value(1200));
}

TEST(Literal, ReadsNestedValues) {
  EXPECT_EQ(read_literal("[1, (2, 'a'), {'k': None}]")->repr().value_or("?"), "[1, (2, 'a'), {'k': None}]");
  EXPECT_FALSE(read_literal("[1, 2"));
  EXPECT_FALSE(read_literal("true"));
  EXPECT_FALSE(read_literal(" 1"));
}

TEST(Unicode, ChangesCase) {
  EXPECT_EQ(unicode::to_upper("straße ω"), "STRASSE Ω");
  EXPECT_EQ(unicode::to_lower("ΑΣ"), "ας");
  EXPECT_EQ(unicode::to_title("they're"), "They'Re");
  EXPECT_EQ(unicode::fold_case("ß"), "ss");
}

TEST(Unicode, StrayBytesCountOneEach) {
  EXPECT_EQ(unicode::length("a\xff\xfe"), 3);
  EXPECT_EQ(unicode::to_upper("a\xff"), "A\xff");
}

TEST(Json, WritesAndReads) {
  const auto value = read_json(R"({"b": [1, 2.5, null, true], "a": "é"})");
  ASSERT_TRUE(value);
  EXPECT_EQ(write_json(*value).value_or("?"), R"({"b": [1, 2.5, null, true], "a": "\u00e9"})");
  EXPECT_EQ(write_json(*value, {.indent = 1, .sort_keys = true}).value_or("?"),
            "{\n \"a\": \"\\u00e9\",\n \"b\": [\n  1,\n  2.5,\n  null,\n  true\n ]\n}");
  EXPECT_FALSE(read_json("{"));
  EXPECT_FALSE(write_json(function("f", nullptr)));
}
}  // namespace
}  // namespace weir::jinja
