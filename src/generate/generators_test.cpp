#include "generate/generators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace weir::generate {
namespace {
TEST(Generators, AreSortedByName) {
  EXPECT_TRUE(std::is_sorted(generators().begin(), generators().end(),
                             [](const GeneratorInfo& a, const GeneratorInfo& b) { return a.name < b.name; }));
}

TEST(Generators, HaveTheirPages) {
  for (const GeneratorInfo& generator : generators()) {
    EXPECT_TRUE(std::filesystem::exists("docs/" + std::string(generator.page))) << generator.page;
  }
}
}  // namespace
}  // namespace weir::generate
