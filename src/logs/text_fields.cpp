#include "logs/text_fields.h"

#include <algorithm>
#include <map>

namespace weir::logs {
namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t';
}
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("._$-/<>#@:").find(c) != std::string_view::npos;
}

/// Drops blanks, colours, and marks that close or separate: "] ", ": ", " - ", " | ".
std::string_view without_marks(std::string_view text) {
  while (!text.empty()) {
    if (text.front() == '\x1b') {
      const std::size_t end = text.find('m');
      if (end == std::string_view::npos) {
        return text;
      }
      text.remove_prefix(end + 1);
      continue;
    }
    const bool is_dash = (text.front() == '-' || text.front() == '|') && text.size() > 1 && is_space(text[1]);
    if (!is_space(text.front()) && !is_dash && text.front() != ':') {
      return text;
    }
    text.remove_prefix(1);
  }
  return text;
}

/// What stands in the brackets with which `text` begins; nothing (no data) without.
std::string_view bracketed(std::string_view text) {
  if (text.empty() || text.front() != '[') {
    return {};
  }
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') {
      ++depth;
    } else if (text[i] == ']' && --depth == 0) {
      return text.substr(1, i - 1);
    }
  }
  return {};
}

/// The name of a logger with which `text` begins, and how long it is with what ends it; empty when there is none.
struct Name {
  std::string_view name;
  std::size_t length = 0;
};
Name logger_at_front(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_name_character(text[end])) {
    ++end;
  }
  std::string_view name = text.substr(0, end);
  if (name.empty() || !(is_letter(name.front()) || name.front() == '_')) {
    return {};
  }
  if (name.back() == ':' && end < text.size() && is_space(text[end])) {
    name.remove_suffix(1);
    return {name, end};
  }
  // Python's "root:text", with no blank between.
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos && !name.substr(colon).starts_with("::") && name.find('.', colon) == std::string_view::npos) {
    return {name.substr(0, colon), colon + 1};
  }
  const std::string_view rest = text.substr(end);
  const bool is_followed = rest.starts_with(" - ") || rest.starts_with(" | ") || rest.starts_with(" : ") ||
                           rest.starts_with(" [") || rest.starts_with("\x1b");
  const std::size_t dot = name.find_first_of(".:");
  const bool is_dotted = dot != std::string_view::npos && dot + 1 < name.size();
  return is_followed && (is_dotted || !rest.starts_with(" [")) ? Name{name, end} : Name{};
}

/// "(kafka.log.Log)" at the end.
std::string_view logger_at_end(std::string_view line) {
  if (!line.ends_with(')')) {
    return {};
  }
  const std::size_t open = line.rfind('(');
  if (open == std::string_view::npos || open == 0 || line[open - 1] != ' ') {
    return {};
  }
  const std::string_view name = line.substr(open + 1, line.size() - open - 2);
  const bool is_name = !name.empty() && is_letter(name.front()) && name.find('.') != std::string_view::npos &&
                       std::ranges::all_of(name, is_name_character);
  return is_name ? name : std::string_view{};
}

/// The first moment in `head`, looked for where words begin.
struct FoundMoment {
  std::int64_t micros = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<FoundMoment> find_moment(std::string_view head, std::size_t usual, MomentReader& moments) {
  if (usual < head.size()) {
    if (const auto moment = moments.read(head.substr(usual))) {
      return FoundMoment{moment->micros, usual, usual + moment->length};
    }
  }
  for (std::size_t i = 0; i + 8 <= head.size(); ++i) {
    const bool begins_word = i == 0 || std::string_view(" \t[(|<\"'=,;:").find(head[i - 1]) != std::string_view::npos;
    if (begins_word && (is_digit(head[i]) || is_letter(head[i]))) {
      if (const auto moment = moments.read(head.substr(i))) {
        return FoundMoment{moment->micros, i, i + moment->length};
      }
    }
  }
  return std::nullopt;
}

/// Where the moment is looked for: in front of the level, or right behind it when nothing stands in front.
constexpr std::size_t kTimeBehindMax = 48;
std::string_view time_region(std::string_view line, TextLayout::LevelPlace place) {
  const std::string_view head = line.substr(0, place.begin);
  return std::ranges::any_of(head, is_digit) ? head : line.substr(0, std::min(line.size(), place.end + kTimeBehindMax));
}

/// Thread and logger between the moment and the level: "148", "[http exec 7]", "- root -".
void read_between(std::string_view between, Record& record) {
  while (!between.empty()) {
    between = without_marks(between);
    while (!between.empty() && (between.front() == ']' || between.front() == ',')) {
      between = without_marks(between.substr(1));
    }
    if (between.empty()) {
      return;
    }
    if (const std::string_view group = bracketed(between); group.data() != nullptr) {
      if (!group.empty() && record.thread.data() == nullptr) {
        record.thread = group;
      }
      between.remove_prefix(group.size() + 2);
      continue;
    }
    // Always goes on, also over a '|' that nothing follows.
    const std::size_t end = std::max<std::size_t>(1, std::min(between.find_first_of(" \t|"), between.size()));
    std::string_view word = between.substr(0, end);
    between.remove_prefix(end);
    while (!word.empty() && (word.back() == ':' || word.back() == ',' || word.back() == '[' || word.back() == '<')) {
      word.remove_suffix(1);
    }
    if (word.empty() || word == "[") {
      continue;
    }
    std::string_view& field = is_digit(word.front()) ? record.thread : record.logger;
    if (field.data() == nullptr && (is_digit(word.front()) || is_letter(word.front()))) {
      field = word;
    }
  }
}
}  // namespace

