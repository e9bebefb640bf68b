#include "delta/intervals.h"

#include <charconv>
#include <vector>

#include "core/text.h"

namespace weir::delta {
namespace {
constexpr std::int64_t kWeekMillis = 7 * 86'400'000LL;
}  // namespace

std::int64_t interval_millis(const std::optional<std::string>& text, std::int64_t otherwise) {
  if (!text) {
    return otherwise;
  }
  std::vector<std::string> words;
  for (std::string& word : split(to_lower(*text), ' ')) {
    if (!word.empty() && word != "interval") {
      words.push_back(std::move(word));
    }
  }
  std::int64_t number = 0;
  if (words.size() != 2 ||
      std::from_chars(words[0].data(), words[0].data() + words[0].size(), number).ec != std::errc()) {
    return otherwise;
  }
  struct Unit {
    std::string_view name;
    std::int64_t millis;
  };
  for (const Unit& unit : {Unit{"week", kWeekMillis}, Unit{"day", 86'400'000}, Unit{"hour", 3'600'000},
                           Unit{"minute", 60'000}, Unit{"second", 1000}, Unit{"millisecond", 1}}) {
    if (words[1].starts_with(unit.name)) {
      return number * unit.millis;
    }
  }
  return otherwise;
}

std::int64_t deleted_file_retention(const Snapshot& snapshot) {
  return interval_millis(snapshot.property("delta.deletedFileRetentionDuration"), kWeekMillis);
}
}  // namespace weir::delta
