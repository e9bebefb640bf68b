#include "metadb/database.h"

#include <benchmark/benchmark.h>

#include <array>

#include "core/files.h"

namespace weir::metadb {
namespace {
constexpr std::array<std::string_view, 1> kSchema = {
    "CREATE TABLE events(id INTEGER PRIMARY KEY, name TEXT, at INTEGER); CREATE INDEX events_at ON events(at)"};

Write add_event(std::int64_t at) {
  return [at](Writer& writer) {
    return writer.execute("INSERT INTO events(name, at) VALUES (?, ?)", {"model.shop.fact_orders", at});
  };
}

void open_and_close(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  (void)Database::open(folder.path() / "x.db", kSchema);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Database::open(folder.path() / "x.db", kSchema));
  }
}

void open_read_close(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  (void)Database::open(folder.path() / "x.db", kSchema);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Database::open(folder.path() / "x.db", kSchema).value()->read("SELECT * FROM events"));
  }
}

void open_write_close(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  const DatabaseOptions options{.durability = static_cast<Durability>(state.range(0))};
  for (auto _ : state) {
    benchmark::DoNotOptimize(Database::open(folder.path() / "x.db", kSchema, options).value()->write(add_event(1)));
  }
}

void create(benchmark::State& state) {
  for (auto _ : state) {
    const TempDir folder = TempDir::create().value();
    benchmark::DoNotOptimize(Database::open(folder.path() / "x.db", kSchema));
  }
}

void write_one_by_one(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  const auto database =
      Database::open(folder.path() / "x.db", kSchema, {.durability = static_cast<Durability>(state.range(0))}).value();
  for (auto _ : state) {
    benchmark::DoNotOptimize(database->write(add_event(1)));
  }
  state.SetItemsProcessed(state.iterations());
}

void submit_many(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  const auto database = Database::open(folder.path() / "x.db", kSchema).value();
  for (auto _ : state) {
    for (int i = 0; i < 10'000; ++i) {
      database->submit(add_event(i));
    }
    database->flush();
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}

BENCHMARK(create)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(open_and_close)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(open_read_close)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(open_write_close)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(write_one_by_one)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(submit_many)->Unit(benchmark::kMillisecond)->UseRealTime();
}  // namespace
}  // namespace weir::metadb
