#include "core/generator.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/pages.h"

namespace weir {
namespace {
generator<int> numbers(int end) {
  for (int i = 0; i < end; ++i) {
    co_yield i;
  }
}

template <typename Range>
auto all(Range&& range) {
  std::vector<std::ranges::range_value_t<Range>> values;
  for (auto&& value : range) {
    values.push_back(value);
  }
  return values;
}

static_assert(std::ranges::input_range<generator<int>>);
static_assert(std::ranges::view<generator<int>>);
static_assert(!std::copyable<generator<int>>);

TEST(GeneratorTest, GivesItsValuesOneByOne) {
  EXPECT_EQ(all(numbers(3)), (std::vector{0, 1, 2}));
  EXPECT_TRUE(all(numbers(0)).empty());
}

TEST(GeneratorTest, ComputesOnlyWhatIsAskedFor) {
  int made = 0;
  const auto endless = [&]() -> generator<int> {
    while (true) {
      co_yield ++made;
    }
  };
  int sum = 0;
  for (const int value : endless()) {
    sum += value;
    if (value == 4) {
      break;
    }
  }
  EXPECT_EQ(sum, 10);
  EXPECT_EQ(made, 4);
}

TEST(GeneratorTest, WorksWithViews) {
  auto even_squares = numbers(10) | std::views::filter([](int value) { return value % 2 == 0; }) |
                      std::views::transform([](int value) { return value * value; }) | std::views::take(3);
  EXPECT_EQ(all(even_squares), (std::vector{0, 4, 16}));
  auto ten = numbers(10);
  EXPECT_EQ(*std::ranges::find_if(ten, [](int value) { return value > 6; }), 7);
}

struct Tree {
  int value;
  std::vector<Tree> children;
};

generator<int> walk(const Tree& tree) {
  co_yield tree.value;
  for (const Tree& child : tree.children) {
    co_yield walk(child);
  }
}

TEST(GeneratorTest, YieldsAllOfAnotherGenerator) {
  const Tree tree{1, {{2, {{3, {}}, {4, {}}}}, {5, {}}}};
  EXPECT_EQ(all(walk(tree)), (std::vector{1, 2, 3, 4, 5}));
}

generator<int> nested(int depth) {
  if (depth > 0) {
    co_yield nested(depth - 1);
  }
  co_yield depth;
}

TEST(GeneratorTest, NestsDeep) {
  const std::vector<int> values = all(nested(2000));
  EXPECT_EQ(values.size(), 2001U);
  EXPECT_EQ(values.back(), 2000);
}

TEST(GeneratorTest, MovesAndOwnsWhatItHolds) {
  const auto held = std::make_shared<int>(3);
  {
    const auto hold = [](std::shared_ptr<int> kept) -> generator<int> {
      co_yield *kept;
      co_yield *kept + 1;
    };
    generator<int> first = hold(held);
    generator<int> second = std::move(first);
    first = numbers(1);
    EXPECT_EQ(held.use_count(), 2);
    EXPECT_EQ(*second.begin(), 3);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(GeneratorTest, ExceptionsComeOutWhereTheValueIsAskedFor) {
  const auto failing = []() -> generator<int> {
    co_yield 1;
    throw std::runtime_error("no more");
  };
  const auto outer = [&]() -> generator<int> {
    bool caught = false;
    try {
      co_yield failing();
    } catch (const std::runtime_error&) {
      caught = true;
    }
    co_yield caught ? 99 : 0;
    co_yield failing();
  };
  std::vector<int> seen;
  const auto collect = [&] {
    for (const int value : outer()) {
      seen.push_back(value);
    }
  };
  EXPECT_THROW(collect(), std::runtime_error);
  EXPECT_EQ(seen, (std::vector{1, 99, 1}));
}

TEST(GeneratorTest, YieldsWhatOnlyMovesAndWhatConverts) {
  const auto owners = []() -> generator<std::unique_ptr<int>> {
    co_yield std::make_unique<int>(1);
    auto second = std::make_unique<int>(2);
    co_yield second;
  };
  std::vector<std::unique_ptr<int>> taken;
  for (std::unique_ptr<int>& owner : owners()) {
    taken.push_back(std::move(owner));
  }
  EXPECT_EQ(*taken[0] + *taken[1], 3);
  const auto texts = []() -> generator<std::string> {
    co_yield "a literal";
    const std::string constant = "a constant";
    co_yield constant;
  };
  EXPECT_EQ(all(texts()), (std::vector<std::string>{"a literal", "a constant"}));
}

struct Page {
  int number = 0;
  std::optional<std::string> next;
};

TEST(PagesTest, FetchesPageAfterPageWhenAsked) {
  int fetched = 0;
  const auto fetch = [&](const std::optional<std::string>& token) -> Result<Page> {
    ++fetched;
    const int number = token ? std::stoi(*token) : 1;
    return Page{number, number < 3 ? std::optional(std::to_string(number + 1)) : std::nullopt};
  };
  std::vector<int> seen;
  for (const Result<Page>& page : pages(fetch)) {
    seen.push_back(page->number);
    EXPECT_EQ(fetched, page->number);
  }
  EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(PagesTest, EndsWithTheError) {
  const auto fetch = [](const std::optional<std::string>& token) -> Result<Page> {
    if (token) {
      return fail(ErrorCode::kIo, "cut");
    }
    return Page{1, "2"};
  };
  const std::vector<Result<Page>> seen = all(pages(fetch));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].error().message, "cut");
}

TEST(PagesTest, APageThatNamesItselfIsAnError) {
  const std::vector<Result<Page>> seen = all(pages([](const std::optional<std::string>&) -> Result<Page> { return Page{1, "1"}; }));
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[2].error().code, ErrorCode::kCorrupt);
}
}  // namespace
}  // namespace weir
