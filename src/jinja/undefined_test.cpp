#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
std::string with_mode(UndefinedMode mode, std::string_view text) {
  Options options;
  options.undefined = mode;
  return rendered(text, "{}", options);
}

TEST(Undefined, PrintsAsNothingAndIsFalse) {
  EXPECT_EQ(rendered("[{{ x }}]{{ 'n' if not x }}{{ x|default('d') }}"), "[]nd");
}

TEST(Undefined, StrictRefusesToPrint) {
  EXPECT_EQ(with_mode(UndefinedMode::kStrict, "{{ x }}"), "error: t.sql:1:4: 'x' is undefined");
  EXPECT_EQ(with_mode(UndefinedMode::kStrict, "{{ x is defined }}{{ x|default(1) }}"), "False1");
  EXPECT_EQ(with_mode(UndefinedMode::kStrict, "{% if x %}{% endif %}"), "error: t.sql:1:7: 'x' is undefined");
}

TEST(Undefined, ChainableHasUndefinedAttributes) {
  EXPECT_EQ(with_mode(UndefinedMode::kChainable, "[{{ x.y['z'] }}]"), "[]");
  EXPECT_EQ(with_mode(UndefinedMode::kChainable, "{{ x.y() }}"), "error: t.sql:1:7: 'x' is undefined");
}

TEST(Undefined, DebugShowsTheName) {
  EXPECT_EQ(with_mode(UndefinedMode::kDebug, "{{ x }}"), "{{ x }}");
}

TEST(Undefined, DbtsCanBeCalled) {
  EXPECT_EQ(with_mode(UndefinedMode::kDbt, "[{{ x.y(1).z }}]"), "[]");
}

TEST(Undefined, OtherOperationsNameIt) {
  EXPECT_EQ(rendered("{{ x + 1 }}"), "error: t.sql:1:6: 'x' is undefined");
}
}  // namespace
}  // namespace weir::jinja
