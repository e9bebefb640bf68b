// Keeps the house in order: layers, lengths of files, links and commands in the documents, what may not stand in the tree.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/files.h"
#include "core/process.h"
#include "core/text.h"

namespace weir {
namespace {
namespace fs = std::filesystem;

std::vector<std::string> tracked_files() {
  const auto result = system_launcher().run({.arguments = {"git", "ls-files", "-co", "--exclude-standard"}});
  std::vector<std::string> files = split(result.value().output, '\n');
  std::erase_if(files, [](const std::string& file) { return file.empty() || !fs::exists(file); });
  return files;
}

std::string text_of(const std::string& file) { return read_file(file).value_or(""); }

bool is_source(const std::string& file) { return file.starts_with("src/") && (file.ends_with(".cpp") || file.ends_with(".h")); }

// Module -> the modules that it may include, and the modules in the order of the file.
std::map<std::string, std::set<std::string>> read_module_map(std::vector<std::string>& order) {
  std::map<std::string, std::set<std::string>> allowed;
  const std::string text = text_of("src/CMakeLists.txt");
  re2::StringPiece rest = text;
  std::string name;
  std::string arguments;
  static const RE2 kModule(R"(weir_module\(([a-z_]+)([^)]*)\))");
  while (RE2::FindAndConsume(&rest, kModule, &name, &arguments)) {
    order.push_back(name);
    std::set<std::string>& deps = allowed[name];
    deps.insert(name);
    bool in_deps = false;
    for (const std::string& word : split(replace_all(arguments, "\n", " "), ' ')) {
      if (word == "DEPS" || word == "LIBS" || word == "PUBLIC_LIBS") {
        in_deps = word == "DEPS";
      } else if (in_deps && !word.empty()) {
        deps.insert(word);
      }
    }
  }
  return allowed;
}

TEST(TidyTest, ModulesIncludeOnlyWhatTheyName) {
  std::vector<std::string> order;
  const auto allowed = read_module_map(order);
  ASSERT_GT(allowed.size(), 10U);
  static const RE2 kInclude(R"((?m)^#include "([a-z_]+)/[^"]+")");
  for (const std::string& file : tracked_files()) {
    const std::string module = is_source(file) ? split(file, '/')[1] : std::string();
    if (module.empty() || module == "app") {
      continue;
    }
    ASSERT_TRUE(allowed.contains(module)) << file << ": the module is not in src/CMakeLists.txt";
    const std::string text = text_of(file);
    re2::StringPiece rest = text;
    std::string included;
    while (RE2::FindAndConsume(&rest, kInclude, &included)) {
      // A test may use any lower module, such as a generator of data; it is linked by itself.
      const bool test = file.ends_with("_test.cpp") || file.ends_with("_bench.cpp") || file.ends_with("_for_test.h");
      const bool lower = std::ranges::find(order, included) < std::ranges::find(order, module);
      EXPECT_TRUE(allowed.at(module).contains(included) || (test && lower)) << file << " includes " << included << ", which " << module << " does not name in DEPS";
    }
  }
}

TEST(TidyTest, ModulesNameOnlyLowerOnes) {
  std::vector<std::string> order;
  const auto allowed = read_module_map(order);
  std::set<std::string> seen;
  for (const std::string& module : order) {
    for (const std::string& dep : allowed.at(module)) {
      EXPECT_TRUE(dep == module || seen.contains(dep)) << module << " names " << dep << ", which stands below it";
    }
    seen.insert(module);
  }
}

TEST(TidyTest, OnlyDuckIncludesDuckDb) {
  for (const std::string& file : tracked_files()) {
    if (is_source(file) && !file.starts_with("src/duck/")) {
      EXPECT_FALSE(text_of(file).contains("#include <duckdb")) << file;
    }
  }
}

TEST(TidyTest, FilesFitTheirRoom) {
  constexpr std::ptrdiff_t kLinesMax = 650;
  for (const std::string& file : tracked_files()) {
    if (!is_source(file)) {
      continue;
    }
    const std::string text = text_of(file);
    const auto lines = std::ranges::count(text, '\n');
    EXPECT_TRUE(lines <= kLinesMax || text.contains("// Long because ")) << file << " has " << lines << " lines; split it, or say why: // Long because …";
  }
}

TEST(TidyTest, HeadersAreGuardedAndLight) {
  static const RE2 kHeavy(R"((?m)^#include <(nlohmann/json\.hpp|fmt/format\.h|yaml-cpp|spdlog|re2/|regex|iostream|SQLiteCpp))");
  for (const std::string& file : tracked_files()) {
    if (!is_source(file)) {
      continue;
    }
    const std::string text = text_of(file);
    if (file.ends_with(".h")) {
      EXPECT_TRUE(text.contains("#pragma once")) << file;
      std::string heavy;
      // A header for the sources of one module only may be heavy when it says so.
      const bool inner = text.contains("Private to ") || text.contains("For the sources of this module only");
      EXPECT_TRUE(inner || !RE2::PartialMatch(text, kHeavy, &heavy)) << file << " includes " << heavy << ", which belongs into a .cpp";
    }
    EXPECT_FALSE(text.contains("#include <regex>") || text.contains("#include <iostream>")) << file;
  }
}

// "docs/a.md" linking to "../x.md#part" -> "x.md".
TEST(TidyTest, LinksOfDocumentsLeadSomewhere) {
  static const RE2 kLink(R"(\]\(([^)\s]+)\))");
  static const RE2 kCode(R"((?s)```.*?```|`[^`\n]*`)");
  for (const std::string& file : tracked_files()) {
    if (!file.ends_with(".md") || file.starts_with("examples/shop/reports") || file.starts_with("tests/")) {
      continue;
    }
    std::string text = text_of(file);
    RE2::GlobalReplace(&text, kCode, "");
    re2::StringPiece rest = text;
    std::string link;
    while (RE2::FindAndConsume(&rest, kLink, &link)) {
      if (link.contains("://") || link.starts_with('#') || link.starts_with("mailto:")) {
        continue;
      }
      const fs::path target = fs::path(file).parent_path() / link.substr(0, link.find('#'));
      EXPECT_TRUE(fs::exists(target)) << file << " links to " << link;
    }
  }
}

// The lines between ``` of a Markdown text.
std::string fenced_blocks(const std::string& text) {
  std::string out;
  bool inside = false;
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).starts_with("```")) {
      inside = !inside;
    } else if (inside) {
      out += line + "\n";
    }
  }
  return out;
}

