#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>
#include <vector>

#include "core/text.h"
#include "flow/cron.h"

namespace weir::flow {
namespace {
struct Field {
  std::string_view name;
  int min = 0;
  int max = 0;
  std::span<const std::string> names;  ///< names[i] stands for min + i
};

const std::vector<std::string> kMonths = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
const std::vector<std::string> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
const Field kMinute{"minute", 0, 59, {}};
const Field kHour{"hour", 0, 23, {}};
const Field kDayOfMonth{"day of month", 1, 31, {}};
const Field kMonth{"month", 1, 12, kMonths};
const Field kDayOfWeek{"day of week", 0, 7, kWeekdays};
const Field kSecond{"second", 0, 59, {}};

const std::vector<std::pair<std::string, std::string>> kWords = {
    {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};

std::unexpected<Error> wrong(const Field& field, std::string_view item, std::string_view what) {
  return fail(ErrorCode::kInvalid, fmt::format("{} \"{}\": {}", field.name, excerpt(item), what));
}

Result<int> parse_count(const Field& field, std::string_view item, std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) {
    return wrong(field, item, "expected a number");
  }
  return value;
}

Result<int> parse_value(const Field& field, std::string_view item, std::string_view text) {
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (equals_ignoring_case(field.names[i], text)) {
      return field.min + static_cast<int>(i);
    }
  }
  WEIR_TRY_ASSIGN(const int value, parse_count(field, item, text));
  if (value < field.min || value > field.max) {
    return wrong(field, item, fmt::format("must be from {} to {}", field.min, field.max));
  }
  return value;
}

/// One item of a list without L, W and #: `*`, a, a-b, each with /n. The values, in the field's own numbers.
Result<std::vector<int>> parse_values(const Field& field, std::string_view item) {
  const std::size_t slash = item.find('/');
  const std::string_view range = item.substr(0, slash);
  int step = 1;
  if (slash != std::string_view::npos) {
    WEIR_TRY_ASSIGN(step, parse_count(field, item, item.substr(slash + 1)));
    if (step < 1) {
      return wrong(field, item, "a step must be 1 or more");
    }
  }
  const bool is_week = field.max == 7;  // 7 is Sunday again: it may be written, but is not a day more
  const int size = is_week ? 7 : field.max - field.min + 1;
  int first = field.min;
  int last = field.min + size - 1;
  if (range != "*") {
    const std::size_t dash = range.find('-');
    WEIR_TRY_ASSIGN(first, parse_value(field, item, range.substr(0, dash)));
    if (dash != std::string_view::npos) {
      WEIR_TRY_ASSIGN(last, parse_value(field, item, range.substr(dash + 1)));
    } else if (slash == std::string_view::npos) {
      last = first;
    }
    if (last < first) {
      last += size;
    }
  }
  std::vector<int> values;
  for (int value = first; value <= last; value += std::min(step, last - first + 1)) {
    values.push_back((value - field.min) % size + field.min);
  }
  return values;
}

Result<std::uint64_t> parse_field(const Field& field, std::string_view text) {
  std::uint64_t bits = 0;
  for (const std::string& item : split(text, ',')) {
    WEIR_TRY_ASSIGN(const std::vector<int> values, parse_values(field, item));
    for (const int value : values) {
      bits |= std::uint64_t{1} << static_cast<unsigned>(value);
    }
  }
  return bits;
}

bool is_unrestricted(std::string_view text) { return text == "*" || text == "?"; }
}  // namespace

/// Reads the two fields of days, which know more than numbers.
class CronParser {
 public:
  static Result<Cron> parse(const std::vector<std::string>& fields) {
    Cron cron;
    WEIR_TRY_ASSIGN(cron.minutes_, parse_field(kMinute, fields[0]));
    WEIR_TRY_ASSIGN(const std::uint64_t hours, parse_field(kHour, fields[1]));
    WEIR_TRY_ASSIGN(const std::uint64_t months, parse_field(kMonth, fields[3]));
    cron.hours_ = static_cast<std::uint32_t>(hours);
    cron.months_ = static_cast<std::uint32_t>(months);
    if (fields.size() == 6) {
      WEIR_TRY_ASSIGN(cron.seconds_, parse_field(kSecond, fields[5]));
    }
    cron.days_.month_restricted = !is_unrestricted(fields[2]);
    cron.days_.week_restricted = !is_unrestricted(fields[4]);
    if (cron.days_.month_restricted) {
      for (const std::string& item : split(fields[2], ',')) {
        WEIR_TRY(parse_day_of_month(item, cron.days_));
      }
    }
    if (cron.days_.week_restricted) {
      for (const std::string& item : split(fields[4], ',')) {
        WEIR_TRY(parse_day_of_week(item, cron.days_));
      }
    }
    return cron;
  }
  static void set_text(Cron& cron, std::string text) { cron.text_ = std::move(text); }

