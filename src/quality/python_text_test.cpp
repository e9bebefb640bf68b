#include "quality/python_text.h"

#include <gtest/gtest.h>

namespace weir::quality {
namespace {
std::string text_of(std::string_view yaml) { return python_str(parse_config(yaml, "x.yml").value()); }

TEST(PythonText, WritesScalarsAsPythonReadsThem) {
  EXPECT_EQ(text_of("true"), "True");
  EXPECT_EQ(text_of("no"), "False");
  EXPECT_EQ(text_of("\"no\""), "no");
  EXPECT_EQ(text_of("~"), "None");
  EXPECT_EQ(text_of("0x10"), "16");
  EXPECT_EQ(text_of("1.50"), "1.5");
  EXPECT_EQ(text_of("2.0"), "2.0");
  EXPECT_EQ(text_of("1e3"), "1e3");
  EXPECT_EQ(text_of("2024-01-01"), "2024-01-01");
  EXPECT_EQ(text_of("placed"), "placed");
}

TEST(PythonText, WritesListsAndMaps) {
  EXPECT_EQ(text_of("[a, 1, 'x', [true, null]]"), "['a', 1, 'x', [True, None]]");
  EXPECT_EQ(text_of("{min: 1, name: it's}"), "{'min': 1, 'name': \"it's\"}");
}

TEST(PythonText, QuotesLikePython) {
  EXPECT_EQ(python_repr("it"), "'it'");
  EXPECT_EQ(python_repr("it's"), "\"it's\"");
  EXPECT_EQ(python_repr("it's \"x\""), "'it\\'s \"x\"'");
  EXPECT_EQ(python_repr("a\\b\n\t\x01"), "'a\\\\b\\n\\t\\x01'");
  EXPECT_EQ(python_repr("한글"), "'한글'");
}
}  // namespace
}  // namespace weir::quality
