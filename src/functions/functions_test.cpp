#include "functions/functions.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "core/process.h"
#include "core/text.h"
#include "duck/database.h"

namespace weir::functions {
namespace {
// A project's folder with functions, and a connection that knows them.
class FunctionsTest : public testing::Test {
 protected:
  void write(const std::string& file, std::string_view text) { ASSERT_TRUE(write_file(folder_.path() / file, text)); }
  std::string declare(std::string_view yaml, FunctionOptions options = {}) {
    const auto config = parse_config(yaml, "weir.yml");
    const auto declarations = parse_functions(config.value());
    if (!declarations) {
      return declarations.error().text();
    }
    options.folder = folder_.path();
    const Status status = register_functions(connection_, *declarations, options);
    return status ? "" : replace_all(status.error().text(), folder_.path().string() + "/", "");
  }
  std::string value(std::string_view sql) {
    const auto result = connection_.query_value(sql);
    return result ? result->value_or("NULL") : "error: " + replace_all(result.error().text(), folder_.path().string() + "/", "");
  }
  // Compiles a library of functions as users do.
  void compile(const std::string& source, const std::string& library) {
    const auto compiled = system_launcher().run({.arguments = {"c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-I", "include", source, "-o", (folder_.path() / library).string()}});
    ASSERT_TRUE(compiled && compiled->exit_code == 0) << compiled->errors;
  }
  TempDir folder_ = TempDir::create().value();
  std::shared_ptr<duck::Database> database_ = duck::Database::open({.threads_count = 2}).value();
  duck::Connection connection_ = database_->connect().value();
};

TEST_F(FunctionsTest, RunsTheExampleLibrary) {
  compile("examples/functions/geo.cpp", "geo.so");
  ASSERT_EQ(declare("[{name: great_circle, library: geo.so}, {name: initials, library: geo.so, args: [text], returns: text},"
                    " {name: frost, function: is_frost, library: geo.so}, {name: checked_percent, library: geo.so}]"),
            "");
  EXPECT_EQ(value("select round(great_circle(37.5665, 126.9780, 35.1796, 129.0756))"), "325.0");
  EXPECT_EQ(value("select string_agg(initials(s), ',' order by i) from (values (1, 'Han River Park'), (2, '  '), (3, NULL), (4, 'a name that is long')) t(i, s)"),
            "HRP,antil");
  EXPECT_EQ(value("select string_agg(frost(t)::text, ',' order by i) from (values (1, -3.0), (2, NULL), (3, 4.0)) t(i, t)"), "true,false,false");
  EXPECT_EQ(value("select sum(checked_percent(i, nullif(i % 3, 0))) from range(1, 4000) t(i)"), value("select sum(100 * i // nullif(i % 3, 0)) from range(1, 4000) t(i)"))
      << "rows with a null are not computed";
  EXPECT_EQ(value("select checked_percent(1, 0)"), "error: checked_percent: a part of nothing has no percentage");
}

TEST_F(FunctionsTest, RefusesLibrariesThatDoNotFit) {
  compile("examples/functions/geo.cpp", "geo.so");
  EXPECT_EQ(declare("[{name: f, library: missing.so}]"), "weir.yml:1:2: missing.so: there is no such library; build it first (g++ -shared -fPIC …)");
  EXPECT_EQ(declare("[{name: initial, library: geo.so}]"),
            "weir.yml:1:2: geo.so: has no function \"initial\"; did you mean \"initials\"?; it has great_circle, initials, is_frost, checked_percent");
  EXPECT_EQ(declare("[{name: initials, library: geo.so, args: [bigint], returns: text}]"),
            "weir.yml:1:2: the library's \"initials\" is (varchar) -> varchar, not (bigint) -> varchar as declared");
  write("other.c", "int x;");
  compile((folder_.path() / "other.c").string(), "other.so");
  EXPECT_TRUE(declare("[{name: f, library: other.so}]").contains("does not export weir_functions"));
  write("text.so", "no library");
  EXPECT_TRUE(declare("[{name: f, library: text.so}]").contains("text.so: cannot be loaded"));
  write("old.cpp", "#include <weir/function.h>\nconst WeirFunctionList* weir_functions(void) { static const WeirFunctionList list = {99, 0, nullptr}; return &list; }");
  compile((folder_.path() / "old.cpp").string(), "old.so");
  EXPECT_TRUE(declare("[{name: f, library: old.so}]").contains("was built for version 99 of weir's function interface"));
}

TEST_F(FunctionsTest, RefusesDeclarationsWithTheirPlace) {
  EXPECT_EQ(declare("{f: 1}"), "weir.yml:1:1: functions is a list: - {name: great_circle, library: functions/geo.so}");
  EXPECT_EQ(declare("- name: f"), "weir.yml:1:3: the function \"f\" needs either library: FILE.so or python: module:function");
  EXPECT_EQ(declare("- {name: f, python: money}"), "weir.yml:1:21: \"money\" names no Python function; write module:function, such as functions.money:to_cents");
  EXPECT_EQ(declare("- {name: f, python: 'm:f', args: [doubel], returns: text}").substr(0, 80),
            "weir.yml:1:35: functions cannot take or give \"doubel\"; did you mean \"double\"?; t");
  EXPECT_EQ(declare("- {name: f, python: 'm:f', args: [double]}"),
            "weir.yml:1:3: the function \"f\" needs args and returns: args: [double, text], returns: bigint");
  EXPECT_TRUE(declare("- {name: f, python: 'm:f', bach: list, args: [text], returns: text}").contains("bach"));
  EXPECT_TRUE(declare("[{name: f, library: a.so}, {name: F, library: b.so}]").contains("declared twice"));
  EXPECT_TRUE(declare("- {name: 'f g', library: a.so}").contains("cannot be called in SQL"));
}

TEST_F(FunctionsTest, AHashTellsWhenAFunctionChanges) {
  const auto hashes = [&](const std::string& types) {
    const auto config = parse_config("[{name: F, python: 'pack.mod:f', " + types + "}, {name: g, library: g.so}]", "weir.yml");
    return code_hashes(parse_functions(config.value()).value(), folder_.path());
  };
  const auto missing = hashes("args: [text], returns: text");
  EXPECT_EQ(missing.size(), 2U);
  write("pack/mod.py", "def f(x): return x");
  const auto first = hashes("args: [text], returns: text");
  EXPECT_NE(first.at("f"), missing.at("f"));
  EXPECT_EQ(first.at("g"), missing.at("g"));
  EXPECT_EQ(first, hashes("args: [text], returns: text"));
  EXPECT_NE(first.at("f"), hashes("args: [text], returns: blob").at("f"));
  write("pack/mod.py", "def f(x): return x + x");
  EXPECT_NE(first.at("f"), hashes("args: [text], returns: text").at("f"));
}
}  // namespace
}  // namespace weir::functions
