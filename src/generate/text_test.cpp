#include "generate/text.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::generate {
namespace {
template <typename Function, typename... Args>
std::string written(Function function, Args... args) {
  std::array<char, 256> out;
  const char* end = function(out.data(), args...);
  return {out.data(), static_cast<std::size_t>(end - out.data())};
}

TEST(PutNumber, WritesAllDigits) {
  EXPECT_EQ(written(put_number, 0U), "0");
  EXPECT_EQ(written(put_number, 9U), "9");
  EXPECT_EQ(written(put_number, 10U), "10");
  EXPECT_EQ(written(put_number, 12'345U), "12345");
  EXPECT_EQ(written(put_number, ~std::uint64_t{0}), "18446744073709551615");
}

TEST(PutPadded, FillsWithZeros) {
  EXPECT_EQ(written(put_padded, 42U, 6), "000042");
  EXPECT_EQ(written(put_padded, 1'234U, 3), "234");
}

TEST(PutMoney, WritesCents) {
  EXPECT_EQ(written(put_money, 0), "0.00");
  EXPECT_EQ(written(put_money, 5), "0.05");
  EXPECT_EQ(written(put_money, 123'456), "1234.56");
  EXPECT_EQ(written(put_money, -1'230), "-12.30");
}

TEST(PutCsv, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(written(put_csv, ""), "");
  EXPECT_EQ(written(put_csv, "plain text"), "plain text");
  EXPECT_EQ(written(put_csv, "a,b"), "\"a,b\"");
  EXPECT_EQ(written(put_csv, "say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(written(put_csv, "two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(written(put_csv, " outer "), "\" outer \"");
}

TEST(PutMoment, WritesDayAndTime) {
  EXPECT_EQ(written(put_moment, 1'709'211'959, ' '), "2024-02-29 13:05:59");
  EXPECT_EQ(written(put_moment, 1'704'067'200, 'T'), "2024-01-01T00:00:00");
}

TEST(PutMoment, AgreesWithTheCalendarOnEachDayOfItsTable) {
  using std::chrono::year;
  for (std::chrono::sys_days day = year{2018} / 1 / 1; day <= std::chrono::sys_days{year{2029} / 12 / 31};
       day += std::chrono::days{1}) {
    const std::int64_t seconds = day.time_since_epoch().count() * std::int64_t{86'400};
    ASSERT_EQ(written(put_moment, seconds, ' ').substr(0, 10), written(put_date, day));
  }
}
}  // namespace
}  // namespace weir::generate
