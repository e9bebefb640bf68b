#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/counted_texts.h"
#include "logs/level.h"
#include "logs/record.h"

namespace weir::logs {
/// `message`'s first line with each word that holds a digit replaced by "<*>"; marks around it stay: "(<*>)". Uses
/// `scratch` when something was replaced.
std::string_view mask_variables(std::string_view message, std::string& scratch);

struct MessageCounts {
  std::uint64_t count = 0;
  MessageCounts& operator+=(const MessageCounts& other) {
    count += other.count;
    return *this;
  }
};

/// A kind of message: words that all have in common, "<*>" where they differ.
struct Template {
  std::string text;
  std::uint64_t count = 0;
  std::array<std::uint64_t, kLevelsCount + 1> levels{};  ///< by Level, also kNone
};

/// Groups masked messages into templates as Drain does (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with
/// Fixed Depth Tree", ICWS 2017): messages of as many words that begin with the same word are compared, and go together
/// when at least half of their words agree. The more frequent message comes first, so the result does not depend on the
/// order in the log.
class TemplateMiner {
 public:
  /// Adds `masked`, which was there `count` times at `level`. To be called with the most frequent first.
  void add(std::string_view masked, Level level, std::uint64_t count);
  /// All templates, the most frequent first.
  std::vector<Template> take();

 private:
  struct Group {
    std::vector<std::string> words;
    std::uint64_t count = 0;
    std::array<std::uint64_t, kLevelsCount + 1> levels{};
  };
  std::unordered_map<std::string, std::vector<std::size_t>> leaves_;  ///< groups by number of words and first word
  std::vector<Group> groups_;
};

/// Counts the records of logs that are not access logs. One for each thread, added up at the end. One thread at a time.
class MessageStats {
 public:
  using LevelCounts = std::array<std::uint64_t, kLevelsCount + 1>;
  explicit MessageStats(std::size_t messages_max) : messages_(messages_max) {}
  void add(const Record& record);
  MessageStats& operator+=(const MessageStats& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t without_time_count() const { return without_time_count_; }
  /// Records by the moment at which an hour begins, in seconds since 1970, and by Level.
  const std::unordered_map<std::int64_t, LevelCounts>& hours() const { return hours_; }
  /// Rare messages that there was no room for.
  std::uint64_t given_up_count() const { return messages_.others().count; }
  std::vector<Template> templates() const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t without_time_count_ = 0;
  std::unordered_map<std::int64_t, LevelCounts> hours_;
  std::int64_t last_hour_ = -1;
  LevelCounts* last_counts_ = nullptr;
  CountedTexts<MessageCounts> messages_;  ///< masked, with the level as one byte in front
  std::string scratch_;
  std::string name_;
};
}  // namespace weir::logs
