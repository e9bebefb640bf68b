#include "ingest/value_parser.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/text.h"

namespace weir::ingest {
namespace {
using duck::TypeId;
__extension__ using Wide = __int128;

constexpr const char* kNotWhole = "is not a whole number";
constexpr const char* kNotNumber = "is not a number";
constexpr std::size_t kNumberBytesMax = 512;
constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

// As core's trim, for the short texts of which there are millions.
std::string_view strip(std::string_view text) {
  const auto is_space = [](char character) { return character == ' ' || (character >= '\t' && character <= '\r'); };
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

// A number's parts; the texts borrow. "−12.50" gives negative, "12", "50".
struct Digits {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

std::optional<Digits> split_number(std::string_view text, char point) {
  Digits digits;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    digits.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  digits.whole = text.substr(0, end);
  if (end < text.size()) {
    if (text[end] != point) {
      return std::nullopt;
    }
    digits.fraction = text.substr(end + 1);
    for (const char character : digits.fraction) {
      if (!is_digit(character)) {
        return std::nullopt;
      }
    }
  }
  if (digits.whole.empty() && digits.fraction.empty()) {
    return std::nullopt;
  }
  return digits;
}

std::string_view without_trailing_zeros(std::string_view digits) {
  const std::size_t last = digits.find_last_not_of('0');
  return last == std::string_view::npos ? std::string_view() : digits.substr(0, last + 1);
}

std::string_view without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

std::optional<bool> parse_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 5> kTrue = {"true", "t", "yes", "y", "1"};
  constexpr std::array<std::string_view, 5> kFalse = {"false", "f", "no", "n", "0"};
  for (std::size_t i = 0; i < kTrue.size(); ++i) {
    if (equals_ignoring_case(text, kTrue[i])) {
      return true;
    }
    if (equals_ignoring_case(text, kFalse[i])) {
      return false;
    }
  }
  return std::nullopt;
}

template <typename T>
const char* store_integer(std::int64_t value, duck::VectorWriter& out, std::uint64_t row) {
  if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) {
    return "is too big for the column's type";
  }
  out.set(row, static_cast<T>(value));
  return nullptr;
}

template <typename T>
bool parse_double(std::string_view text, char point, T& value) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return false;
    }
  }
  std::array<char, kNumberBytesMax> copy;
  if (point != '.') {
    if (text.size() > copy.size() || text.find('.') != std::string_view::npos) {
      return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
      copy[i] = text[i] == point ? '.' : text[i];
    }
    text = {copy.data(), text.size()};
  }
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  // What a double cannot tell from infinity or zero is out of range.
  return code == std::errc() && end == text.data() + text.size();
}

// Whether a double keeps all the digits: to 15 it always does, to 17 when it prints as them.
bool is_exact(const Digits& digits, double value) {
  const std::string_view fraction = without_trailing_zeros(digits.fraction);
  const std::string_view whole = without_leading_zeros(digits.whole);
  const std::string_view significant_fraction = whole.empty() ? without_leading_zeros(fraction) : fraction;
  const std::size_t significant = whole.size() + significant_fraction.size();
  if (significant <= 15) {
    return true;
  }
  std::array<char, kNumberBytesMax> printed;
  const auto [end, code] = std::to_chars(printed.data(), printed.data() + printed.size(), std::abs(value), std::chars_format::fixed);
  const std::string_view text(printed.data(), static_cast<std::size_t>(end - printed.data()));
  const std::size_t point = text.find('.');
  return significant <= 17 && code == std::errc() && without_leading_zeros(text.substr(0, point)) == whole &&
         (point == std::string_view::npos ? "" : text.substr(point + 1)) == fraction;
}

const char* time_reason(TimeError error, bool is_date) {
  switch (error) {
    case TimeError::kCalendar:
      return "names a day or time that does not exist";
    case TimeError::kPrecision:
      return "is finer than microseconds";
    default:
      return is_date ? "is not a date" : "is not a timestamp";
  }
}
}  // namespace

