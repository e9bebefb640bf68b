// How fast a log is opened: 300,000 files in five commits of JSON, as in perf-300k-adds of the shared test data.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "delta/log_segment.h"
#include "delta/snapshot.h"
#include "storage/memory_store.h"

namespace weir::delta {
namespace {
std::unique_ptr<storage::ObjectStore> make_log(int files_count, bool with_stats) {
  auto store = storage::make_memory_store();
  const TableLocation location = TableLocation::at("t");
  Metadata metadata;
  metadata.id = "00000000-0000-4000-8000-000000000000";
  metadata.schema_string = R"({"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}},)"
                           R"({"name":"p","type":"string","nullable":true,"metadata":{}}]})";
  metadata.partition_columns = {"p"};
  std::string text = commit_json({Protocol{}, metadata});
  for (int version = 0; version < 5; ++version) {
    for (int i = 0; i < files_count / 5; ++i) {
      AddFile file;
      file.path = fmt::format("p={}/part-{:05}-{:032x}.snappy.parquet", i % 100, i, version * 1'000'003 + i);
      file.partition_values = {{"p", std::to_string(i % 100)}};
      file.size_bytes = 1'000'000 + i;
      file.modification_time = 1'700'000'000'000;
      if (with_stats) {
        file.stats =
            fmt::format(R"({{"numRecords":{},"minValues":{{"a":{}}},"maxValues":{{"a":{}}},"nullCount":{{"a":0}}}})",
                        1000, i, i + 999);
      }
      text += action_json(file) + '\n';
    }
    (void)store->put(commit_key(location, version), text, {});
    text.clear();
  }
  return store;
}

void load_log(benchmark::State& state) {
  const auto store = make_log(static_cast<int>(state.range(0)), state.range(1) != 0);
  for (auto _ : state) {
    const auto snapshot = Snapshot::load(*store, TableLocation::at("t"));
    if (!snapshot || (*snapshot)->files().size() != static_cast<std::size_t>(state.range(0))) {
      state.SkipWithError("the log could not be read");
      break;
    }
  }
}
BENCHMARK(load_log)->Args({300'000, 0})->Args({300'000, 1})->Unit(benchmark::kMillisecond);
}  // namespace
}  // namespace weir::delta
