#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cstdio>
#include <filesystem>

#include "cli/commands.h"
#include "cli/examples.h"
#include "cli/generate_shop.h"
#include "cli/project_options.h"
#include "core/files.h"
#include "core/machine.h"
#include "core/text.h"
#include "core/version.h"
#include "duck/database.h"

namespace weir::cli {
namespace {
namespace fs = std::filesystem;

Status write_example(const fs::path& folder, std::string_view example) {
  for (const ExampleFile& file : example_files(example)) {
    WEIR_TRY(write_file(folder / file.path, file.text));
  }
  return {};
}

// One finding of the doctor; `mend` says what to do when it is not well.
struct Finding {
  bool well = true;
  std::string what;
  std::string found;
  std::string mend;
};

Finding check_duckdb() {
  const auto database = duck::Database::open();
  if (!database) {
    return {false, "DuckDB", database.error().message, "./run setup brings it, or set WEIR_DUCKDB_LIBRARY"};
  }
  auto connection = (*database)->connect();
  const auto version = connection ? connection->query_value("SELECT version()") : std::unexpected(connection.error());
  return {version.has_value(), "DuckDB", version ? version->value_or("?") : version.error().text(), "another libduckdb.so is in the way"};
}

Finding check_disk(const fs::path& folder) {
  struct statvfs info {};
  fs::path there = folder;
  std::error_code error;
  while (!fs::exists(there, error) && there.has_relative_path()) {
    there = there.parent_path();
  }
  if (statvfs(there.c_str(), &info) != 0) {
    return {false, "disk", "cannot be read", "does the folder exist?"};
  }
  const std::uint64_t free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  return {free > (1ULL << 30U), "disk", fmt::format("{} free at {}", human_bytes(free), there.string()), "make room: less than 1 GiB is left"};
}

Finding check_lake(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    return {true, "lake", folder.string() + " (made by the first build)", ""};
  }
  const auto probe = TempDir::create(folder, ".weir-doctor-");
  return {probe.has_value(), "lake", folder.string(), "the folder cannot be written: mend its owner or permissions"};
}
}  // namespace

Result<ExitCode> run_init(Invocation& invocation) {
  const fs::path folder = *invocation.argument(0);
  std::error_code error;
  for (const char* file : {"weir.yml", "dbt_project.yml"}) {
    if (fs::exists(folder / file, error)) {
      return fail(ErrorCode::kExists, fmt::format("there is a project already: {}", file), folder.string());
    }
  }
  WEIR_TRY(write_example(folder, "starter"));
  invocation.progress().say(fmt::format("made {0}; try next:\n  cd {0}\n  weir build\n  weir sql -c \"select * from analytics.sales_by_city\"", folder.string()));
  return ExitCode::kOk;
}

Result<ExitCode> run_demo(Invocation& invocation) {
  const fs::path folder = (fs::absolute(invocation.argument(0).value_or("weir-demo")) / "").lexically_normal().parent_path();
  std::error_code error;
  if (!fs::exists(folder / "weir.yml", error)) {
    WEIR_TRY(write_example(folder, "shop"));
  }
  WEIR_TRY_ASSIGN(const generate::ShopOptions options, shop_options(invocation, folder / "data", 0.1));
  if (is_generated(options)) {
    invocation.progress().say(fmt::format("the source files are there: {}", (options.folder / "day1").string()));
  } else {
    WEIR_TRY(generate_shop(invocation, options));
  }
  invocation.set("--project", folder.string());
  WEIR_TRY_ASSIGN(const ExitCode code, build_all(invocation));
  if (code == ExitCode::kOk) {
    invocation.progress().say(
        fmt::format("\ntry next:\n  cd {}\n  weir build                                  # nothing to do: all is up to date\n"
                    "  weir sql -c \"select * from analytics.weekly_sales order by week_start desc limit 5\"\n"
                    "  weir table history analytics.fact_orders\n"
                    "  weir generate shop --out data --day 2 --scale {} && weir build   # a day later",
                    folder.string(), options.scale));
  }
  return code;
}

Result<ExitCode> run_doctor(Invocation& invocation) {
  std::vector<Finding> findings;
  findings.push_back({true, "weir", std::string(kVersion), ""});
  findings.push_back({true, "machine", fmt::format("{} processors, {}", machine_cores_count(), human_bytes(machine_memory_bytes())), ""});
  findings.push_back(check_duckdb());
  WEIR_TRY_ASSIGN(const project::ProjectOptions options, project_options(invocation));
  const auto settings = project::read_settings(options);
  if (!settings) {
    findings.push_back({false, "project", settings.error().text(), "weir init FOLDER makes one"});
    findings.push_back(check_disk("."));
  } else {
    const auto project = project::Project::open(options);
    const Status loaded = project ? (*project)->load() : std::unexpected(project.error());
    findings.push_back({loaded.has_value(), "project",
                        loaded ? fmt::format("{} at {}, {} nodes", settings->name, settings->folder.string(), (*project)->graph().size())
                               : loaded.error().text(),
                        "mend the file and try again"});
    findings.push_back(check_lake(settings->lake));
    findings.push_back(check_disk(settings->lake));
  }
  bool well = true;
  std::string out;
  for (const Finding& finding : findings) {
    well = well && finding.well;
    out += fmt::format("{:<5} {:<8} {}\n", finding.well ? "ok" : "bad", finding.what, finding.found);
    if (!finding.well) {
      out += fmt::format("               {}\n", finding.mend);
    }
  }
  std::fputs(out.c_str(), stdout);
  return well ? ExitCode::kOk : ExitCode::kWrong;
}

Result<ExitCode> run_completion(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const std::string script, completion_script(invocation.commands(), *invocation.argument(0)));
  std::fputs(script.c_str(), stdout);
  return ExitCode::kOk;
}
}  // namespace weir::cli
