#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

#include "jinja/environment.h"
#include "jinja/value_json.h"

/// Renders the templates of bench/jinja/templates, which bench/jinja/compare.py renders with Jinja2 as well.
namespace weir::jinja {
namespace {
constexpr std::string_view kFolder = "bench/jinja/templates/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Value context_names() {
  static const Value names = read_json(read_file(std::string(kFolder) + "context.json")).value_or(Value::dict());
  return names;
}

void render(benchmark::State& state, const std::string& name) {
  const auto parsed = Environment().parse(read_file(std::string(kFolder) + name), name);
  if (!parsed) {
    state.SkipWithError(parsed.error().text().c_str());
    return;
  }
  const Value names = context_names();
  std::size_t bytes = 0;
  for (auto _ : state) {
    MapContext context(Ref<Dict>(&names.dictionary()));
    const auto output = parsed->render(context);
    if (!output) {
      state.SkipWithError(output.error().text().c_str());
      return;
    }
    bytes += output->size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void parse(benchmark::State& state, const std::string& name) {
  const std::string text = read_file(std::string(kFolder) + name);
  const Environment environment;
  for (auto _ : state) {
    auto parsed = environment.parse(text, name);
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

const int registered = [] {
  for (const std::string name :
       {"star.sql", "pivot.sql", "union_relations.sql", "surrogate_key.sql", "loops.sql", "model.sql"}) {
    benchmark::RegisterBenchmark(("render/" + name).c_str(), [name](benchmark::State& state) { render(state, name); });
    benchmark::RegisterBenchmark(("parse/" + name).c_str(), [name](benchmark::State& state) { parse(state, name); });
  }
  return 0;
}();
}  // namespace
}  // namespace weir::jinja
