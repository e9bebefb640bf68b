// How fast a log is opened: 300,000 files in five commits of JSON, as in perf-300k-adds of the shared test data; the
// same from a checkpoint; and 20,000 small commits after a checkpoint. WEIR_BENCH_TABLE names a table to open too.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>

#include "core/clock.h"
#include "core/files.h"
#include "delta/checkpoint_writer.h"
#include "delta/log_segment.h"
#include "delta/snapshot.h"
#include "duck/database.h"
#include "storage/local_store.h"
#include "storage/memory_store.h"

namespace weir::delta {
namespace {
void fill_log(storage::ObjectStore& store, int files_count, bool with_stats) {
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
    (void)store.put(commit_key(location, version), text, {});
    text.clear();
  }
}

void load_log(benchmark::State& state) {
  const auto store = storage::make_memory_store();
  fill_log(*store, static_cast<int>(state.range(0)), state.range(1) != 0);
  for (auto _ : state) {
    const auto snapshot = Snapshot::load(*store, TableLocation::at("t"));
    if (!snapshot || (*snapshot)->files().size() != static_cast<std::size_t>(state.range(0))) {
      state.SkipWithError("the log could not be read");
      break;
    }
  }
}
BENCHMARK(load_log)->Args({300'000, 0})->Args({300'000, 1})->Unit(benchmark::kMillisecond);

/// A log with a checkpoint in a folder of its own.
struct CheckpointedLog {
  TempDir folder = *TempDir::create();
  std::unique_ptr<storage::ObjectStore> store = storage::open_local_store(folder.path());
  std::shared_ptr<duck::Database> database = *duck::Database::open();
  duck::Connection connection = *database->connect();

  CheckpointedLog(int files_count, bool with_stats) {
    fill_log(*store, files_count, with_stats);
    const auto snapshot = *Snapshot::load(*store, TableLocation::at("t"));
    (void)write_checkpoint(*store, *snapshot, &connection, system_clock());
  }
};

void load_checkpoint(benchmark::State& state) {
  CheckpointedLog log(static_cast<int>(state.range(0)), state.range(1) != 0);
  for (auto _ : state) {
    const auto snapshot = Snapshot::load(*log.store, TableLocation::at("t"), {.connection = &log.connection});
    if (!snapshot || (*snapshot)->files().size() != static_cast<std::size_t>(state.range(0))) {
      state.SkipWithError("the log could not be read");
      break;
    }
  }
}
BENCHMARK(load_checkpoint)->Args({300'000, 0})->Args({300'000, 1})->Unit(benchmark::kMillisecond);

void load_many_commits(benchmark::State& state) {
  CheckpointedLog log(5, false);
  for (int version = 5; version < 5 + state.range(0); ++version) {
    AddFile file;
    file.path = fmt::format("p=1/part-{:032x}.parquet", version);
    file.partition_values = {{"p", "1"}};
    file.size_bytes = 1000;
    (void)log.store->put(commit_key(TableLocation::at("t"), version), commit_json({file}), {});
  }
  for (auto _ : state) {
    const auto snapshot = Snapshot::load(*log.store, TableLocation::at("t"), {.connection = &log.connection});
    if (!snapshot || (*snapshot)->version() != 4 + state.range(0)) {
      state.SkipWithError("the log could not be read");
      break;
    }
  }
  // What reading these bytes costs, without making anything of them.
  std::int64_t read_nanoseconds = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int version = 5; version < 5 + state.range(0); ++version) {
    const auto text = log.store->read(commit_key(TableLocation::at("t"), version));
    benchmark::DoNotOptimize(text);
  }
  read_nanoseconds = std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
  state.counters["read_only_ms"] = static_cast<double>(read_nanoseconds) / 1e6;
}
BENCHMARK(load_many_commits)->Arg(20'000)->Unit(benchmark::kMillisecond);

void load_table(benchmark::State& state) {
  const char* folder = std::getenv("WEIR_BENCH_TABLE");
  if (folder == nullptr) {
    state.SkipWithError("WEIR_BENCH_TABLE is not set");
    return;
  }
  const auto store = storage::open_local_store(std::filesystem::path(folder).parent_path());
  const TableLocation location = TableLocation::at(std::filesystem::path(folder).filename().string());
  for (auto _ : state) {
    if (const auto snapshot = Snapshot::load(*store, location); !snapshot) {
      state.SkipWithError(snapshot.error().text().c_str());
      break;
    }
  }
}
BENCHMARK(load_table)->Unit(benchmark::kMillisecond);
}  // namespace
}  // namespace weir::delta
