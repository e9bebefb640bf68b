#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "core/files.h"
#include "core/process.h"
#include "core/text.h"
#include "duck/database.h"
#include "functions/functions.h"

namespace weir::functions {
namespace {
// Functions over plain lists: they need nothing but Python.
class PythonTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!system_launcher().run({.arguments = {"python3", "--version"}})) {
      GTEST_SKIP() << "python3 is not installed";
    }
  }
  void module(std::string_view text) { ASSERT_TRUE(write_file(folder_.path() / "mine.py", text)); }
  // Declares `name` of mine.py.
  void declare(const std::string& name, const std::string& types, FunctionOptions options = {}) {
    const auto config = parse_config("- {name: " + name + ", python: 'mine:" + name + "', batch: list, " + types + "}", "weir.yml");
    const auto declarations = parse_functions(config.value());
    ASSERT_TRUE(declarations) << declarations.error().text();
    options.folder = folder_.path();
    ASSERT_TRUE(register_functions(connection_, *declarations, options));
  }
  std::string value(std::string_view sql) {
    const auto result = connection_.query_value(sql);
    return result ? result->value_or("NULL") : "error: " + result.error().text();
  }
  TempDir folder_ = TempDir::create().value();
  std::shared_ptr<duck::Database> database_ = duck::Database::open({.threads_count = 2}).value();
  duck::Connection connection_ = database_->connect().value();
};

TEST_F(PythonTest, ComputesBatchAfterBatchOnAllThreads) {
  module("def add(a, b):\n    return [x + y for x, y in zip(a, b)]\n");
  declare("add", "args: [bigint, double], returns: double");
  EXPECT_EQ(value("select sum(add(i, 0.5)) from range(300000) t(i)"), "45000000000.0");
}

TEST_F(PythonTest, RowsWithANullAreLeftOut) {
  module("def inverse(values):\n    return [1 / value for value in values]\n");
  declare("inverse", "args: [double], returns: double");
  EXPECT_EQ(value("select count(*) || ' ' || count(inverse(nullif(i, 0) + if(i % 2 = 0, NULL, 0))) from range(5000) t(i)"), "5000 2500");
  EXPECT_EQ(value("select inverse(NULL)"), "NULL");
}

TEST_F(PythonTest, AFunctionMaySeeAndGiveNulls) {
  module("def flip(values):\n    return [0 if value is None else None for value in values]\n");
  declare("flip", "args: [bigint], returns: bigint, nulls: pass");
  EXPECT_EQ(value("select sum(flip(nullif(i % 4, 0))) || ' ' || count(flip(nullif(i % 4, 0))) from range(10000) t(i)"), "0 2500");
}

TEST_F(PythonTest, AllTypesGoThereAndBack) {
  module("def same(values):\n    return values\n");
  const std::pair<const char*, const char*> cases[] = {{"boolean", "true"},
                                                       {"tinyint", "-128"},
                                                       {"usmallint", "65535"},
                                                       {"ubigint", "18446744073709551615"},
                                                       {"float", "1.5"},
                                                       {"varchar", "Größe, longer than twelve bytes"},
                                                       {"varchar", ""},
                                                       {"blob", "a\\x00b"},
                                                       {"date", "1969-07-20"},
                                                       {"time", "23:59:59.999999"},
                                                       {"timestamp", "2024-02-29 12:34:56.789012"},
                                                       {"timestamptz", "1969-12-31 23:59:59.5+00"}};
  for (const auto& [type, text] : cases) {
    database_ = duck::Database::open().value();
    connection_ = database_->connect().value();
    declare("same", std::string("args: [") + type + "], returns: " + type);
    EXPECT_EQ(value("select same(" + sql_string(text) + "::" + type + ")"), text) << type;
  }
}

TEST_F(PythonTest, LongTextsGrowTheSharedMemory) {
  module("def grow(values):\n    return [value * 1000 for value in values]\n");
  declare("grow", "args: [text], returns: text");
  EXPECT_EQ(value("select sum(length(grow(repeat('ab', 20)))) || max(left(grow('xy' || i), 3)) from range(5000) t(i)"), "200000000xy9");
}

