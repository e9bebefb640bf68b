#include "core/process.h"

#include <gtest/gtest.h>

#include <thread>

namespace weir {
namespace {
using namespace std::chrono_literals;

TEST(ProcessTest, CapturesBothOutputsAndTheExitCode) {
  const auto result = system_launcher().run({.arguments = {"/bin/sh", "-c", "cat; echo oops >&2; exit 3"}, .input = "hello"});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->output, "hello");
  EXPECT_EQ(result->errors, "oops\n");
  EXPECT_EQ(result->exit_code, 3);
}

TEST(ProcessTest, ArgumentsAreNotSeenByAShell) {
  EXPECT_EQ(system_launcher().run({.arguments = {"echo", "$(id)", "a b"}})->output, "$(id) a b\n");
}

TEST(ProcessTest, PassesEnvironmentAndFolder) {
  const auto result = system_launcher().run({.arguments = {"sh", "-c", "echo $WEIR_X; pwd"}, .environment = {{"WEIR_X", "7"}}, .folder = "/"});
  EXPECT_EQ(result->output, "7\n/\n");
}

TEST(ProcessTest, AnUnknownProgramIsNotFound) {
  EXPECT_EQ(system_launcher().run({.arguments = {"no-such-program-here"}}).error().code, ErrorCode::kNotFound);
}

TEST(ProcessTest, ALargeInputAndOutputDoNotBlock) {
  const std::string input(1U << 20U, 'x');
  const auto result = system_launcher().run({.arguments = {"cat"}, .input = input});
  EXPECT_EQ(result->output.size(), input.size());
}

TEST(ProcessTest, OutputIsBounded) {
  const auto result = system_launcher().run({.arguments = {"sh", "-c", "yes | head -c 1000000"}, .output_bytes_max = 1000});
  EXPECT_EQ(result->output.size(), 1000U);
  EXPECT_TRUE(result->truncated);
}

TEST(ProcessTest, TimeoutEndsTheWholeGroup) {
  const auto result = system_launcher().run({.arguments = {"sh", "-c", "sleep 60 & sleep 60"}, .timeout = 50ms, .kill_delay = 100ms});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
}

TEST(ProcessTest, StopEndsAProgramThatIgnoresTerm) {
  std::stop_source stop;
  stop.request_stop();
  const auto result =
      system_launcher().run({.arguments = {"sh", "-c", "trap '' TERM; while :; do sleep 1; done"}, .kill_delay = 100ms}, stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
}

TEST(ProcessTest, ReportsTheSignal) {
  const auto result = system_launcher().run({.arguments = {"sh", "-c", "kill -9 $$"}});
  EXPECT_EQ(result->exit_code, -1);
  EXPECT_EQ(result->signal, 9);
}
}  // namespace
}  // namespace weir
