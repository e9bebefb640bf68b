#include "transform/datetime.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>

#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/host_object.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::BinaryOperator;
using jinja::Value;
using std::chrono::days;
using std::chrono::microseconds;

namespace {
struct Calendar {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<microseconds> time;
};

Calendar calendar_of(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<microseconds>(time - day)};
}

std::tm tm_of(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  const auto clock = static_cast<std::time_t>(seconds);
  std::tm broken{};
  ::gmtime_r(&clock, &broken);
  return broken;
}

// strftime of the C library, and Python's %f.
std::string formatted(Timestamp time, std::string_view format) {
  const std::string micro = fmt::format("{:06}", calendar_of(time).time.subseconds().count());
  const std::string pattern =
      replace_all(format, "%f", micro) + " ";  // the blank tells an empty result from a full buffer
  const std::tm broken = tm_of(time);
  std::string out(256, '\0');
  for (;;) {
    const std::size_t size = std::strftime(out.data(), out.size(), pattern.c_str(), &broken);
    if (size > 0 || out.size() > 1U << 16U) {
      out.resize(size > 0 ? size - 1 : 0);
      return out;
    }
    out.resize(out.size() * 2);
  }
}

Value method(std::string name, std::function<Result<Value>(Arguments&)> body) {
  return jinja::function(std::move(name), std::move(body));
}

class TimeDelta final : public jinja::HostObject {
 public:
  explicit TimeDelta(microseconds length) : length_(length) {}
  microseconds length() const { return length_; }
  std::string_view type_name() const override { return "timedelta"; }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    const auto whole_days = std::chrono::floor<days>(length_);
    if (name == "days") {
      return std::optional(Value(static_cast<std::int64_t>(whole_days.count())));
    }
    if (name == "seconds") {
      return std::optional(
          Value(static_cast<std::int64_t>(std::chrono::floor<std::chrono::seconds>(length_ - whole_days).count())));
    }
    if (name == "total_seconds") {
      const double seconds = std::chrono::duration<double>(length_).count();
      return std::optional(method("total_seconds", [seconds](Arguments&) -> Result<Value> { return Value(seconds); }));
    }
    return std::nullopt;
  }
  Result<std::string> text() override {
    const auto whole_days = std::chrono::floor<days>(length_);
    const std::chrono::hh_mm_ss<std::chrono::seconds> rest(
        std::chrono::floor<std::chrono::seconds>(length_ - whole_days));
    const std::string clock =
        fmt::format("{}:{:02}:{:02}", rest.hours().count(), rest.minutes().count(), rest.seconds().count());
    return whole_days.count() == 0
               ? clock
               : fmt::format("{} day{}, {}", whole_days.count(), std::abs(whole_days.count()) == 1 ? "" : "s", clock);
  }
  bool equals(const Value& other) override {
    const auto* delta = other.as<TimeDelta>();
    return delta != nullptr && delta->length_ == length_;
  }
  std::optional<int> compare(const Value& other) override {
    const auto* delta = other.as<TimeDelta>();
    return delta == nullptr ? std::nullopt
                            : std::optional(length_ < delta->length_   ? -1
                                            : length_ > delta->length_ ? 1
                                                                       : 0);
  }
  Result<std::optional<Value>> operate(BinaryOperator op, const Value& other, bool) override {
    if (op == BinaryOperator::kMul && other.as_integer()) {
      return std::optional(Value(jinja::make_ref<TimeDelta>(length_ * *other.as_integer())));
    }
    const auto* delta = other.as<TimeDelta>();
    if (delta != nullptr && op == BinaryOperator::kAdd) {
      return std::optional(Value(jinja::make_ref<TimeDelta>(length_ + delta->length_)));
    }
    return std::nullopt;
  }

 private:
  microseconds length_;
};

/// A datetime, or a date when it has no time.
class Moment final : public jinja::HostObject {
 public:
  Moment(Timestamp time, bool is_date)
      : time_(is_date ? Timestamp(std::chrono::floor<days>(time)) : time), is_date_(is_date) {}

