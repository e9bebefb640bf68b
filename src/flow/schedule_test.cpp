#include "flow/schedule.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "flow/shared_cases_test.h"

namespace weir::flow {
namespace {
Instant instant(const std::string& text) { return std::chrono::floor<std::chrono::seconds>(parse_timestamp(text).value()); }

std::string text_of(Instant time) { return format_timestamp(time); }

class CronCases : public SharedCases {
 protected:
  CronCases() : SharedCases("cron/cases.json") {}
};

TEST_F(CronCases, NextAndPreviousTimes) {
  for (const Json& row : cases().at("cases")) {
    const std::string what = row.at("id").get<std::string>() + " " + row.at("expr").get<std::string>() + " " + row.at("tz").get<std::string>();
    const auto cron = Cron::parse(row.at("expr").get<std::string>());
    ASSERT_TRUE(cron) << what << ": " << cron.error().text();
    const TimeZone zone = TimeZone::find(row.at("tz").get<std::string>()).value();
    auto at = std::optional(instant(row.at("start").get<std::string>()));
    for (const Json& expected : row.at("next")) {
      at = cron->next(*at, zone);
      ASSERT_TRUE(at) << what;
      EXPECT_EQ(text_of(*at), expected.get<std::string>()) << what << " next";
    }
    if (row.at("next").empty()) {
      EXPECT_FALSE(cron->next(*at, zone)) << what;
    }
    at = instant(row.at(row.contains("prev_start") ? "prev_start" : "start").get<std::string>());
    for (const Json& expected : row.value("prev", Json::array())) {
      at = cron->previous(*at, zone);
      ASSERT_TRUE(at) << what;
      EXPECT_EQ(text_of(*at), expected.get<std::string>()) << what << " prev";
    }
  }
}

TEST_F(CronCases, RefusesWhatIsInvalid) {
  for (const Json& row : cases().at("invalid")) {
    EXPECT_FALSE(Cron::parse(row.at("expr").get<std::string>())) << row.dump();
  }
}

TEST_F(CronCases, NextRuns) {
  for (const Json& row : cases().at("timetable")) {
    const auto moment = [&](const char* key) { return row.at(key).is_null() ? std::nullopt : std::optional(instant(row.at(key).get<std::string>())); };
    const bool is_tick = row.at("kind") == "trigger";
    const auto schedule = Schedule::make({.crons = {Cron::parse(row.at("expr").get<std::string>()).value()},
                                          .zone = TimeZone::find(row.at("tz").get<std::string>()).value(),
                                          .run_at = is_tick ? RunAt::kTick : RunAt::kIntervalEnd,
                                          .catchup = row.at("catchup").get<bool>() ? Catchup::kAll : Catchup::kLatest,
                                          .begin = moment("start_date"),
                                          .end = moment("end_date")});
    ASSERT_TRUE(schedule) << row.dump();
    std::optional<RunDates> last;
    if (const Json& interval = row.at("last_data_interval"); !interval.is_null()) {
      const Instant end = instant(interval[1].get<std::string>());
      last = RunDates{.start = instant(interval[0].get<std::string>()), .end = end, .run_after = end};
    }
    const auto run = schedule->next_run(last, *moment("now"));
    const Json& expected = row.at("expect");
    ASSERT_EQ(run.has_value(), !expected.is_null()) << row.dump();
    if (run) {
      EXPECT_EQ(text_of(run->start), expected.at("data_interval_start").get<std::string>()) << row.dump();
      EXPECT_EQ(text_of(run->end), expected.at("data_interval_end").get<std::string>()) << row.dump();
      EXPECT_EQ(text_of(run->run_after), expected.at("run_after").get<std::string>()) << row.dump();
    }
  }
}

TEST(Cron, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(Cron::parse("61 * * * *").error().message, "cron expression \"61 * * * *\": minute \"61\": must be from 0 to 59");
  EXPECT_EQ(Cron::parse("@dayly").error().message, "cron expression \"@dayly\": unknown word; did you mean \"@daily\"?");
}

TEST(Cron, DaysBeforeTheLastAndTheLastWeekday) {
  const TimeZone utc;
  EXPECT_EQ(Cron::parse("0 0 L-3 * *")->next(instant("2024-02-01"), utc), instant("2024-02-26"));
  EXPECT_EQ(Cron::parse("0 0 LW * *")->next(instant("2024-03-01"), utc), instant("2024-03-29"));
  EXPECT_EQ(Cron::parse("0 0 * * 5L")->next(instant("2024-03-01"), utc), instant("2024-03-29"));
}

TEST(TimeZone, SuggestsTheNearestName) {
  EXPECT_EQ(TimeZone::find("Asia/Seul").error().message, "there is no time zone \"Asia/Seul\"; did you mean \"Asia/Seoul\"?");
}

TEST(Schedule, SeveralCronsTickTogether) {
  const auto schedule = Schedule::make({.crons = {Cron::parse("0 9 * * *").value(), Cron::parse("0 17 * * *").value()}}).value();
  EXPECT_EQ(schedule.next_tick(instant("2024-01-01T09:00:00Z")), instant("2024-01-01T17:00:00Z"));
  EXPECT_EQ(schedule.previous_tick(instant("2024-01-01T09:00:00Z")), instant("2023-12-31T17:00:00Z"));
}

TEST(Schedule, IntervalsKeepTheirGrid) {
  const auto schedule = Schedule::make({.interval = std::chrono::hours(6), .begin = instant("2024-01-01T01:00:00Z")}).value();
  EXPECT_EQ(schedule.next_tick(instant("2024-01-01T07:00:00Z")), instant("2024-01-01T13:00:00Z"));
  EXPECT_EQ(schedule.next_tick(instant("2023-12-31T20:00:00Z")), instant("2024-01-01T01:00:00Z"));
  EXPECT_EQ(schedule.previous_tick(instant("2024-01-01T07:00:00Z")), instant("2024-01-01T01:00:00Z"));
}

TEST(Schedule, WithoutCatchupNothingOfThePastRuns) {
  const auto schedule = Schedule::make({.crons = {Cron::parse("@daily").value()}, .catchup = Catchup::kNone, .begin = instant("2024-01-01")}).value();
  EXPECT_EQ(schedule.next_run(std::nullopt, instant("2024-03-05T10:00:00Z"))->run_after, instant("2024-03-06"));
}

TEST(Schedule, OnceRunsOnce) {
  const auto schedule = Schedule::make({.once = true, .begin = instant("2024-01-01")}).value();
  const auto run = schedule.next_run(std::nullopt, instant("2024-03-05"));
  EXPECT_EQ(run->start, instant("2024-01-01"));
  EXPECT_FALSE(schedule.next_run(run, instant("2024-03-06")));
}

TEST(Schedule, RunsToComeBeginAndEndWithTheSchedule) {
  const auto schedule = Schedule::make({.crons = {Cron::parse("@daily").value()}, .run_at = RunAt::kIntervalEnd, .begin = instant("2024-01-05"), .end = instant("2024-01-06")}).value();
  const auto runs = schedule.runs_after(instant("2024-01-01"), 10);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0], (RunDates{.start = instant("2024-01-05"), .end = instant("2024-01-06"), .run_after = instant("2024-01-06")}));
}

TEST(Schedule, ARunOfNowIsOfTheLastWholeInterval) {
  const auto schedule = Schedule::make({.crons = {Cron::parse("@daily").value()}, .run_at = RunAt::kIntervalEnd}).value();
  EXPECT_EQ(schedule.run_of_now(instant("2024-01-05T12:00:00Z"))->start, instant("2024-01-04"));
}

TEST(Schedule, RefusesTwoKindsAtOnce) {
  EXPECT_FALSE(Schedule::make({.interval = std::chrono::hours(6), .once = true}));
  EXPECT_FALSE(Schedule::make({}));
}
}  // namespace
}  // namespace weir::flow