TextFields TextFields::learn(const TextLayout& layout, std::span<const std::string_view> lines) {
  TextFields fields;
  std::size_t records_count = 0;
  std::size_t threads_count = 0;
  std::size_t loggers_count = 0;
  std::size_t ends_count = 0;
  std::map<std::size_t, std::size_t> times;
  MomentReader moments;
  for (const std::string_view line : lines) {
    const auto verdict = layout.parse(line);
    const auto place = verdict && verdict->kind == LineKind::kRecord ? layout.level_place(line) : std::nullopt;
    if (!place) {
      continue;
    }
    ++records_count;
    if (const auto moment = find_moment(time_region(line, *place), line.size(), moments)) {
      ++times[moment->begin];
    }
    std::string_view rest = line.substr(place->end);
    rest.remove_prefix(std::min(rest.find_first_not_of("])>},\"*."), rest.size()));
    rest = without_marks(rest);
    if (const std::string_view thread = bracketed(rest); thread.data() != nullptr) {
      ++threads_count;
      rest = without_marks(rest.substr(thread.size() + 2));
    }
    loggers_count += logger_at_front(rest).length > 0 ? 1U : 0U;
    ends_count += logger_at_end(line).empty() ? 0U : 1U;
  }
  const auto is_most = [records_count](std::size_t count) { return count > 0 && count * 10 >= records_count * 8; };
  fields.has_bracketed_thread_ = is_most(threads_count);
  fields.has_logger_at_end_ = is_most(ends_count);
  fields.has_logger_ = is_most(loggers_count) && !fields.has_logger_at_end_;
  if (!times.empty()) {
    fields.time_at_ = std::ranges::max_element(times, {}, [](const auto& place) { return place.second; })->first;
  }
  return fields;
}

void TextFields::read(std::string_view line, std::string_view lines, TextLayout::LevelPlace place,
                      MomentReader& moments, Record& record) const {
  std::size_t rest_at = place.end;
  const auto moment = find_moment(time_region(line, place), time_at_, moments);
  if (moment) {
    record.time = moment->micros;
    if (moment->begin >= place.end) {
      rest_at = moment->end;
    } else {
      read_between(line.substr(moment->end, place.begin - std::min(moment->end, place.begin)), record);
    }
  }
  std::string_view rest = line.substr(rest_at);
  rest.remove_prefix(std::min(rest.find_first_not_of("])>},\"*."), rest.size()));
  rest = without_marks(rest);
  if (has_bracketed_thread_ && record.thread.data() == nullptr) {
    if (const std::string_view thread = bracketed(rest); thread.data() != nullptr) {
      record.thread = thread;
      rest = without_marks(rest.substr(thread.size() + 2));
    }
  }
  if (has_logger_ && record.logger.data() == nullptr) {
    if (const Name name = logger_at_front(rest); name.length > 0) {
      record.logger = name.name;
      rest = without_marks(rest.substr(name.length));
    }
  }
  std::size_t end = lines.size();
  if (has_logger_at_end_ && line.size() == lines.size()) {
    if (const std::string_view name = logger_at_end(line); !name.empty() && record.logger.data() == nullptr) {
      record.logger = name;
      end = static_cast<std::size_t>(name.data() - lines.data()) - 2;
    }
  }
  const auto begin = static_cast<std::size_t>(rest.data() - lines.data());
  record.message = lines.substr(begin, std::max(begin, end) - begin);
}
}  // namespace weir::logs
