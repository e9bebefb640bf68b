// What functions of one's own cost beside the same built-in expression, over 20 M rows in memory: see bench/functions/run.sh.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>

#include "duck/database.h"
#include "functions/functions.h"

namespace weir::functions {
namespace {
constexpr std::int64_t kRows = 20'000'000;

// A database with the table t (x and y DOUBLE, i BIGINT, s VARCHAR) and the functions of bench/functions.
struct Setup {
  std::shared_ptr<duck::Database> database;
  duck::Connection connection;
};

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

Result<Setup> make_setup() {
  WEIR_TRY_ASSIGN(const auto database, duck::Database::open({.threads_count = 2}));
  WEIR_TRY_ASSIGN(duck::Connection connection, database->connect());
  WEIR_TRY(connection.execute(fmt::format("create table t as select i, (i % 180 - 90)::double as x, (i % 90)::double as y, 'user ' || i % 1000 as s from range({}) r(i)", kRows)));
  std::string yaml = fmt::format("- {{name: affine_cpp, function: affine, library: {0}}}\n- {{name: angle_cpp, function: angle, library: {0}}}\n"
                                 "- {{name: length_cpp, function: length_of, library: {0}}}\n",
                                 variable("WEIR_BENCH_LIBRARY", "functions.so"));
  for (const char* batch : {"arrow", "pandas", "numpy", "list"}) {
    yaml += fmt::format("- {{name: affine_{0}, python: 'functions:affine_{0}', args: [double], returns: double, batch: {0}}}\n", batch);
  }
  WEIR_TRY_ASSIGN(const ConfigNode config, parse_config(yaml, "bench"));
  WEIR_TRY_ASSIGN(const auto declarations, parse_functions(config));
  WEIR_TRY(register_functions(connection, declarations, {.folder = variable("WEIR_BENCH_FOLDER", "bench/functions"), .python = variable("WEIR_BENCH_PYTHON", "python3")}));
  return Setup{database, std::move(connection)};
}

void run(benchmark::State& state, const char* expression) {
  static Result<Setup> setup = make_setup();
  if (!setup) {
    state.SkipWithError(setup.error().text().c_str());
    return;
  }
  const std::string sql = fmt::format("select sum({}) from t", expression);
  for (auto _ : state) {
    const auto result = setup->connection.query_value(sql);
    if (!result) {
      state.SkipWithError(result.error().text().c_str());
      return;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kRows);
}

void add(const char* name, const char* expression) {
  benchmark::RegisterBenchmark(name, [expression](benchmark::State& state) { run(state, expression); })->Unit(benchmark::kMillisecond)->UseRealTime();
}

const bool kAdded = [] {
  add("affine/built_in", "x * 1.8 + 32");
  add("affine/cpp", "affine_cpp(x)");
  add("angle/built_in", "sin(x) * cos(y)");
  add("angle/cpp", "angle_cpp(x, y)");
  add("text_length/built_in", "strlen(s)");
  add("text_length/cpp", "length_cpp(s)");
  add("affine/python_numpy", "affine_numpy(x)");
  add("affine/python_arrow", "affine_arrow(x)");
  add("affine/python_pandas", "affine_pandas(x)");
  add("affine/python_list", "affine_list(x)");
  return true;
}();
}  // namespace
}  // namespace weir::functions
