#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/generate_shop.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "generate/access_log.h"
#include "generate/app_log.h"
#include "generate/generators.h"
#include "generate/taxi.h"

namespace weir::cli {
namespace {
namespace fs = std::filesystem;

// Shows a generator's progress as one step, and what it made.
template <typename Generate>
Status run_generator(Invocation& invocation, const std::string& step, const fs::path& where, Generate generate) {
  const Stopwatch stopwatch;
  Progress& progress = invocation.progress();
  progress.start(step);
  const Result<generate::GenerateSummary> summary = generate([&](const generate::GenerateProgress& now) {
    const double fraction = now.rows_expected_count == 0 ? -1 : static_cast<double>(now.rows_count) / static_cast<double>(now.rows_expected_count);
    progress.update(step, std::min(fraction, 1.0), human_count(now.rows_count) + " rows");
  });
  if (!summary) {
    progress.finish(step, Progress::Outcome::kFailed, stopwatch.seconds(), "");
    return std::unexpected(summary.error());
  }
  progress.finish(step, Progress::Outcome::kOk, stopwatch.seconds(),
                  fmt::format("{} rows, {} in {}", human_count(summary->rows_count), human_bytes(summary->size_bytes), where.string()));
  for (const generate::NamedCount& count : summary->counts) {
    progress.say(fmt::format("  {:<32} {}", count.name, human_count(count.count)));
  }
  return {};
}

Result<ExitCode> generate_logs(Invocation& invocation) {
  const std::vector<std::string> kinds = {"access", "app"};
  const std::string kind = invocation.value_or("--kind", "access");
  if (std::ranges::find(kinds, kind) == kinds.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("--kind is access or app, not \"{}\"{}", kind, did_you_mean(kind, kinds)));
  }
  const fs::path file = invocation.value_or("--out", kind + ".log");
  WEIR_TRY_ASSIGN(const auto lines, invocation.integer("--lines"));
  WEIR_TRY_ASSIGN(const auto seed, invocation.integer("--seed"));
  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  std::uint64_t size_bytes = 0;
  if (const auto size = invocation.value("--size")) {
    WEIR_TRY_ASSIGN(size_bytes, parse_size(*size));
  }
  if ((lines.value_or(0) > 0) == (size_bytes > 0)) {
    return fail(ErrorCode::kInvalid, "say how much: either --lines N or --size SIZE");
  }
  const auto count = static_cast<std::uint64_t>(lines.value_or(0));
  const auto seed_value = static_cast<std::uint64_t>(seed.value_or(42));
  const auto threads_max = static_cast<unsigned>(threads.value_or(0));
  WEIR_TRY(run_generator(invocation, fmt::format("generate {} log", kind), file, [&](const generate::ProgressCallback& callback) {
    return kind == "access" ? generate::generate_access_log({.file = file,
                                                             .lines_count = count,
                                                             .size_bytes_max = size_bytes,
                                                             .seed = seed_value,
                                                             .has_latency = invocation.has("--latency"),
                                                             .threads_max = threads_max},
                                                            callback, invocation.stop())
                            : generate::generate_app_log({.file = file,
                                                          .records_count = count,
                                                          .size_bytes_max = size_bytes,
                                                          .seed = seed_value,
                                                          .threads_max = threads_max},
                                                         callback, invocation.stop());
  }));
  return ExitCode::kOk;
}

// "2023-01"
Result<std::chrono::year_month> parse_month(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  const char* end = text.data() + text.size();
  const auto [dash, error] = std::from_chars(text.data(), end, year);
  if (error == std::errc() && dash != end && *dash == '-' && std::from_chars(dash + 1, end, month).ptr == end) {
    const std::chrono::year_month parsed{std::chrono::year(year), std::chrono::month(month)};
    if (parsed.ok()) {
      return parsed;
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is not a month; write it like 2023-01", text));
}

Result<ExitCode> generate_taxi(Invocation& invocation) {
  generate::TaxiOptions options{.folder = invocation.value_or("--out", "data")};
  WEIR_TRY_ASSIGN(const auto gigabytes, invocation.number("--gb"));
  WEIR_TRY_ASSIGN(const auto seed, invocation.integer("--seed"));
  WEIR_TRY_ASSIGN(const auto months, invocation.integer("--months"));
  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  WEIR_TRY_ASSIGN(options.first, parse_month(invocation.value_or("--first", "2023-01")));
  options.gigabytes = gigabytes.value_or(options.gigabytes);
  options.seed = static_cast<std::uint64_t>(seed.value_or(42));
  options.months_count = static_cast<int>(std::clamp<std::int64_t>(months.value_or(options.months_count), -1, 100'000));
  options.threads_max = static_cast<unsigned>(threads.value_or(0));
  WEIR_TRY(run_generator(invocation, "generate taxi", options.folder, [&](const generate::ProgressCallback& callback) {
    return generate::generate_taxi(options, callback, invocation.stop());
  }));
  return ExitCode::kOk;
}
}  // namespace

Result<generate::ShopOptions> shop_options(const Invocation& invocation, const std::filesystem::path& folder, double scale) {
  generate::ShopOptions options{.folder = folder, .scale = scale};
  WEIR_TRY_ASSIGN(const auto given_scale, invocation.number("--scale"));
  WEIR_TRY_ASSIGN(const auto seed, invocation.integer("--seed"));
  WEIR_TRY_ASSIGN(const auto day, invocation.integer("--day"));
  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  options.scale = given_scale.value_or(scale);
  options.seed = static_cast<std::uint64_t>(seed.value_or(42));
  options.day = static_cast<int>(day.value_or(1));
  options.threads_max = static_cast<unsigned>(threads.value_or(0));
  return options;
}

bool is_generated(const generate::ShopOptions& options) {
  const auto text = read_file(options.folder / fmt::format("day{}", options.day) / "_manifest.json");
  const Json json = text ? Json::parse(*text, nullptr, false) : Json();
  return json.is_object() && json.value("scale", 0.0) == options.scale && json.value("seed", std::uint64_t{0}) == options.seed &&
         json.value("day", 0) == options.day;
}

Status generate_shop(Invocation& invocation, const generate::ShopOptions& options) {
  return run_generator(invocation, fmt::format("generate shop, day {}", options.day), options.folder, [&](const generate::ProgressCallback& callback) {
    return generate::generate_shop(options, callback, invocation.stop());
  });
}

Result<ExitCode> run_generate(Invocation& invocation) {
  const std::string what = *invocation.argument(0);
  if (what == "logs") {
    return generate_logs(invocation);
  }
  if (what == "taxi") {
    return generate_taxi(invocation);
  }
  if (what != "shop") {
    std::vector<std::string> names;
    for (const generate::GeneratorInfo& generator : generate::generators()) {
      names.emplace_back(generator.name);
    }
    return fail(ErrorCode::kInvalid, fmt::format("weir generate makes {}, not \"{}\"{}", join(names, ", "), what, did_you_mean(what, names)));
  }
  WEIR_TRY_ASSIGN(const generate::ShopOptions options, shop_options(invocation, invocation.value_or("--out", "data"), 1));
  WEIR_TRY(generate_shop(invocation, options));
  return ExitCode::kOk;
}
}  // namespace weir::cli
