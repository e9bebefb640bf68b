#include "logs/sessions.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

namespace weir::logs {
namespace {
constexpr std::uint32_t kGap = 1800;
constexpr std::uint32_t kStart = 1'700'000'000;

Visit page(std::uint64_t visitor, std::uint32_t second, std::uint64_t endpoint = 7) {
  return {.visitor = visitor, .endpoint = endpoint, .second = kStart + second, .is_page = true};
}

SessionTotals totals_of(const std::vector<std::vector<Visit>>& blocks, const std::vector<std::size_t>& order) {
  Sessions sessions(kGap);
  sessions.start_file(~std::uint32_t{0});
  for (const std::size_t number : order) {
    Sessions::Visits visits;
    for (const Visit& visit : blocks[number]) {
      visits[Sessions::shard_of(visit.visitor)].push_back(visit);
    }
    sessions.add(number, visits);
  }
  return sessions.finish();
}
SessionTotals totals_of(const std::vector<Visit>& visits) {
  return totals_of({visits}, {0});
}

TEST(SessionsTest, EndAfterTheGap) {
  const auto totals = totals_of({page(1, 0, 10), page(1, kGap, 11), page(1, 2 * kGap + 1, 12), page(2, 5, 13)});
  EXPECT_EQ(totals.visitors_count, 2U);
  EXPECT_EQ(totals.sessions_count, 3U);
  EXPECT_EQ(totals.bounces_count, 2U);
  EXPECT_EQ(totals.lengths.largest(), kGap);
  EXPECT_EQ(totals.sessions_per_visitor.largest(), 2U);
  EXPECT_EQ(totals.ends.at(10).entries_count, 1U);
  EXPECT_EQ(totals.ends.at(11).exits_count, 1U);
  EXPECT_EQ(totals.ends.at(12).entries_count, 1U);
}
TEST(SessionsTest, ALateVisitJoinsWhatItStandsBetween) {
  // 0 and 2,000 are two sessions until 1,000 comes.
  const auto totals = totals_of({page(1, 0, 10), page(1, 2000, 11), page(1, 1990, 12), page(1, 1000, 13)});
  EXPECT_EQ(totals.sessions_count, 1U);
  EXPECT_EQ(totals.pages_count, 4U);
  EXPECT_EQ(totals.ends.at(10).entries_count, 1U);
  EXPECT_EQ(totals.ends.at(11).exits_count, 1U);
  EXPECT_EQ(totals.sessions_per_visitor.largest(), 1U);
}
TEST(SessionsTest, WithoutAPageThereIsNoEntry) {
  Visit call = page(1, 0);
  call.is_page = false;
  const auto totals = totals_of({call});
  EXPECT_EQ(totals.sessions_count, 1U);
  EXPECT_EQ(totals.sessions_with_page_count, 0U);
  EXPECT_TRUE(totals.ends.empty());
}
TEST(SessionsTest, FilesThatOverlapAreOneLog) {
  Sessions sessions(kGap);
  const std::vector<std::vector<Visit>> files = {{page(1, 0), page(1, 3000), page(1, 90'000)}, {page(1, 1500), page(1, 91'000)}};
  for (std::size_t file = 0; file < files.size(); ++file) {
    sessions.start_file(file == 0 ? kStart + 1500 : ~std::uint32_t{0});
    Sessions::Visits visits;
    visits[Sessions::shard_of(1)] = files[file];
    sessions.add(0, visits);
  }
  const auto totals = sessions.finish();
  EXPECT_EQ(totals.sessions_count, 2U);
  EXPECT_EQ(totals.requests_count, 5U);
}

/// The plain way: all visits of a visitor, sorted.
std::size_t sessions_by_sorting(std::vector<Visit> visits) {
  std::ranges::stable_sort(visits, {}, &Visit::second);
  std::map<std::uint64_t, std::uint32_t> last;
  std::size_t count = 0;
  for (const Visit& visit : visits) {
    const auto found = last.find(visit.visitor);
    count += found == last.end() || visit.second > found->second + kGap ? 1U : 0U;
    last[visit.visitor] = visit.second;
  }
  return count;
}

TEST(SessionsTest, AgreeWithSortingWhateverTheOrderOfBlocks) {
  constexpr unsigned kSeed = 20'261'125;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  std::vector<std::vector<Visit>> blocks(40);
  std::vector<Visit> all;
  std::uint32_t now = 1000;
  for (auto& block : blocks) {
    for (int i = 0; i < 300; ++i) {
      now += static_cast<std::uint32_t>(random() % 60);
      const std::uint64_t visitor = (std::uint64_t{random() % 150} << 55U) | 1U;
      block.push_back(page(visitor, now - static_cast<std::uint32_t>(random() % 250), random() % 20));
      all.push_back(block.back());
    }
  }
  std::vector<std::size_t> order(blocks.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto in_order = totals_of(blocks, order);
  for (std::size_t i = 0; i + 4 < order.size(); i += 5) {
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(i), order.begin() + static_cast<std::ptrdiff_t>(i + 5), random);
  }
  const auto mixed = totals_of(blocks, order);
  EXPECT_EQ(in_order.sessions_count, sessions_by_sorting(all));
  EXPECT_EQ(mixed.sessions_count, in_order.sessions_count);
  EXPECT_EQ(mixed.bounces_count, in_order.bounces_count);
  EXPECT_EQ(mixed.requests_count, all.size());
  EXPECT_DOUBLE_EQ(mixed.lengths.mean(), in_order.lengths.mean());
  for (const auto& [endpoint, ends] : in_order.ends) {
    EXPECT_EQ(mixed.ends.at(endpoint).exits_count, ends.exits_count);
    EXPECT_EQ(mixed.ends.at(endpoint).entries_count, ends.entries_count);
  }
}
}  // namespace
}  // namespace weir::logs