Result<ValueParser> ValueParser::create(const duck::Type& type, const ValueFormats& formats) {
  switch (type.id) {
    case TypeId::kBoolean:
    case TypeId::kTinyInt:
    case TypeId::kSmallInt:
    case TypeId::kInteger:
    case TypeId::kBigInt:
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kDecimal:
    case TypeId::kVarchar:
    case TypeId::kDate:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return ValueParser(type, formats);
    default:
      return fail(ErrorCode::kUnsupported, "a text cannot be read as " + type.sql());
  }
}

const char* ValueParser::parse(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const {
  switch (type_.id) {
    case TypeId::kVarchar:
      out.set_text(row, text);
      return nullptr;
    case TypeId::kTinyInt:
    case TypeId::kSmallInt:
    case TypeId::kInteger:
    case TypeId::kBigInt:
      return parse_integer(text, out, row);
    case TypeId::kDecimal:
      return parse_decimal(strip(text), out, row);
    case TypeId::kFloat:
    case TypeId::kDouble:
      return parse_floating(strip(text), out, row);
    case TypeId::kBoolean: {
      const auto value = parse_boolean(strip(text));
      if (!value) {
        return "is not true or false";
      }
      out.set(row, *value);
      return nullptr;
    }
    default:
      return parse_time(strip(text), out, row);
  }
}

const char* ValueParser::parse_integer(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  auto [end, code] = std::from_chars(text.data(), last, value);
  if (code != std::errc() || end != last) {
    // Not plain digits: spaces, a plus, or a fraction of zeros.
    const auto digits = split_number(strip(text), formats_->decimal_point);
    if (!digits || !without_trailing_zeros(digits->fraction).empty()) {
      return kNotWhole;
    }
    std::array<char, 32> plain;
    const std::string_view whole = without_leading_zeros(digits->whole);
    if (whole.size() >= plain.size() - 1) {
      return "is too big for the column's type";
    }
    plain[0] = digits->negative ? '-' : '0';
    whole.copy(plain.data() + 1, whole.size());
    if (whole.empty()) {
      plain[1] = '0';
    }
    const char* const plain_end = plain.data() + 1 + std::max<std::size_t>(whole.size(), 1);
    code = std::from_chars(plain.data(), plain_end, value).ec;
    if (code != std::errc()) {
      return "is too big for the column's type";
    }
  }
  switch (type_.id) {
    case TypeId::kTinyInt:
      return store_integer<std::int8_t>(value, out, row);
    case TypeId::kSmallInt:
      return store_integer<std::int16_t>(value, out, row);
    case TypeId::kInteger:
      return store_integer<std::int32_t>(value, out, row);
    default:
      out.set(row, value);
      return nullptr;
  }
}

const char* ValueParser::parse_decimal(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const {
  const auto digits = split_number(text, formats_->decimal_point);
  if (!digits) {
    return kNotNumber;
  }
  const std::string_view whole = without_leading_zeros(digits->whole);
  std::string_view fraction = digits->fraction;
  if (fraction.size() > type_.scale) {
    fraction = without_trailing_zeros(fraction);
    if (fraction.size() > type_.scale) {
      return "has more digits behind the point than the column's type";
    }
  }
  if (whole.size() + type_.scale > type_.width) {
    return "is too big for the column's type";
  }
  const auto store = [&]<typename T>(T value) {
    for (const char digit : whole) {
      value = static_cast<T>(value * 10 + (digit - '0'));
    }
    for (const char digit : fraction) {
      value = static_cast<T>(value * 10 + (digit - '0'));
    }
    for (std::size_t i = fraction.size(); i < type_.scale; ++i) {
      value = static_cast<T>(value * 10);
    }
    out.set(row, digits->negative ? static_cast<T>(-value) : value);
  };
  if (type_.width <= 4) {
    store(std::int16_t{0});
  } else if (type_.width <= 9) {
    store(std::int32_t{0});
  } else if (type_.width <= 18) {
    store(std::int64_t{0});
  } else {
    store(Wide{0});
  }
  return nullptr;
}

const char* ValueParser::parse_floating(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const {
  if (type_.id == TypeId::kFloat) {
    float value = 0;
    if (!parse_double(text, formats_->decimal_point, value)) {
      return kNotNumber;
    }
    out.set(row, value);
    return nullptr;
  }
  double value = 0;
  if (!parse_double(text, formats_->decimal_point, value)) {
    return kNotNumber;
  }
  out.set(row, value);
  return nullptr;
}

const char* ValueParser::parse_time(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const {
  const bool is_date = type_.id == TypeId::kDate;
  const std::optional<TimeFormat>& format = is_date ? formats_->date : formats_->timestamp;
  ParsedTime time;
  const TimeError error = format ? format->parse(text, time) : parse_iso_time(text, time);
  if (error != TimeError::kNone) {
    return time_reason(error, is_date);
  }
  if (is_date) {
    if (time.has_zone || time.microseconds % kMicrosecondsPerDay != 0) {
      return "has a time of day; the column is a date";
    }
    out.set(row, static_cast<std::int32_t>(time.microseconds / kMicrosecondsPerDay));
    return nullptr;
  }
  if (type_.id == TypeId::kTimestamp && time.has_zone) {
    return "has a time zone; the column is a timestamp without one";
  }
  out.set(row, time.microseconds);
  return nullptr;
}

unsigned TypeGuess::possible(std::string_view text, const ValueFormats& formats) {
  text = strip(text);
  if (text.empty()) {
    return kText;
  }
  const bool numeric = is_digit(text.front()) || text.front() == '-' || text.front() == formats.decimal_point;
  ParsedTime time;
  if (formats.date && formats.date->parse(text, time) == TimeError::kNone && time.microseconds % kMicrosecondsPerDay == 0 && !time.has_zone) {
    return kText | kDate;
  }
  if (formats.timestamp && formats.timestamp->parse(text, time) == TimeError::kNone) {
    return kText | (time.has_zone ? kTimestampTz : kTimestamp);
  }
  if (!numeric) {
    return equals_ignoring_case(text, "true") || equals_ignoring_case(text, "false") ? kText | kBoolean : kText;
  }
  constexpr std::size_t kIsoDateBytes = 10;
  if (text.size() >= kIsoDateBytes && (text[4] == '-' || text[4] == '/') && parse_iso_time(text, time) == TimeError::kNone) {
    const unsigned as_date = formats.date ? 0U : kDate;
    const unsigned as_timestamp = formats.timestamp ? 0U : time.has_zone ? kTimestampTz : kTimestamp;
    return kText | as_timestamp | (time.has_time ? 0U : as_date);
  }
  return possible_number(text, formats.decimal_point);
}

unsigned TypeGuess::possible_number(std::string_view text, char point) {
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  const auto digits = split_number(mantissa, point);
  if (!digits || (digits->whole.size() > 1 && digits->whole.front() == '0')) {
    return kText;  // "007" is a name
  }
  if (mantissa.size() == text.size() && digits->fraction.empty() && text.back() != point) {
    std::int64_t integer = 0;
    const std::errc code = std::from_chars(text.data(), text.data() + text.size(), integer).ec;
    // A double holds whole numbers exactly up to 2^53.
    constexpr std::int64_t kExact = std::int64_t{1} << 53U;
    return code != std::errc() ? kText : kText | kBigInt | (integer >= -kExact && integer <= kExact ? kDouble : 0U);
  }
  double value = 0;
  return parse_double(text, point, value) && is_exact(*digits, value) ? kText | kDouble : kText;
}

void TypeGuess::add(std::string_view text, const ValueFormats& formats) {
  if (possible_ != kText) {
    possible_ &= possible(text, formats);
  }
}

duck::Type TypeGuess::type() const {
  if (possible_ == kAll) {
    return {.id = TypeId::kVarchar};
  }
  for (const auto& [bit, id] : {std::pair{kBoolean, TypeId::kBoolean}, std::pair{kBigInt, TypeId::kBigInt}, std::pair{kDouble, TypeId::kDouble},
                                std::pair{kDate, TypeId::kDate}, std::pair{kTimestamp, TypeId::kTimestamp},
                                std::pair{kTimestampTz, TypeId::kTimestampTz}}) {
    if ((possible_ & static_cast<unsigned>(bit)) != 0) {
      return {.id = id};
    }
  }
  return {.id = TypeId::kVarchar};
}
}  // namespace weir::ingest
