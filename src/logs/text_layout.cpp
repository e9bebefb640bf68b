#include "logs/text_layout.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace weir::logs {
namespace {
constexpr std::size_t kWordsMax = 12;  // a level further right is taken for a part of the message
constexpr std::size_t kHeadBytesMax = 1024;
constexpr std::size_t kLayoutsMax = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

constexpr auto kSeparators = [] {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '|', ';'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();
bool is_separator(char c) {
  return kSeparators[static_cast<unsigned char>(c)];
}

/// Cuts a line into words; see TextLayout.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line.substr(0, kHeadBytesMax)) {
    if (!line_.empty() && line_.front() == '[' && (line_.size() == 1 || !is_letter_run_in_brackets())) {
      at_ = 1;
    }
  }
  std::optional<std::string_view> next() {
    while (at_ < line_.size() && is_separator(line_[at_])) {
      ++at_;
    }
    if (at_ == line_.size()) {
      return std::nullopt;
    }
    const std::size_t begin = at_;
    if (line_[at_] == '[') {
      at_ = end_of_brackets();
    }
    while (at_ < line_.size() && !is_separator(line_[at_])) {
      ++at_;
    }
    return line_.substr(begin, at_ - begin);
  }
  /// The word with this number, counted from 0.
  static std::optional<std::string_view> at(std::string_view line, std::size_t number) {
    Words words(line);
    auto word = words.next();
    for (std::size_t i = 0; i < number && word; ++i) {
      word = words.next();
    }
    return word;
  }

 private:
  /// The place behind the brackets that open at at_, or at_ when they are never closed.
  std::size_t end_of_brackets() const {
    std::size_t depth = 0;
    for (std::size_t i = at_; i < line_.size(); ++i) {
      if (line_[i] == '[') {
        ++depth;
      } else if (line_[i] == ']' && --depth == 0) {
        return i + 1;
      }
    }
    return at_;
  }
  /// "[INFO] …" has a group in front, "[Sun Dec 04 …" and "[2016-12-19 …" do not.
  bool is_letter_run_in_brackets() const {
    const std::size_t close = line_.find_first_of("] ");
    return close != std::string_view::npos && line_[close] == ']' && is_letter(line_[1]);
  }
  std::string_view line_;
  std::size_t at_ = 0;
};

enum class Spelling : std::uint8_t { kNone, kPlain, kMarked };

struct WordLevel {
  Level level = Level::kNone;
  Spelling spelling = Spelling::kNone;
};

/// Drops "\x1b[32m", as consoles are sent it.
std::string_view without_colour(std::string_view word) {
  while (word.size() > 2 && word[0] == '\x1b' && word[1] == '[') {
    const std::size_t end = word.find('m');
    if (end == std::string_view::npos) {
      return word;
    }
    word.remove_prefix(end + 1);
  }
  return word;
}

/// The level with which `word` begins, and how sure one can be that it is one: in capitals, or set off by brackets
/// or a colon, it is marked; "error" alone may be prose.
WordLevel level_at_front(std::string_view word, bool is_set_off = false) {
  constexpr std::string_view kOpening = "[(<{\"*=";
  constexpr std::string_view kClosing = "])>:,}\"*.\x1b";
  word = without_colour(word);
  while (!word.empty() && kOpening.find(word.front()) != std::string_view::npos) {
    word.remove_prefix(1);
    is_set_off = true;
    while (!word.empty() && word.front() == ' ') {
      word.remove_prefix(1);  // "[ INFO]"
    }
  }
  std::size_t length = 0;
  while (length < word.size() && (is_letter(word[length]) || (length >= 5 && is_digit(word[length])))) {
    ++length;
  }
  if (length == 0) {
    return {};
  }
  const std::string_view name = word.substr(0, length);
  const std::string_view rest = word.substr(length);
  if (!rest.empty() && rest.front() != ' ' && kClosing.find(rest.front()) == std::string_view::npos) {
    return {};
  }
  const Level level = parse_level(name);
  if (level == Level::kNone) {
    return {};
  }
  is_set_off = is_set_off || (!rest.empty() && rest.front() == ':');
  const bool is_capitals =
      length > 1 && std::ranges::none_of(name, [](char c) { return is_letter(c) && !is_upper(c); });
  return {level,
          is_capitals || (is_set_off && (length > 1 || is_upper(name.front()))) ? Spelling::kMarked : Spelling::kPlain};
}

/// As level_at_front; also for "[core:error]" and for Python's "12:00:00,123:INFO:root:text".
WordLevel level_in(std::string_view word) {
  if (word.empty() || !is_digit(word.front())) {
    const WordLevel found = level_at_front(word);
    const std::size_t colon =
        found.level == Level::kNone && word.starts_with('[') ? word.find(':') : std::string_view::npos;
    return colon == std::string_view::npos ? found : level_at_front(word.substr(colon + 1), true);
  }
  const auto letter = static_cast<std::size_t>(std::ranges::find_if(word, is_letter) - word.begin());
  if (letter == word.size() || (word[letter - 1] != ':' && word[letter - 1] != ',')) {
    return {};
  }
  const WordLevel found = level_at_front(word.substr(letter));
  return found.spelling == Spelling::kMarked ? found : WordLevel{};
}

/// "2024-01-01" -> "9-9-9", "12:00:00,123" -> "9:9:9,9", "main" -> "a".
std::string shape_of(std::string_view word) {
  std::string shape;
  for (const char c : word) {
    const char kind = is_digit(c) ? '9' : is_letter(c) ? 'a' : c;
    if (shape.empty() || shape.back() != kind || (kind != '9' && kind != 'a')) {
      shape += kind;
    }
  }
  return shape;
}

