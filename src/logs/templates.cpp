#include "logs/templates.h"

#include <algorithm>

#include "core/hash.h"

namespace weir::logs {
namespace {
constexpr std::string_view kVariable = "<*>";
constexpr std::size_t kMessageBytesMax = 400;
constexpr std::size_t kGroupsOfLeafMax = 500;

constexpr auto kIsDigit = [] {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();
bool is_digit(char c) {
  return kIsDigit[static_cast<unsigned char>(c)];
}
bool is_mark(char c) {
  return std::string_view("()[]{}<>\"',;:=|").find(c) != std::string_view::npos;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) {
      words.emplace_back(text.substr(at, end - at));
    }
    at = end + 1;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += text.empty() ? "" : " ";
    text += word;
  }
  return text;
}
}  // namespace

std::string_view mask_variables(std::string_view message, std::string& scratch) {
  message = message.substr(0, kMessageBytesMax);
  message = message.substr(0, message.find('\n'));
  const auto first_digit = std::ranges::find_if(message, is_digit);
  if (first_digit == message.end()) {
    return message;
  }
  scratch.clear();
  std::size_t begin = 0;  // of the word: what stands between blanks and marks
  std::size_t copied = 0;
  bool has_digit = false;
  const auto end_word = [&](std::size_t end) {
    if (has_digit) {
      scratch.append(message, copied, begin - copied);
      scratch += kVariable;
      copied = end;
      has_digit = false;
    }
    begin = end + 1;
  };
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (is_digit(c)) {
      has_digit = true;
    } else if (c == ' ' || is_mark(c)) {
      end_word(i);
    }
  }
  end_word(message.size());
  scratch.append(message, copied);
  return scratch;
}

void TemplateMiner::add(std::string_view masked, Level level, std::uint64_t count) {
  std::vector<std::string> words = words_of(masked);
  const auto count_in = [&](Group& group) {
    group.count += count;
    group.levels[static_cast<std::size_t>(level)] += count;
  };
  const bool begins_with_word = !words.empty() && words.front().find(kVariable) == std::string::npos;
  auto& leaf = leaves_[std::to_string(words.size()) + ' ' + (begins_with_word ? words.front() : std::string())];
  std::size_t best_equal = 0;
  Group* best = nullptr;
  for (const std::size_t index : leaf) {
    Group& group = groups_[index];
    std::size_t equal = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      equal += words[i] == group.words[i] ? 1U : 0U;
    }
    if (equal > best_equal || best == nullptr) {
      best_equal = equal;
      best = &group;
    }
  }
  if (best != nullptr && (best_equal * 2 >= words.size() || leaf.size() >= kGroupsOfLeafMax)) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != best->words[i]) {
        best->words[i] = kVariable;
      }
    }
    count_in(*best);
    return;
  }
  leaf.push_back(groups_.size());
  groups_.push_back({.words = std::move(words)});
  count_in(groups_.back());
}

std::vector<Template> TemplateMiner::take() {
  // Groups may have become the same text.
  std::unordered_map<std::string, Template> by_text;
  for (const Group& group : groups_) {
    const std::string text = joined(group.words);
    Template& one = by_text[text];
    one.text = text;
    one.count += group.count;
    for (std::size_t i = 0; i < one.levels.size(); ++i) {
      one.levels[i] += group.levels[i];
    }
  }
  std::vector<Template> templates;
  for (auto& [text, one] : by_text) {
    templates.push_back(std::move(one));
  }
  std::ranges::sort(templates, [](const Template& a, const Template& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  return templates;
}

void MessageStats::add(const Record& record) {
  constexpr std::int64_t kHour = 3'600;
  constexpr std::int64_t kMicrosPerSecond = 1'000'000;
  ++count_;
  const auto level = static_cast<std::size_t>(record.level);
  if (record.time) {
    const std::int64_t hour = *record.time / kMicrosPerSecond / kHour * kHour;
    if (hour != last_hour_) {
      last_hour_ = hour;
      last_counts_ = &hours_[hour];
    }
    ++(*last_counts_)[level];
  } else {
    ++without_time_count_;
  }
  const std::string_view masked = mask_variables(record.message, scratch_);
  messages_.at(hash64(masked, level), [&]() -> std::string_view {
    name_ = static_cast<char>(level);
    return name_ += masked;
  }) += {.count = 1};
}

MessageStats& MessageStats::operator+=(const MessageStats& other) {
  count_ += other.count_;
  without_time_count_ += other.without_time_count_;
  for (const auto& [hour, levels] : other.hours_) {
    LevelCounts& sum = hours_[hour];
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += levels[i];
    }
  }
  messages_.add(other.messages_);
  return *this;
}

std::vector<Template> MessageStats::templates() const {
  struct Message {
    std::string_view text;
    std::uint64_t count;
  };
  std::vector<Message> messages;
  messages_.for_each([&](const auto& entry) { messages.push_back({messages_.text(entry), entry.counts.count}); });
  std::ranges::sort(messages, [](const Message& a, const Message& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  TemplateMiner miner;
  for (const Message& message : messages) {
    miner.add(message.text.substr(1), static_cast<Level>(message.text.front()), message.count);
  }
  return miner.take();
}
}  // namespace weir::logs