TEST(TidyTest, CommandsInDocumentsExist) {
  const std::string commands = text_of("src/cli/commands.cpp");
  const std::string tasks = text_of("run");
  static const RE2 kWeir(R"((?m)^\s*(?:\$ )?weir ([a-z]+)(?: ([a-z]+))?)");
  static const RE2 kRun(R"(\./run ([a-z]+))");
  for (const std::string& file : tracked_files()) {
    if (!file.ends_with(".md")) {
      continue;
    }
    const std::string text = fenced_blocks(text_of(file));
    re2::StringPiece rest = text;
    std::string first;
    std::string second;
    while (RE2::FindAndConsume(&rest, kWeir, &first, &second)) {
      EXPECT_TRUE(commands.contains("{\"" + first + "\"") || commands.contains("{\"" + first + " ")) << file << ": weir " << first;
    }
    rest = text;
    while (RE2::FindAndConsume(&rest, kRun, &first)) {
      EXPECT_TRUE(tasks.contains("\n" + first + "() {") || tasks.contains(" " + first + ")") || first == "test") << file << ": ./run " << first;
    }
  }
}

TEST(TidyTest, NothingLargeAndNoForeignHostInTheTree) {
  for (const std::string& file : tracked_files()) {
    EXPECT_LE(fs::file_size(file), 1'000'000U) << file;
    if (file.ends_with("package-lock.json")) {
      EXPECT_FALSE(text_of(file).contains("\"resolved\": \"http")) << file << ": npm config set omit-lockfile-registry-resolved true";
    }
  }
}

TEST(TidyTest, NothingIsLeftForLater) {
  static const RE2 kLater(R"(\b(TODO|FIXME)\b)");
  for (const std::string& file : tracked_files()) {
    if (is_source(file) || file.starts_with("web/")) {
      EXPECT_FALSE(RE2::PartialMatch(text_of(file), kLater)) << file;
    }
  }
}
}  // namespace
}  // namespace weir
