// weir_bench_plain_duckdb FILE.sql DATA OUT: runs the statements of a file one after the other in plain DuckDB (the library that
// weir embeds, its default settings) and prints the seconds of each step, named by the comment before it, and the peak memory.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "core/clock.h"
#include "core/files.h"
#include "core/machine.h"
#include "core/text.h"
#include "duck/database.h"

namespace {
int fail(const weir::Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return 1;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: weir_bench_plain_duckdb FILE.sql DATA OUT\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[3]);
  const auto text = weir::read_file(argv[1]);
  const auto database = text ? weir::duck::Database::open() : std::unexpected(text.error());
  if (!database) {
    return fail(database.error());
  }
  auto connection = (*database)->connect();
  if (!connection) {
    return fail(connection.error());
  }
  const weir::Stopwatch all;
  const std::string sql = weir::replace_all(weir::replace_all(*text, "${DATA}", argv[2]), "${OUT}", argv[3]);
  for (const std::string& statement : weir::split(sql, ';')) {
    if (weir::trim(statement).empty()) {
      continue;
    }
    const std::string_view trimmed = weir::trim(statement);
    const std::string_view name = trimmed.starts_with("-- ") ? trimmed.substr(3, trimmed.find('\n') - 3) : "statement";
    const weir::Stopwatch step;
    if (const auto done = connection->execute(statement); !done) {
      return fail(done.error());
    }
    fmt::print("{:<28} {:8.2f} s\n", name, step.seconds());
  }
  fmt::print("{:<28} {:8.2f} s\n{:<28} {:>8}\n", "total", all.seconds(), "peak memory", weir::human_bytes(weir::peak_memory_bytes()));
  return 0;
}
