#include "core/csv.h"

#include <gtest/gtest.h>

namespace weir {
namespace {
TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_field("a b"), "a b");
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
}
}  // namespace
}  // namespace weir