  std::string_view type_name() const override { return is_date_ ? "date" : "datetime"; }
  Result<std::string> text() override { return is_date_ ? formatted(time_, "%Y-%m-%d") : iso(' '); }
  bool equals(const Value& other) override {
    const auto* moment = other.as<Moment>();
    return moment != nullptr && moment->time_ == time_ && moment->is_date_ == is_date_;
  }
  std::optional<std::uint64_t> hash() const override {
    return static_cast<std::uint64_t>(time_.time_since_epoch().count());
  }
  std::optional<int> compare(const Value& other) override {
    const auto* moment = other.as<Moment>();
    if (moment == nullptr || moment->is_date_ != is_date_) {
      return std::nullopt;
    }
    return time_ < moment->time_ ? -1 : time_ > moment->time_ ? 1 : 0;
  }
  Result<std::optional<Value>> operate(BinaryOperator op, const Value& other, bool reversed) override {
    if (const auto* delta = other.as<TimeDelta>();
        delta != nullptr && (op == BinaryOperator::kAdd || (op == BinaryOperator::kSub && !reversed))) {
      return std::optional(moved(op == BinaryOperator::kAdd ? delta->length() : -delta->length()));
    }
    if (const auto* moment = other.as<Moment>(); moment != nullptr && op == BinaryOperator::kSub && !reversed) {
      return std::optional(Value(jinja::make_ref<TimeDelta>(time_ - moment->time_)));
    }
    return std::nullopt;
  }
  Result<std::optional<Value>> attribute(std::string_view name) override;

 private:
  Value moved(microseconds by) const { return jinja::make_ref<Moment>(time_ + by, is_date_); }
  std::string iso(char separator) const {
    std::string out = formatted(time_, fmt::format("%Y-%m-%d{}%H:%M:%S", separator));
    const auto micro = calendar_of(time_).time.subseconds().count();
    return micro == 0 ? out : out + fmt::format(".{:06}", micro);
  }
  std::optional<std::int64_t> part(std::string_view name) const;
  Result<Value> replaced(Arguments& arguments) const;

  Timestamp time_;
  bool is_date_;
};

std::optional<std::int64_t> Moment::part(std::string_view name) const {
  const Calendar at = calendar_of(time_);
  if (name == "year") {
    return static_cast<int>(at.date.year());
  }
  if (name == "month") {
    return static_cast<unsigned>(at.date.month());
  }
  if (name == "day") {
    return static_cast<unsigned>(at.date.day());
  }
  if (is_date_) {
    return std::nullopt;
  }
  if (name == "hour") {
    return at.time.hours().count();
  }
  if (name == "minute") {
    return at.time.minutes().count();
  }
  if (name == "second") {
    return at.time.seconds().count();
  }
  return name == "microsecond" ? std::optional<std::int64_t>(at.time.subseconds().count()) : std::nullopt;
}

Result<Timestamp> timestamp_of(std::span<const std::int64_t, 7> parts) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(parts[0])),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2])));
  const bool in_range =
      parts[3] >= 0 && parts[3] < 24 && parts[4] >= 0 && parts[4] < 60 && parts[5] >= 0 && parts[5] < 60;
  if (!date.ok() || !in_range) {
    return fail(ErrorCode::kInvalid, "day is out of range for month");
  }
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) +
         std::chrono::seconds(parts[5]) + microseconds(parts[6]);
}

constexpr std::array<std::string_view, 7> kParts = {"year", "month", "day", "hour", "minute", "second", "microsecond"};

Result<Value> Moment::replaced(Arguments& arguments) const {
  std::array<std::int64_t, 7> parts{};
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const Value* given = arguments.keyword(kParts[i]);
    parts[i] = given != nullptr ? given->as_integer().value_or(0) : part(kParts[i]).value_or(0);
  }
  WEIR_TRY_ASSIGN(const Timestamp time, timestamp_of(parts));
  return Value(jinja::make_ref<Moment>(time, is_date_));
}

Result<std::optional<Value>> Moment::attribute(std::string_view name) {
  if (const auto number = part(name)) {
    return std::optional(Value(*number));
  }
  if (name == "tzinfo") {
    return std::optional(Value());
  }
  const jinja::Ref<Moment> self(this);
  const auto make = [&](std::function<Result<Value>(Arguments&)> body) {
    return std::optional(method(std::string(name), std::move(body)));
  };
  if (name == "strftime") {
    return make([self](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("strftime", {"format"}, 1));
      WEIR_TRY_ASSIGN(const std::string format, values[0].text());
      return Value(formatted(self->time_, format));
    });
  }
  if (name == "isoformat") {
    return make([self](Arguments&) -> Result<Value> {
      return Value(self->is_date_ ? formatted(self->time_, "%Y-%m-%d") : self->iso('T'));
    });
  }
  if (name == "date" && !is_date_) {
    return make([self](Arguments&) -> Result<Value> { return date_value(self->time_); });
  }
  if (name == "timestamp" && !is_date_) {
    return make([self](Arguments&) -> Result<Value> {
      return Value(std::chrono::duration<double>(self->time_.time_since_epoch()).count());
    });
  }
  if (name == "weekday" || name == "isoweekday") {
    const std::int64_t from = name == "weekday" ? 1 : 0;
    return make([self, from](Arguments&) -> Result<Value> {
      const std::chrono::weekday day(std::chrono::floor<days>(self->time_));
      return Value(static_cast<std::int64_t>(day.iso_encoding()) - from);
    });
  }
  if (name == "replace") {
    return make([self](Arguments& arguments) { return self->replaced(arguments); });
  }
  if (name == "astimezone") {
    return make([self](Arguments&) -> Result<Value> { return Value(self); });
  }
  return std::nullopt;
}

