#include "logs/access_pattern.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "logs/access_parts.h"

namespace weir::logs {
namespace {
/// Lines as long as this may have been cut off; what they do not have any more is not missed.
constexpr std::size_t kCutLineBytes = 16U << 10U;
constexpr std::int64_t kMicrosMax = std::int64_t{1'000'000'000'000'000};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "0.123" in units of `unit_micros` as microseconds; -1 for what is no number.
std::int64_t read_duration(std::string_view text, std::int64_t unit_micros) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [whole_end, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || value < 0 || value > kMicrosMax / unit_micros) {
    return -1;
  }
  value *= unit_micros;
  if (whole_end == end) {
    return value;
  }
  if (*whole_end != '.') {
    return -1;
  }
  std::int64_t scale = unit_micros;
  for (const char* at = whole_end + 1; at < end; ++at) {
    if (!is_digit(*at)) {
      return -1;
    }
    scale /= 10;
    value += scale * (*at - '0');
  }
  return value;
}

std::int32_t read_status(std::string_view text) {
  const bool is_status = text.size() == 3 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]);
  return is_status ? (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0') : 0;
}

std::int64_t read_bytes(std::string_view text) {
  std::int64_t bytes = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  return error == std::errc{} && end == text.data() + text.size() && bytes >= 0 ? bytes : -1;
}

void read_field(AccessField field, std::string_view value, MomentReader& moments, Record& record) {
  constexpr std::size_t kTimeLocalLength = 26;
  constexpr std::int64_t kMicrosPerMillisecond = 1000;
  constexpr std::int64_t kMicrosPerSecond = 1'000'000;
  switch (field) {
    case AccessField::kNone:
      return;
    case AccessField::kHost:
      record.host = unless_dash(value);
      return;
    case AccessField::kUser:
      record.user = unless_dash(value);
      return;
    case AccessField::kTimeLocal:
      if (value.size() == kTimeLocalLength) {
        record.time = moments.read_access(value);
      }
      return;
    case AccessField::kTime:
      if (const auto moment = moments.read(value)) {
        record.time = moment->micros;
      }
      return;
    case AccessField::kTimeNumber:
      record.time = MomentReader::read_number(value);
      return;
    case AccessField::kRequest:
      read_request(value, record);
      return;
    case AccessField::kMethod:
      record.method = unless_dash(value);
      return;
    case AccessField::kTarget:
      read_target(value, record);
      return;
    case AccessField::kPath:
      record.path = unless_dash(value);
      return;
    case AccessField::kQuery:
      record.query = unless_dash(value.starts_with('?') ? value.substr(1) : value);
      return;
    case AccessField::kProtocol:
      record.protocol = unless_dash(value);
      return;
    case AccessField::kStatus:
      record.status = read_status(value);
      return;
    case AccessField::kBytes:
      record.bytes = read_bytes(value);
      return;
    case AccessField::kReferer:
      record.referer = unless_dash(value);
      return;
    case AccessField::kUserAgent:
      record.user_agent = unless_dash(value);
      return;
    case AccessField::kSeconds:
      record.duration_us = read_duration(value, kMicrosPerSecond);
      return;
    case AccessField::kMilliseconds:
      record.duration_us = read_duration(value, kMicrosPerMillisecond);
      return;
    case AccessField::kMicroseconds:
      record.duration_us = read_duration(value, 1);
      return;
  }
}

/// Whether the space at `at` belongs to a list: "0.1, 0.2 : 0.3", as nginx has of several servers and proxies.
bool is_within_list(std::string_view line, std::size_t at) {
  if (at == 0 || line[at] != ' ') {
    return false;
  }
  return line[at - 1] == ',' || line.substr(at + 1, 2) == ": " || line.substr(0, at).ends_with(" :");
}
}  // namespace

/// Whether the field `index` may begin at `at`: numbers and moments do so with a digit, or are "-". Tells apart which of
/// several places ends the field before, as users, and requests of old servers, may hold anything.
bool AccessPattern::may_begin(std::string_view line, std::size_t at, std::size_t index) const {
  if (index == steps_.size()) {
    return at == line.size();
  }
  switch (steps_[index].field) {
    case AccessField::kTimeLocal:
      return at + 2 < line.size() && is_digit(line[at]) && is_digit(line[at + 1]) && line[at + 2] == '/';
    case AccessField::kStatus: {
      const std::string_view rest = line.substr(std::min(at, line.size()));
      const bool has_digits = rest.size() >= 3 && is_digit(rest[0]) && is_digit(rest[1]) && is_digit(rest[2]);
      return rest.starts_with('-') || (has_digits && (rest.size() == 3 || !is_digit(rest[3])));
    }
    case AccessField::kTimeNumber:
    case AccessField::kBytes:
    case AccessField::kSeconds:
    case AccessField::kMilliseconds:
    case AccessField::kMicroseconds:
      return at < line.size() && (is_digit(line[at]) || line[at] == '-');
    default:
      return true;
  }
}

/// Where the field `index` ends that begins at `begin`; npos when the text behind it does not come.
std::size_t AccessPattern::end_of_field(std::string_view line, std::size_t begin, std::size_t index) const {
  const Step& step = steps_[index];
  const std::string& behind = step.behind;
  if (behind.empty()) {
    return line.size();
  }
  const auto next = [&](std::size_t from) {
    return step.is_quoted ? end_of_quoted(line, from) : find_char(line, behind.front(), from);
  };
  std::size_t inner_count = step.inner_count;
  for (std::size_t end = next(begin); end != std::string_view::npos; end = next(end + 1)) {
    if (line.size() - end < behind.size() || std::memcmp(line.data() + end, behind.data(), behind.size()) != 0) {
      continue;
    }
    if (inner_count > 0) {
      --inner_count;
      continue;
    }
    const bool is_inner = step.field == AccessField::kNone && !step.is_quoted && is_within_list(line, end);
    if (!is_inner && may_begin(line, end + behind.size(), index + 1)) {
      return end;
    }
  }
  return std::string_view::npos;
}

template <typename Take>
bool AccessPattern::walk(std::string_view line, Take take) const {
  if (!line.starts_with(front_) || !may_begin(line, front_.size(), 0)) {
    return false;
  }
  std::size_t at = front_.size();
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const std::size_t end = end_of_field(line, at, i);
    if (end == std::string_view::npos) {
      return line.size() >= kCutLineBytes;
    }
    take(steps_[i].field, line.substr(at, end - at));
    at = end + steps_[i].behind.size();
  }
  return true;
}

std::optional<LineVerdict> AccessPattern::parse(std::string_view line) const {
  std::int32_t status = 0;
  const bool is_record = walk(line, [&status](AccessField field, std::string_view value) {
    if (field == AccessField::kStatus) {
      status = read_status(value);
    }
  });
  if (!is_record) {
    return std::nullopt;
  }
  const std::int32_t status_class = status / 100;
  return LineVerdict{.kind = LineKind::kRecord,
                     .status_class = static_cast<std::uint8_t>(status_class <= 5 ? status_class : 0)};
}

bool AccessPattern::read(std::string_view line, MomentReader& moments, Record& record) const {
  record.is_request = true;
  return walk(line, [&moments, &record](AccessField field, std::string_view value) {
    read_field(field, value, moments, record);
  });
}
}  // namespace weir::logs
