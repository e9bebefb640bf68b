// The reference page and the JSON Schema of check files say what the program reads.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "quality/check_types.h"
#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
const std::string kPage = "docs/reference/checks.md";
const std::string kSchema = "docs/reference/checks.schema.json";
const std::vector<std::string> kOptions = {"name", "description", "severity", "where", "mostly", "warn_if", "error_if", "tags", "enabled"};

/// The ```yaml blocks of the page.
std::vector<std::string> yaml_blocks(const std::string& page) {
  std::vector<std::string> blocks;
  std::size_t at = 0;
  while ((at = page.find("```yaml\n", at)) != std::string::npos) {
    at += std::string_view("```yaml\n").size();
    const std::size_t end = page.find("```", at);
    blocks.push_back(page.substr(at, end - at));
    at = end;
  }
  return blocks;
}

TEST(CheckDocuments, ShowEveryCheckAndOption) {
  const std::string page = read_file(kPage).value();
  const Json entry = parse_json(read_file(kSchema).value(), kSchema).value().at("definitions").at("entry");
  for (const CheckType& type : check_types()) {
    EXPECT_TRUE(page.contains("`" + std::string(type.name) + "`") || page.contains("### " + std::string(type.name))) << type.name;
    EXPECT_TRUE(entry.at("properties").contains(type.name)) << type.name;
  }
  EXPECT_EQ(entry.at("oneOf").size(), check_types().size());
  for (const std::string& option : kOptions) {
    EXPECT_TRUE(page.contains("| `" + option + "`") || page.contains("`" + option + "` |")) << option;
    EXPECT_TRUE(entry.at("properties").contains(option)) << option;
  }
  EXPECT_EQ(entry.at("properties").size(), check_types().size() + kOptions.size());
}

TEST(CheckDocuments, HaveExamplesThatAreRead) {
  int suites_count = 0;
  for (const std::string& block : yaml_blocks(read_file(kPage).value())) {
    if (block.starts_with("models:")) {
      continue;
    }
    TestLake lake;
    const auto nodes = lake.load(block.starts_with("suite:") ? block : "table: staging.orders\nchecks:\n" + block);
    EXPECT_TRUE(nodes) << error_text(nodes) << "\n" << block;
    ++suites_count;
  }
  EXPECT_GT(suites_count, 10);
}
}  // namespace
}  // namespace weir::quality::testing
