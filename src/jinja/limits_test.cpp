#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
Options small() {
  Options options;
  options.limits.steps_max = 10'000;
  options.limits.output_bytes_max = 1'000;
  return options;
}

bool refuses(std::string_view text, std::string_view why) {
  const std::string out = rendered(text, "{}", small());
  return out.starts_with("error: ") && out.find(why) != std::string::npos;
}

TEST(Limits, EndlessLoopsAreRefused) {
  EXPECT_TRUE(refuses("{% for i in range(1000000000) %}{% endfor %}", "steps"));
  EXPECT_TRUE(refuses("{% for i in range(1000000000) if i < 0 %}{% endfor %}", "steps"));
  EXPECT_TRUE(refuses("{{ range(1000000000)|sum }}", "steps"));
  EXPECT_TRUE(refuses("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "too deeply"));
}

TEST(Limits, OutputIsBounded) {
  EXPECT_TRUE(refuses("{% for i in range(500) %}abc{% endfor %}", "prints more"));
}

TEST(Limits, HugeValuesAreRefused) {
  EXPECT_TRUE(refuses("{{ 'a' * 10**12 }}", "too long"));
  EXPECT_TRUE(refuses("{{ [0] * 10**12 }}", "too long"));
  EXPECT_TRUE(refuses("{{ '%1000000000d' % 1 }}", "too"));
  EXPECT_TRUE(refuses("{{ 'a'.center(10**12) }}", "too long"));
  EXPECT_TRUE(refuses("{{ 10 ** (10**12) }}", "too large"));
  EXPECT_TRUE(refuses("{{ range(10**12)|list }}", "too long"));
}

TEST(Limits, ListsCannotHoldThemselves) {
  EXPECT_TRUE(refuses("{% set l = [] %}{% do l.append([l]) %}", "put into itself"));
  EXPECT_TRUE(refuses("{% set d = {} %}{% do d.update(x=d) %}", "put into itself"));
  EXPECT_TRUE(refuses("{% set n = namespace() %}{% set n.x = [n] %}", "put into itself"));
}

TEST(Limits, DeepValuesAreTakenApartWithoutRecursion) {
  Options options;
  EXPECT_EQ(rendered("{% set ns = namespace(x=[]) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}done",
                     "{}", options),
            "done");
}

TEST(Limits, DeepValuesAreNotPrinted) {
  EXPECT_EQ(
      rendered("{% set ns = namespace(x=[]) %}{% for i in range(2000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}"),
      "error: t.sql:1:97: the value is nested too deeply to be printed");
}
}  // namespace
}  // namespace weir::jinja