bool fits_shape(std::string_view word, std::string_view shape) {
  std::size_t at = 0;
  char last = '\0';
  for (const char c : word) {
    const char kind = is_digit(c) ? '9' : is_letter(c) ? 'a' : c;
    if (kind == last && (kind == '9' || kind == 'a')) {
      continue;
    }
    if (at == shape.size() || shape[at] != kind) {
      return false;
    }
    last = kind;
    ++at;
  }
  return at == shape.size();
}

/// A date or a time of day: at least two digits apart from each other by marks.
bool is_moment_shape(std::string_view shape) {
  return shape.starts_with('9') && std::ranges::count(shape, '9') >= 3;
}

struct Place {
  std::size_t word = 0;
  std::size_t lines_count = 0;
};

/// The word at which most of the lines have a level of this spelling or a surer one.
Place best_place(std::span<const std::string_view> lines, Spelling spelling_min) {
  std::array<std::size_t, kWordsMax> counts{};
  for (const std::string_view line : lines) {
    Words words(line);
    for (std::size_t i = 0; i < kWordsMax; ++i) {
      const auto word = words.next();
      if (!word) {
        break;
      }
      counts[i] += level_in(*word).spelling >= spelling_min ? 1U : 0U;
    }
  }
  const auto best = std::ranges::max_element(counts);
  return {.word = static_cast<std::size_t>(best - counts.begin()), .lines_count = *best};
}
}  // namespace

std::vector<TextLayout> TextLayout::learn(std::span<const std::string_view> lines) {
  constexpr std::size_t kShareOfFirst = 20;  // a further layout has 1/20 of the first one's lines at least
  std::vector<TextLayout> layouts;
  std::vector<std::string_view> left(lines.begin(), lines.end());
  std::size_t first_count = 0;
  while (layouts.size() < kLayoutsMax) {
    TextLayout layout;
    Place place = best_place(left, Spelling::kMarked);
    if (place.lines_count == 0 && layouts.empty()) {
      place = best_place(left, Spelling::kPlain);
      layout.is_plain_word_ = true;
      if (place.lines_count * 2 < left.size()) {
        break;
      }
    }
    if (place.lines_count == 0 || place.lines_count * kShareOfFirst < first_count) {
      break;
    }
    layout.level_word_ = place.word;
    const Spelling spelling_min = layout.is_plain_word_ ? Spelling::kPlain : Spelling::kMarked;
    std::vector<std::string_view> records;
    std::vector<std::string_view> others;
    for (const std::string_view line : left) {
      const auto word = Words::at(line, place.word);
      (word && level_in(*word).spelling >= spelling_min ? records : others).push_back(line);
    }
    std::map<std::string, std::size_t> shapes;
    for (const std::string_view line : records) {
      ++shapes[shape_of(Words::at(line, 0).value_or(""))];
    }
    const auto most = std::ranges::max_element(shapes, {}, [](const auto& shape) { return shape.second; });
    const bool is_regular = place.word > 0 && most->second * 10 >= records.size() * 9;
    if (is_regular) {
      layout.first_word_ = most->first;
      layout.begins_with_moment_ = is_moment_shape(layout.first_word_);
    }
    if (layout.is_plain_word_ && place.word > 0 && layout.first_word_.find('9') == std::string::npos) {
      break;  // only words stand in front: that is prose
    }
    // Words such as ERROR within prose and traces stand at every place now and then.
    if (layouts.empty() ? !is_regular && records.size() * kShareOfFirst < lines.size() : !layout.begins_with_moment_) {
      break;
    }
    layout.learn_fast_path(records);
    layouts.push_back(std::move(layout));
    first_count = std::max(first_count, place.lines_count);
    left = std::move(others);
  }
  return layouts;
}

std::optional<LineVerdict> TextLayout::parse(std::string_view line) const {
  Words words(line);
  auto word = words.next();
  if (!word || (!first_word_.empty() && !fits_shape(*word, first_word_))) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < level_word_ && word; ++i) {
    word = words.next();
  }
  const WordLevel found = word ? level_in(*word) : WordLevel{};
  if (found.spelling >= (is_plain_word_ ? Spelling::kPlain : Spelling::kMarked)) {
    return LineVerdict{.kind = LineKind::kRecord, .level = found.level};
  }
  return begins_with_moment_ ? std::optional(LineVerdict{.kind = LineKind::kUnparsed}) : std::nullopt;
}

std::optional<TextLayout::LevelPlace> TextLayout::level_place(std::string_view line) const {
  const auto word = Words::at(line, level_word_);
  const WordLevel found = word ? level_in(*word) : WordLevel{};
  if (found.level == Level::kNone) {
    return std::nullopt;
  }
  // The word may hold more than the name: "[core:error]", "12:00:00,123:INFO:root:text".
  const auto offset = static_cast<std::size_t>(word->data() - line.data());
  for (std::size_t at = 0; at < word->size();) {
    if ((*word)[at] == '\x1b') {
      at = std::min(word->find('m', at), word->size() - 1) + 1;
      continue;
    }
    std::size_t end = at;
    while (end < word->size() && (is_letter((*word)[end]) || (end > at && is_digit((*word)[end])))) {
      ++end;
    }
    if (end > at && parse_level(word->substr(at, end - at)) == found.level) {
      return LevelPlace{.begin = offset + at, .end = offset + end};
    }
    at = std::max(end, at + 1);
  }
  return std::nullopt;
}
}  // namespace weir::logs
