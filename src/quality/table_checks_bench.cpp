// Fifty checks on one table: how long the scan takes that answers all of them, and how long if each had its own.
//   weir_quality_bench --benchmark_filter=.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "core/files.h"
#include "lake/session.h"
#include "lake/writer.h"
#include "quality/check_file.h"

namespace weir::quality {
namespace {
constexpr int kChecksCount = 50;

std::string suite() {
  std::string yaml = "table: staging.orders\nchecks:\n";
  for (int i = 0; i < kChecksCount; ++i) {
    const std::string column = "c" + std::to_string(i % 10);
    const std::string least = std::to_string(-i);
    switch (i % 5) {
      case 0:
        yaml += "- not_null: " + column + "\n  name: not_null_" + std::to_string(i) + "\n";
        break;
      case 1:
        yaml += "- accepted_values: {column: status, values: [s0, s1, s2, s3, s" + std::to_string(i + 4) + "]}\n  name: accepted_" + std::to_string(i) + "\n";
        break;
      case 2:
        yaml += "- expression: " + column + " >= " + least + "\n";
        break;
      default:
        yaml += "- between: {column: " + column + ", min: " + least + ", max: 1000000}\n";
    }
  }
  return yaml;
}

/// A lake with `rows_count` orders of ten numbers and a status.
std::shared_ptr<lake::Lake> make_lake(const std::filesystem::path& folder, std::int64_t rows_count) {
  lake::LakeOptions options;
  options.root = folder;
  options.durable = false;
  auto lake = lake::Lake::open(options);
  const auto session = lake->session().value();
  std::string select = "SELECT i AS order_id, 's' || (i % 4) AS status";
  for (int i = 0; i < 10; ++i) {
    select += ", (i * " + std::to_string(i + 1) + ") % 1000 AS c" + std::to_string(i);
  }
  lake::WriteRequest request;
  request.table = {"staging", "orders"};
  request.select_sql = select + " FROM range(" + std::to_string(rows_count) + ") t(i)";
  if (!lake::write_table(*session, request)) {
    std::abort();
  }
  return lake;
}

void fifty_checks(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  const auto lake = make_lake(folder.path(), state.range(0));
  const graph::RunSettings settings;
  for (auto _ : state) {
    Checker checker(lake);
    const auto nodes = load_checks(parse_config(suite(), "checks/orders.yml").value(), {.project = "shop", .path = "checks/orders.yml"}, checker).value();
    graph::RunContext context{.run = settings, .stop = {}, .reason = {}, .update = {}};
    for (const auto& node : nodes) {
      const auto result = node->run(context);
      if (!result || result->outcome != graph::Outcome::kOk) {
        state.SkipWithError(result ? result->message.c_str() : result.error().message.c_str());
      }
    }
  }
  state.counters["checks"] = kChecksCount;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fifty_checks)->Arg(100'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
}  // namespace
}  // namespace weir::quality
