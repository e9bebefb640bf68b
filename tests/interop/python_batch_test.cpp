// Functions over pyarrow, pandas and numpy. WEIR_TEST_PYTHON names a Python that has them (see functions_test.py).
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/files.h"
#include "core/text.h"
#include "duck/database.h"
#include "functions/functions.h"

namespace weir::functions {
namespace {
class PythonBatchTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const char* told = std::getenv("WEIR_TEST_PYTHON");
    ASSERT_NE(told, nullptr) << "WEIR_TEST_PYTHON names a Python with pyarrow, pandas and numpy";
    python_ = told;
    ASSERT_TRUE(write_file(folder_.path() / "mine.py",
                           "def same(values):\n    return values\n"
                           "def kind(values):\n    return [type(values).__module__.partition('.')[0]] * len(values)\n"
                           "def halves(values):\n    return values[:len(values) // 2]\n"
                           "def wide(values):\n    import numpy\n    return numpy.array([300] * len(values))\n"
                           "def texts(values):\n    import numpy\n    return numpy.array(['a'] * len(values), object)\n"));
  }
  // Functions of mine.py: each with the name that SQL calls it and its types. All in one, so that one process serves them.
  struct Declared {
    std::string name;
    std::string sql_name;
    std::string types;
  };
  void declare(const std::vector<Declared>& functions) {
    std::string yaml;
    for (const Declared& function : functions) {
      yaml += "- {name: " + function.sql_name + ", python: 'mine:" + function.name + "', batch: " + GetParam() + ", " + function.types + "}\n";
    }
    const auto config = parse_config(yaml, "weir.yml");
    const auto declarations = parse_functions(config.value());
    ASSERT_TRUE(declarations) << declarations.error().text();
    ASSERT_TRUE(register_functions(connection_, *declarations, {.folder = folder_.path(), .python = python_}));
  }
  std::string value(std::string_view sql) {
    const auto result = connection_.query_value(sql);
    return result ? result->value_or("NULL") : "error: " + result.error().text();
  }
  std::string python_;
  TempDir folder_ = TempDir::create().value();
  std::shared_ptr<duck::Database> database_ = duck::Database::open({.threads_count = 1}).value();
  duck::Connection connection_ = database_->connect().value();
};

constexpr std::pair<const char*, const char*> kValues[] = {{"boolean", "true"},
                                                           {"tinyint", "-128"},
                                                           {"utinyint", "255"},
                                                           {"smallint", "-32768"},
                                                           {"usmallint", "65535"},
                                                           {"integer", "-2147483648"},
                                                           {"uinteger", "4294967295"},
                                                           {"bigint", "-9223372036854775808"},
                                                           {"ubigint", "18446744073709551615"},
                                                           {"float", "1.5"},
                                                           {"double", "0.1"},
                                                           {"varchar", "Größe, longer than twelve bytes"},
                                                           {"blob", "a\\x00b"},
                                                           {"date", "1969-07-20"},
                                                           {"time", "23:59:59.999999"},
                                                           {"timestamp", "2024-02-29 12:34:56.789012"},
                                                           {"timestamptz", "1969-12-31 23:59:59.5+00"}};

TEST_P(PythonBatchTest, AllTypesGoThereAndBackAlsoBesideNulls) {
  std::vector<Declared> functions;
  for (const auto& [type, text] : kValues) {
    const std::string types = std::string("args: [") + type + "], returns: " + type;
    functions.push_back({"same", std::string("same_") + type, types});
    functions.push_back({"same", std::string("same_") + type + "_nulls", types + ", nulls: pass"});
  }
  declare(functions);
  for (const auto& [type, text] : kValues) {
    const std::string name = std::string("same_") + type;
    const std::string literal = sql_string(text) + "::" + type;
    EXPECT_EQ(value("select " + name + "(" + literal + ")"), text) << type;
    const std::string rows = " from (select if(i % 3 = 0, NULL, " + literal + ") as v from range(3000) t(i))";
    for (const std::string& called : {name, name + "_nulls"}) {
      EXPECT_EQ(value("select count(*) || ' ' || count(" + called + "(v)) || ' ' || max(" + called + "(v)::text)" + rows), std::string("3000 2000 ") + text)
          << called;
    }
  }
}

TEST_P(PythonBatchTest, TheFunctionGetsTheKindOfBatchThatWasAskedFor) {
  declare({{"kind", "kind", "args: [bigint], returns: text"}});
  EXPECT_EQ(value("select kind(1)"), GetParam() == std::string("arrow") ? "pyarrow" : GetParam());
}

TEST_P(PythonBatchTest, ResultsAreChecked) {
  declare({{"halves", "halves", "args: [bigint], returns: bigint"},
           {"wide", "wide", "args: [bigint], returns: tinyint"},
           {"texts", "texts", "args: [bigint], returns: bigint"}});
  EXPECT_EQ(value("select sum(halves(i)) from range(10) t(i)"), "error: halves: gave 5 values for 10 rows; a function gives one for each row");
  if (GetParam() != std::string("arrow")) {
    EXPECT_EQ(value("select wide(1)"), "error: wide: gave an integer that the type which weir.yml declares cannot hold");
    EXPECT_TRUE(value("select texts(1)").starts_with("error: texts: ")) << value("select texts(1)");
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, PythonBatchTest, testing::Values("arrow", "pandas", "numpy"), [](const auto& chosen) { return std::string(chosen.param); });
}  // namespace
}  // namespace weir::functions
