#include "jinja/dates.h"

#include <fmt/format.h>

#include <cmath>

#include "jinja/number.h"
#include "jinja/operators.h"

namespace weir::jinja {
namespace {
using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::int64_t kMicrosecondsADay = 86'400'000'000;
constexpr std::int64_t kDaysMax = 999'999'999;
constexpr std::int64_t kYearMax = 9999;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Days, seconds and microseconds as Python keeps a timedelta: only the days may be negative.
struct Parts {
  std::int64_t days_count;
  std::int64_t seconds_count;
  std::int64_t microseconds_count;
};

Parts parts_of(microseconds length) {
  const std::int64_t whole_days = floor_divide(length.count(), kMicrosecondsADay);
  const std::int64_t rest = length.count() - whole_days * kMicrosecondsADay;
  return {whole_days, rest / 1'000'000, rest % 1'000'000};
}

Result<Value> make_delta(double length_microseconds) {
  if (!std::isfinite(length_microseconds) ||
      std::abs(length_microseconds) > static_cast<double>(kDaysMax) * static_cast<double>(kMicrosecondsADay) ||
      std::abs(length_microseconds) > 9.0e18) {
    return fail(ErrorCode::kInvalid, "the timedelta is too long");
  }
  return Value(make_ref<TimeDelta>(microseconds(static_cast<std::int64_t>(std::nearbyint(length_microseconds)))));
}

Value method(std::string name, std::function<Result<Value>(Arguments&)> call) {
  return function(std::move(name), std::move(call));
}

class FixedZone final : public Zone {
 public:
  explicit FixedZone(seconds offset) : offset_(offset) {}
  seconds offset_at(std::chrono::sys_seconds) const override { return offset_; }
  seconds offset_at_local(std::chrono::local_seconds) const override { return offset_; }
  std::string name_at(std::chrono::sys_seconds) const override {
    if (offset_.count() == 0) {
      return "UTC";
    }
    const std::int64_t minutes = std::abs(offset_.count()) / 60;
    return fmt::format("UTC{}{:02}:{:02}", offset_.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }
  bool equals(const Value& other) override {
    const auto* zone = other.as<FixedZone>();
    return zone != nullptr && zone->offset_ == offset_;
  }

 private:
  seconds offset_;
};

std::chrono::hh_mm_ss<microseconds> time_of(const DateTime& date) {
  return std::chrono::hh_mm_ss<microseconds>(date.local() - date.day());
}
}  // namespace

Value fixed_zone(seconds offset) {
  return make_ref<FixedZone>(offset);
}

Result<std::optional<Value>> TimeDelta::attribute(std::string_view name) {
  const Parts parts = parts_of(length_);
  if (name == "days") {
    return std::optional(Value(parts.days_count));
  }
  if (name == "seconds") {
    return std::optional(Value(parts.seconds_count));
  }
  if (name == "microseconds") {
    return std::optional(Value(parts.microseconds_count));
  }
  if (name == "total_seconds") {
    return std::optional(method("total_seconds", [length = length_](Arguments&) -> Result<Value> {
      return Value(static_cast<double>(length.count()) / 1e6);
    }));
  }
  return std::nullopt;
}

Result<std::string> TimeDelta::text() {
  const Parts parts = parts_of(length_);
  std::string out;
  if (parts.days_count != 0) {
    out = fmt::format("{} day{}, ", parts.days_count, std::abs(parts.days_count) == 1 ? "" : "s");
  }
  out += fmt::format("{}:{:02}:{:02}", parts.seconds_count / 3600, parts.seconds_count / 60 % 60, parts.seconds_count % 60);
  return parts.microseconds_count == 0 ? out : out + fmt::format(".{:06}", parts.microseconds_count);
}

Result<std::string> TimeDelta::repr() {
  const Parts parts = parts_of(length_);
  std::string out;
  const auto add = [&](std::string_view name, std::int64_t value) {
    if (value != 0) {
      out += fmt::format("{}{}={}", out.empty() ? "" : ", ", name, value);
    }
  };
  add("days", parts.days_count);
  add("seconds", parts.seconds_count);
  add("microseconds", parts.microseconds_count);
  return fmt::format("datetime.timedelta({})", out.empty() ? "0" : out);
}

bool TimeDelta::equals(const Value& other) {
  const auto* delta = other.as<TimeDelta>();
  return delta != nullptr && delta->length_ == length_;
}

std::optional<int> TimeDelta::compare(const Value& other) {
  const auto* delta = other.as<TimeDelta>();
  if (delta == nullptr) {
    return std::nullopt;
  }
  return length_ < delta->length_ ? -1 : length_ > delta->length_ ? 1 : 0;
}

std::optional<std::uint64_t> TimeDelta::hash() const {
  return static_cast<std::uint64_t>(length_.count()) * 0x9E3779B97F4A7C15ULL;
}

Result<std::optional<Value>> TimeDelta::operate(BinaryOperator op, const Value& other, bool reversed) {
  const auto* delta = other.as<TimeDelta>();
  const auto mine = static_cast<double>(length_.count());
  if (delta != nullptr && !reversed) {
    const auto theirs = static_cast<double>(delta->length_.count());
    const bool divides = op == BinaryOperator::kDiv || op == BinaryOperator::kFloorDiv || op == BinaryOperator::kMod;
    if (divides && theirs == 0) {
      return fail(ErrorCode::kInvalid, "division by zero");
    }
    if (op == BinaryOperator::kAdd || op == BinaryOperator::kSub) {
      if (std::abs(mine) + std::abs(theirs) > 9.0e18) {
        return fail(ErrorCode::kInvalid, "the timedelta is too long");
      }
      const microseconds sum = op == BinaryOperator::kAdd ? length_ + delta->length_ : length_ - delta->length_;
      return std::optional(Value(make_ref<TimeDelta>(sum)));
    }
    if (op == BinaryOperator::kDiv) {
      return std::optional(Value(mine / theirs));
    }
    if (op == BinaryOperator::kFloorDiv) {
      WEIR_TRY_ASSIGN(const Value quotient, integer_operate(op, Value(length_.count()), Value(delta->length_.count())));
      return std::optional(quotient);
    }
    return std::nullopt;
  }
  const bool is_number = other.is_integer() || other.is(Kind::kFloat);
  if (!is_number || (reversed && op != BinaryOperator::kMul)) {
    return std::nullopt;
  }
  const auto factor = other.is(Kind::kFloat) ? std::optional(other.real()) : integer_to_double(other);
  if (!factor || (op != BinaryOperator::kMul && *factor == 0)) {
    return fail(ErrorCode::kInvalid, "division by zero");
  }
  std::optional<double> length;
  if (op == BinaryOperator::kMul) {
    length = mine * *factor;
  } else if (op == BinaryOperator::kDiv) {
    length = mine / *factor;
  } else if (op == BinaryOperator::kFloorDiv) {
    length = std::floor(mine / *factor);
  }
  if (!length) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(Value result, make_delta(*length));
  return std::optional(std::move(result));
}

std::optional<seconds> DateTime::offset() const {
  const auto* zone = zone_.as<Zone>();
  return zone == nullptr ? std::nullopt : std::optional(zone->offset_at_local(std::chrono::floor<seconds>(local_)));
}

std::string DateTime::iso_text(char separator) const {
  const std::chrono::year_month_day date(day());
  std::string out = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                static_cast<unsigned>(date.day()));
  if (!has_time_) {
    return out;
  }
  const auto time = time_of(*this);
  out += fmt::format("{}{:02}:{:02}:{:02}", separator, time.hours().count(), time.minutes().count(),
                     time.seconds().count());
  if (time.subseconds().count() != 0) {
    out += fmt::format(".{:06}", time.subseconds().count());
  }
  if (const auto against_utc = offset()) {
    const std::int64_t size = std::abs(against_utc->count());
    out += fmt::format("{}{:02}:{:02}", against_utc->count() < 0 ? '-' : '+', size / 3600, size / 60 % 60);
    out += size % 60 == 0 ? "" : fmt::format(":{:02}", size % 60);
  }
  return out;
}

Result<std::string> DateTime::repr() {
  const std::chrono::year_month_day date(day());
  std::string out = fmt::format("{}({}, {}, {}", type_name(), static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (has_time_) {
    const auto time = time_of(*this);
    out += fmt::format(", {}, {}", time.hours().count(), time.minutes().count());
    if (time.seconds().count() != 0 || time.subseconds().count() != 0) {
      out += fmt::format(", {}", time.seconds().count());
    }
    if (time.subseconds().count() != 0) {
      out += fmt::format(", {}", time.subseconds().count());
    }
    if (!zone_.is_none()) {
      WEIR_TRY_ASSIGN(const std::string zone, zone_.text());
      out += fmt::format(", tzinfo={}", zone == "UTC" ? "datetime.timezone.utc" : "<" + zone + ">");
    }
  }
  return out + ")";
}

bool DateTime::equals(const Value& other) {
  return compare(other) == 0;
}

std::optional<int> DateTime::compare(const Value& other) {
  const auto* date = other.as<DateTime>();
  if (date == nullptr || date->has_time_ != has_time_ || date->zone_.is_none() != zone_.is_none()) {
    return std::nullopt;
  }
  const auto mine = local_ - offset().value_or(seconds(0));
  const auto theirs = date->local_ - date->offset().value_or(seconds(0));
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

std::optional<std::uint64_t> DateTime::hash() const {
  const auto moment = (local_ - offset().value_or(seconds(0))).time_since_epoch().count();
  return static_cast<std::uint64_t>(moment) * 0x9E3779B97F4A7C15ULL;
}

Result<std::optional<Value>> DateTime::operate(BinaryOperator op, const Value& other, bool reversed) {
  const auto* delta = other.as<TimeDelta>();
  if (delta != nullptr && (op == BinaryOperator::kAdd || (op == BinaryOperator::kSub && !reversed))) {
    const auto length = has_time_ ? delta->length() : microseconds(days(parts_of(delta->length()).days_count));
    const auto moved = op == BinaryOperator::kAdd ? local_ + length : local_ - length;
    const auto year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<days>(moved)).year());
    if (year < 1 || year > kYearMax || std::chrono::abs(delta->length()) > days(4'000'000)) {
      return fail(ErrorCode::kInvalid, "date value out of range");
    }
    return std::optional(has_time_ ? Value(make_ref<DateTime>(moved, zone_))
                                   : Value(make_ref<DateTime>(std::chrono::floor<days>(moved))));
  }
  const auto* date = other.as<DateTime>();
  if (date == nullptr || op != BinaryOperator::kSub || reversed || date->has_time_ != has_time_) {
    return std::nullopt;
  }
  if (date->zone_.is_none() != zone_.is_none()) {
    return fail(ErrorCode::kInvalid, "can't subtract offset-naive and offset-aware datetimes");
  }
  const auto mine = local_ - offset().value_or(seconds(0));
  const auto theirs = date->local_ - date->offset().value_or(seconds(0));
  return std::optional(Value(make_ref<TimeDelta>(mine - theirs)));
}

Result<std::optional<Value>> DateTime::attribute(std::string_view name) {
  const std::chrono::year_month_day date(day());
  const auto time = time_of(*this);
  const std::pair<std::string_view, std::int64_t> numbers[] = {
      {"year", static_cast<int>(date.year())},    {"month", static_cast<unsigned>(date.month())},
      {"day", static_cast<unsigned>(date.day())}, {"hour", time.hours().count()},
      {"minute", time.minutes().count()},         {"second", time.seconds().count()},
      {"microsecond", time.subseconds().count()},
  };
  for (std::size_t i = 0; i < (has_time_ ? 7U : 3U); ++i) {
    if (numbers[i].first == name) {
      return std::optional(Value(numbers[i].second));
    }
  }
  if (name == "tzinfo" && has_time_) {
    return std::optional(zone_);
  }
  return date_method(*this, name);
}

Value make_datetime(Timestamp time) {
  return make_ref<DateTime>(std::chrono::local_time<microseconds>(time.time_since_epoch()), fixed_zone(seconds(0)));
}

Value make_date(std::chrono::year_month_day day) {
  return make_ref<DateTime>(std::chrono::local_days(day));
}
}  // namespace weir::jinja