 private:
  static Status parse_day_of_month(const std::string& item, Cron::Days& days) {
    const std::string lower = to_lower(item);
    if (lower == "l") {
      days.before_last |= 1U;
    } else if (lower == "lw" || lower == "wl") {
      days.last_weekday = true;
    } else if (lower.starts_with("l-")) {
      WEIR_TRY_ASSIGN(const int count, parse_count(kDayOfMonth, item, std::string_view(item).substr(2)));
      if (count > 30) {
        return wrong(kDayOfMonth, item, "no month has so many days before its last");
      }
      days.before_last |= 1U << static_cast<unsigned>(count);
    } else if (lower.ends_with('w')) {
      WEIR_TRY_ASSIGN(const int day, parse_value(kDayOfMonth, item, std::string_view(item).substr(0, item.size() - 1)));
      days.near_weekday |= 1U << static_cast<unsigned>(day);
    } else {
      WEIR_TRY_ASSIGN(const std::uint64_t bits, parse_field(kDayOfMonth, item));
      days.of_month |= static_cast<std::uint32_t>(bits);
    }
    return {};
  }

  static Status parse_day_of_week(const std::string& item, Cron::Days& days) {
    const std::string_view text = item;
    if (const std::size_t mark = text.find('#'); mark != std::string_view::npos) {
      WEIR_TRY_ASSIGN(const int day, parse_value(kDayOfWeek, item, text.substr(0, mark)));
      WEIR_TRY_ASSIGN(const int nth, parse_count(kDayOfWeek, item, text.substr(mark + 1)));
      if (nth < 1 || nth > 5) {
        return wrong(kDayOfWeek, item, "a month has the first to the fifth of a day: #1 to #5");
      }
      std::uint8_t& bits = days.nth[static_cast<std::size_t>(day % 7)];
      bits = static_cast<std::uint8_t>(bits | (1U << static_cast<unsigned>(nth)));
      return {};
    }
    const bool before = text.size() > 1 && (text.front() == 'L' || text.front() == 'l');
    const bool behind = text.size() > 1 && (text.back() == 'L' || text.back() == 'l');
    if (before || behind) {
      WEIR_TRY_ASSIGN(const int day, parse_value(kDayOfWeek, item, before ? text.substr(1) : text.substr(0, text.size() - 1)));
      days.last_of_week = static_cast<std::uint8_t>(days.last_of_week | (1U << static_cast<unsigned>(day % 7)));
      return {};
    }
    WEIR_TRY_ASSIGN(const std::uint64_t bits, parse_field(kDayOfWeek, item));
    days.of_week = static_cast<std::uint8_t>(days.of_week | bits);
    return {};
  }
};

Result<Cron> Cron::parse(std::string_view text) {
  std::string expression(trim(text));
  const auto refuse = [&](std::string message) {
    return fail(ErrorCode::kInvalid, fmt::format("cron expression \"{}\": {}", excerpt(expression), message));
  };
  const std::string shown = expression;
  if (expression.starts_with('@')) {
    std::vector<std::string> words;
    for (const auto& [word, meaning] : kWords) {
      words.push_back(word);
    }
    const auto found = std::ranges::find(words, to_lower(expression));
    if (found == words.end()) {
      return refuse("unknown word" + did_you_mean(expression, words));
    }
    expression = kWords[static_cast<std::size_t>(found - words.begin())].second;
  }
  std::vector<std::string> fields = split(replace_all(expression, "\t", " "), ' ');
  std::erase(fields, "");
  if (fields.size() != 5 && fields.size() != 6) {
    return refuse(fmt::format("has {} fields, not 5 (minute hour day month weekday) or 6 (with seconds at the end)", fields.size()));
  }
  auto cron = CronParser::parse(fields);
  if (!cron) {
    return refuse(cron.error().message);
  }
  CronParser::set_text(*cron, shown);
  return cron;
}
}  // namespace weir::flow