/// datetime.datetime and datetime.date: callable, with the class's own functions.
class MomentClass final : public jinja::HostObject {
 public:
  MomentClass(const Clock& clock, bool is_date) : clock_(clock), is_date_(is_date) {}
  std::string_view type_name() const override { return "type"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override {
    WEIR_TRY_ASSIGN(const auto values,
                    arguments.bind(is_date_ ? "date" : "datetime",
                                   {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"}, 3));
    std::array<std::int64_t, 7> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      parts[i] = values[i].is_missing() ? 0 : values[i].as_integer().value_or(0);
    }
    WEIR_TRY_ASSIGN(const Timestamp time, timestamp_of(parts));
    return Value(jinja::make_ref<Moment>(time, is_date_));
  }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    const jinja::Ref<MomentClass> self(this);
    if (name == "today" || (!is_date_ && (name == "now" || name == "utcnow"))) {
      return std::optional(method(std::string(name), [self](Arguments&) -> Result<Value> {
        return Value(jinja::make_ref<Moment>(self->clock_.now(), self->is_date_));
      }));
    }
    if (name == "fromisoformat") {
      return std::optional(method("fromisoformat", [self](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("fromisoformat", {"date_string"}, 1));
        WEIR_TRY_ASSIGN(const std::string text, values[0].text());
        WEIR_TRY_ASSIGN(const Timestamp time, parse_timestamp(text));
        return Value(jinja::make_ref<Moment>(time, self->is_date_));
      }));
    }
    if (name == "strptime" && !is_date_) {
      return std::optional(method("strptime", [](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("strptime", {"date_string", "format"}, 2));
        WEIR_TRY_ASSIGN(const std::string text, values[0].text());
        WEIR_TRY_ASSIGN(const std::string format, values[1].text());
        std::tm broken{};
        broken.tm_mday = 1;
        const char* end = ::strptime(text.c_str(), format.c_str(), &broken);
        if (end == nullptr || *end != '\0') {
          return fail(ErrorCode::kInvalid, fmt::format("time data '{}' does not match format '{}'", text, format));
        }
        return datetime_value(Timestamp(std::chrono::seconds(::timegm(&broken))));
      }));
    }
    return std::nullopt;
  }

 private:
  const Clock& clock_;
  bool is_date_;
};

Result<Value> make_timedelta(Arguments& arguments) {
  constexpr std::array<double, 7> kSeconds = {86400, 1, 1e-6, 1e-3, 60, 3600, 604800};
  WEIR_TRY_ASSIGN(
      const auto values,
      arguments.bind("timedelta", {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"}, 0));
  double seconds = 0;
  for (std::size_t i = 0; i < kSeconds.size(); ++i) {
    const Value& value = values[i];
    if (value.is(jinja::Kind::kFloat)) {
      seconds += value.real() * kSeconds[i];
    } else if (!value.is_missing()) {
      seconds += static_cast<double>(value.as_integer().value_or(0)) * kSeconds[i];
    }
  }
  return Value(jinja::make_ref<TimeDelta>(microseconds(std::llround(seconds * 1e6))));
}
}  // namespace

Value datetime_value(Timestamp time) {
  return jinja::make_ref<Moment>(time, false);
}
Value date_value(Timestamp time) {
  return jinja::make_ref<Moment>(time, true);
}

Value datetime_module(const Clock& clock) {
  const auto module = jinja::make_ref<jinja::Dict>();
  module->set("datetime", jinja::make_ref<MomentClass>(clock, false));
  module->set("date", jinja::make_ref<MomentClass>(clock, true));
  module->set("timedelta", jinja::function("timedelta", make_timedelta));
  return Value::dict(module);
}
}  // namespace weir::transform
