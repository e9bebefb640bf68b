// weir_run_test WEIR REPOSITORY FILE.test: runs one .test file in a folder of its own. Exit 0 passed, 1 failed, 77 skipped.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "core/text.h"
#include "test_file.h"

namespace weir::test {
namespace {
namespace fs = std::filesystem;

enum class Verdict { kPassed, kFailed, kSkipped };

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

class Runner {
 public:
  Runner(fs::path weir, fs::path repository, fs::path folder)
      : weir_(std::move(weir)), repository_(std::move(repository)), folder_(std::move(folder)) {}

  Verdict run(const TestFile& file) {
    for (const Block& block : file.blocks) {
      if (block.kind == Block::Kind::kNeed && !fs::exists(repository_ / block.argument)) {
        std::printf("skipped: %s is not there\n", block.argument.c_str());
        return Verdict::kSkipped;
      }
      if (const Status done = run_block(block); !done) {
        std::printf("%s:%d: %s\n", file.path.c_str(), block.line, done.error().text().c_str());
        return Verdict::kFailed;
      }
    }
    return Verdict::kPassed;
  }

 private:
  Status run_block(const Block& block) {
    const std::string argument = expand(block.argument);
    switch (block.kind) {
      case Block::Kind::kNeed:
        return {};
      case Block::Kind::kFile:
        return write_file(folder_ / argument, block.body.empty() ? "" : expand(join(block.body, "\n")) + "\n");
      case Block::Kind::kCopy: {
        std::error_code error;
        fs::copy(repository_ / argument, folder_, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
        return error ? Status(fail(ErrorCode::kIo, error.message(), argument)) : Status();
      }
      case Block::Kind::kShell:
        return run_process({"/bin/sh", "-c", argument}, block);
      case Block::Kind::kWeir: {
        std::vector<std::string> words = shell_words(argument);
        words.insert(words.begin(), weir_.string());
        return run_process(words, block);
      }
      case Block::Kind::kQuery:
        return run_query(block);
    }
    return {};
  }

  std::string expand(std::string_view text) const {
    return replace_all(replace_all(text, "${REPOSITORY}", repository_.string()), "${FOLDER}", folder_.string());
  }

  Result<ProcessResult> start(const std::vector<std::string>& words) const {
    return system_launcher().run({.arguments = words,
                                  .environment = {{"TERM", "dumb"}, {"WEIR", weir_.string()}, {"REPOSITORY", repository_.string()}},
                                  .folder = folder_,
                                  .timeout = std::chrono::minutes(10)});
  }

  Status run_process(const std::vector<std::string>& words, const Block& block) const {
    WEIR_TRY_ASSIGN(const ProcessResult result, start(words));
    const std::string shown = result.output + (result.errors.empty() ? "" : "\n" + result.errors);
    if (result.exit_code != block.exit_code) {
      return fail(ErrorCode::kInternal, fmt::format("ended with {} (signal {}) instead of {}\n{}", result.exit_code, result.signal, block.exit_code, shown));
    }
    std::vector<std::string> lines = lines_of(result.output);
    const std::vector<std::string> errors = lines_of(result.errors);
    lines.insert(lines.end(), errors.begin(), errors.end());
    // An empty line ends what is expected, so empty lines of the output do not count.
    std::erase_if(lines, [](const std::string& line) { return line.empty(); });
    return check(block, lines);
  }

  Status run_query(const Block& block) const {
    WEIR_TRY_ASSIGN(const ProcessResult result, start({weir_.string(), "sql", "--format", "json", "-c", expand(join(block.body, "\n"))}));
    if (result.exit_code != 0) {
      return fail(ErrorCode::kInternal, result.errors);
    }
    WEIR_TRY_ASSIGN(const Json rows, parse_json(result.output, "result"));
    std::vector<std::string> lines;
    for (const Json& row : rows) {
      std::vector<std::string> cells;
      for (const auto& [name, value] : row.items()) {
        cells.push_back(value.is_null() ? "NULL" : value.is_string() ? value.get<std::string>() : value.dump());
      }
      lines.push_back(join(cells, "\t"));
    }
    return check(block, lines);
  }

  Status check(const Block& block, const std::vector<std::string>& lines) const {
    std::vector<std::string> expected;
    for (const std::string& line : block.expected) {
      expected.push_back(expand(line));
    }
    if (block.checks_output && !lines_match(expected, lines)) {
      return fail(ErrorCode::kInternal, fmt::format("expected\n{}\nbut got\n{}", join(expected, "\n"), join(lines, "\n")));
    }
    return {};
  }

  fs::path weir_;
  fs::path repository_;
  fs::path folder_;
};
}  // namespace
}  // namespace weir::test

int main(int argc, char** argv) {
  if (argc != 4) {
    std::puts("usage: weir_run_test WEIR REPOSITORY FILE.test");
    return 1;
  }
  const auto text = weir::read_file(argv[3]);
  const auto file = text ? weir::test::parse_test_file(argv[3], *text) : std::unexpected(text.error());
  const auto folder = weir::TempDir::create({}, "weir-test-");
  if (!file || !folder) {
    std::puts((file ? folder.error() : file.error()).text().c_str());
    return 1;
  }
  switch (weir::test::Runner(argv[1], argv[2], folder->path()).run(*file)) {
    case weir::test::Verdict::kPassed:
      return 0;
    case weir::test::Verdict::kFailed:
      return 1;
    case weir::test::Verdict::kSkipped:
      return 77;
  }
  return 1;
}
