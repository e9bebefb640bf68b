#include "jinja/dates.h"

#include <gtest/gtest.h>

#include "jinja/environment.h"

namespace weir::jinja {
namespace {
std::string with_dates(std::string_view text) {
  // 2024-02-29 06:07:08.000009 UTC
  static const ManualClock clock(Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) +
                                           std::chrono::hours(6) + std::chrono::minutes(7) + std::chrono::seconds(8) +
                                           std::chrono::microseconds(9)));
  MapContext context;
  context.set("dt", datetime_module(clock));
  context.set("started", make_datetime(clock.now()));
  const auto parsed = Environment().parse(text, "t");
  const auto output = parsed ? parsed->render(context) : Result<std::string>(std::unexpected(parsed.error()));
  return output ? *output : "error: " + output.error().text();
}

TEST(Dates, PrintAsInPython) {
  EXPECT_EQ(with_dates("{{ dt.date(2024, 1, 2) }} {{ dt.datetime(2024, 1, 2, 3, 4) }} {{ [dt.date(2024, 1, 2)] }}"),
            "2024-01-02 2024-01-02 03:04:00 [datetime.date(2024, 1, 2)]");
  EXPECT_EQ(with_dates("{{ dt.timedelta(days=-1, hours=1) }} {{ dt.timedelta(seconds=1.5) }}"),
            "-1 day, 1:00:00 0:00:01.500000");
}

TEST(Dates, Calculate) {
  EXPECT_EQ(with_dates("{{ dt.date(2024, 2, 28) + dt.timedelta(days=2) }}"), "2024-03-01");
  EXPECT_EQ(with_dates("{{ (dt.date(2024, 3, 1) - dt.date(2024, 2, 1)).days }}"), "29");
  EXPECT_EQ(with_dates("{{ dt.date(2024, 1, 1) < dt.date(2024, 1, 2) }} {{ dt.timedelta(hours=1) * 2 }}"),
            "True 2:00:00");
  EXPECT_EQ(with_dates("{{ -dt.timedelta(days=1) }} {{ dt.timedelta(days=1) / dt.timedelta(hours=6) }}"),
            "-1 day, 0:00:00 4.0");
}

TEST(Dates, Format) {
  EXPECT_EQ(with_dates("{{ started.strftime('%Y-%m-%d %H:%M:%S.%f %j %a %B %-d %z') }}"),
            "2024-02-29 06:07:08.000009 060 Thu February 29 +0000");
  EXPECT_EQ(with_dates("{{ started }} {{ started.isoformat() }}"),
            "2024-02-29 06:07:08.000009+00:00 2024-02-29T06:07:08.000009+00:00");
  EXPECT_EQ(with_dates("{{ dt.date(2024, 12, 30).strftime('%G-W%V-%u %U %W %y %b') }}"), "2025-W01-1 52 53 24 Dec");
}

TEST(Dates, Parse) {
  EXPECT_EQ(with_dates("{{ dt.datetime.strptime('03/Feb/2024 11:05 PM', '%d/%b/%Y %I:%M %p') }}"),
            "2024-02-03 23:05:00");
  EXPECT_EQ(with_dates("{{ dt.datetime.fromisoformat('2024-02-03T04:05:06.5+09:00') }}"),
            "2024-02-03 04:05:06.500000+09:00");
  EXPECT_EQ(with_dates("{{ dt.datetime.strptime('x', '%Y') }}"),
            "error: t:1:24: time data 'x' does not match format '%Y'");
}

TEST(Dates, ChangeTheirZone) {
  EXPECT_EQ(with_dates("{{ started.astimezone(dt.timezone(dt.timedelta(hours=9))) }}"),
            "2024-02-29 15:07:08.000009+09:00");
  EXPECT_EQ(with_dates("{{ dt.datetime.now().date() }} {{ dt.date.today() }} {{ dt.datetime.utcnow().tzinfo }}"),
            "2024-02-29 2024-02-29 None");
}

TEST(Dates, RefuseWhatIsNoDay) {
  EXPECT_EQ(with_dates("{{ dt.date(2023, 2, 29) }}"), "error: t:1:11: day is out of range for month");
  EXPECT_EQ(with_dates("{{ dt.date(9999, 12, 31) + dt.timedelta(days=1) }}"), "error: t:1:26: date value out of range");
}

TEST(Dates, CompareOnlyWithTheirKind) {
  EXPECT_EQ(with_dates("{{ dt.date(2024, 1, 1) == 5 }}"), "False");
  EXPECT_EQ(with_dates("{{ started < dt.datetime(2024, 1, 1) }}").substr(0, 6), "error:");
}
}  // namespace
}  // namespace weir::jinja