TEST_F(PythonTest, AnExceptionComesWithItsLine) {
  module("import json\n\ndef parse(values):\n    return [json.loads(value)['a']\n            for value in values]\n");
  declare("parse", "args: [text], returns: bigint");
  EXPECT_EQ(value("select parse('{\"a\": 3}')"), "3");
  EXPECT_TRUE(value("select parse('{')").starts_with("error: parse: mine.py:4: json.decoder.JSONDecodeError: Expecting property name")) << value("select parse('{')");
  EXPECT_EQ(value("select parse('{}')"), "error: parse: mine.py:4: KeyError: 'a'");
  EXPECT_EQ(value("select parse('{\"a\": 4}')"), "4") << "the worker goes on";
}

TEST_F(PythonTest, SaysWhatIsWrongWithAResult) {
  module("def short(values):\n    return [1]\ndef nothing(values):\n    pass\ndef texts(values):\n    return ['a'] * len(values)\n");
  declare("short", "args: [bigint], returns: bigint");
  EXPECT_EQ(value("select sum(short(i)) from range(7) t(i)"), "error: short: gave 1 values for 7 rows; a function gives one for each row");
  declare("nothing", "args: [bigint], returns: bigint");
  EXPECT_EQ(value("select nothing(1)"), "error: nothing: gave NoneType; a function gives an array, a series or a list with a value for each row");
  declare("texts", "args: [bigint], returns: bigint");
  EXPECT_TRUE(value("select texts(1)").starts_with("error: texts: gave a value that is none of the type")) << value("select texts(1)");
}

TEST_F(PythonTest, SaysWhatIsMissing) {
  module("def here(values):\n    return values\n");
  declare("there", "args: [bigint], returns: bigint");
  EXPECT_TRUE(value("select there(1)").contains("mine.py has no function \"there\"")) << value("select there(1)");
  declare("here", "args: [bigint], returns: bigint", {.python = "python-that-is-not-here"});
  EXPECT_EQ(value("select here(1)"),
            "error: here: \"python-that-is-not-here\" cannot be started (No such file or directory), but a function needs Python 3; install it, or name "
            "one under python: in weir.yml");
  module("def here(values)\n    return values\n");
  declare("wrong", "args: [bigint], returns: bigint");
  EXPECT_TRUE(value("select wrong(1)").starts_with("error: wrong: mine.py:1: SyntaxError: expected ':'")) << value("select wrong(1)");
}

TEST_F(PythonTest, AWorkerThatDiesIsAnErrorAndTheNextCallHasANewOne) {
  module("import os, signal\ndef die(values):\n    if values[0] == 1:\n        os.kill(os.getpid(), signal.SIGKILL)\n    if values[0] == 2:\n        os._exit(3)\n    return values\n");
  declare("die", "args: [bigint], returns: bigint");
  const std::string killed = value("select die(1)");  // a Python behind a shell script ends with 128 + 9
  EXPECT_TRUE(killed == "error: die: the Python process was ended by signal 9 (Killed)" || killed == "error: die: the Python process ended with exit code 137") << killed;
  EXPECT_EQ(value("select die(2)"), "error: die: the Python process ended with exit code 3");
  EXPECT_EQ(value("select die(5)"), "5");
}

TEST_F(PythonTest, AStopEndsACallThatNeverReturns) {
  const std::filesystem::path started = folder_.path() / "started";
  module("def forever(values):\n    open('started', 'w').close()\n    while True:\n        pass\n");
  std::stop_source stop;
  declare("forever", "args: [bigint], returns: bigint", {.stop = stop.get_token()});
  const std::jthread stopper([&] {
    while (!std::filesystem::exists(started)) {
      std::this_thread::yield();
    }
    stop.request_stop();
  });
  EXPECT_EQ(value("select forever(1)"), "error: forever: stopped while Python was computing");
}

TEST_F(PythonTest, WhatAFunctionPrintsIsNoData) {
  module("def loud(values):\n    print('hello')\n    return values\n");
  declare("loud", "args: [bigint], returns: bigint");
  testing::internal::CaptureStdout();
  EXPECT_EQ(value("select loud(1)"), "1");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}
}  // namespace
}  // namespace weir::functions
