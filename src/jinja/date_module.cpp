#include <fmt/format.h>

#include <cmath>
#include <map>

#include "jinja/dates.h"
#include "jinja/number.h"

/// The methods of dates and the module `datetime`.
namespace weir::jinja {
namespace {
using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::seconds;

/// A class of the module: called it makes an object, and it has functions of its own.
class ModuleClass final : public HostObject {
 public:
  using Function = std::function<Result<Value>(Arguments&)>;
  ModuleClass(std::string name, Function make, std::map<std::string, Value, std::less<>> members)
      : name_(std::move(name)), make_(std::move(make)), members_(std::move(members)) {}

  std::string_view type_name() const override { return make_ ? "type" : "module"; }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    const auto found = members_.find(name);
    return found == members_.end() ? std::nullopt : std::optional(found->second);
  }
  bool is_callable() const override { return make_ != nullptr; }
  Result<Value> call(Arguments& arguments) override { return make_(arguments); }
  Result<std::string> text() override { return fmt::format("<{} '{}'>", make_ ? "class" : "module", name_); }

 private:
  std::string name_;
  Function make_;
  std::map<std::string, Value, std::less<>> members_;
};

Result<std::int64_t> field(const std::vector<Value>& values, std::size_t index, std::int64_t standard, std::int64_t min,
                           std::int64_t max, std::string_view name) {
  if (values[index].is_missing()) {
    return standard;
  }
  const auto value = values[index].as_integer();
  if (!value) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' object cannot be interpreted as an integer", type_name(values[index])));
  }
  if (*value < min || *value > max) {
    return fail(ErrorCode::kInvalid, fmt::format("{} must be in {}..{}", name, min, max));
  }
  return *value;
}

Result<Value> zone_value(const Value& value) {
  if (value.is_missing() || value.is_none()) {
    return Value();
  }
  if (value.as<Zone>() == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("a time zone was expected, not '{}'", type_name(value)));
  }
  return value;
}

/// A date or datetime out of year, month, day, hour, minute, second, microsecond, tzinfo; what is missing is taken
/// from `model`.
Result<Value> build(const std::vector<Value>& values, bool with_time, const DateTime* model) {
  const std::chrono::year_month_day date =
      model == nullptr ? std::chrono::year(1) / 1 / 1 : std::chrono::year_month_day(model->day());
  const std::chrono::hh_mm_ss<microseconds> time(model == nullptr ? microseconds(0)
                                                                  : microseconds(model->local() - model->day()));
  WEIR_TRY_ASSIGN(const std::int64_t year, field(values, 0, static_cast<int>(date.year()), 1, 9999, "year"));
  WEIR_TRY_ASSIGN(const std::int64_t month, field(values, 1, static_cast<unsigned>(date.month()), 1, 12, "month"));
  WEIR_TRY_ASSIGN(const std::int64_t day, field(values, 2, static_cast<unsigned>(date.day()), 1, 31, "day"));
  const std::chrono::year_month_day wanted(std::chrono::year(static_cast<int>(year)),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
  if (!wanted.ok()) {
    return fail(ErrorCode::kInvalid, "day is out of range for month");
  }
  if (!with_time) {
    return Value(make_ref<DateTime>(std::chrono::local_days(wanted)));
  }
  WEIR_TRY_ASSIGN(const std::int64_t hour, field(values, 3, time.hours().count(), 0, 23, "hour"));
  WEIR_TRY_ASSIGN(const std::int64_t minute, field(values, 4, time.minutes().count(), 0, 59, "minute"));
  WEIR_TRY_ASSIGN(const std::int64_t second, field(values, 5, time.seconds().count(), 0, 59, "second"));
  WEIR_TRY_ASSIGN(const std::int64_t fraction, field(values, 6, time.subseconds().count(), 0, 999'999, "microsecond"));
  WEIR_TRY_ASSIGN(Value zone,
                  values[7].is_missing() && model != nullptr ? Result<Value>(model->zone()) : zone_value(values[7]));
  const auto local = std::chrono::local_days(wanted) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                     seconds(second) + microseconds(fraction);
  return Value(make_ref<DateTime>(std::chrono::local_time<microseconds>(local), std::move(zone)));
}

Result<Value> in_zone(std::chrono::sys_time<microseconds> utc, const Value& zone_given) {
  WEIR_TRY_ASSIGN(Value zone, zone_value(zone_given));
  const auto* known = zone.as<Zone>();
  const seconds offset = known == nullptr ? seconds(0) : known->offset_at(std::chrono::floor<seconds>(utc));
  return Value(
      make_ref<DateTime>(std::chrono::local_time<microseconds>(utc.time_since_epoch() + offset), std::move(zone)));
}

Result<Value> make_timedelta(Arguments& arguments) {
  WEIR_TRY_ASSIGN(
      const auto values,
      arguments.bind("timedelta", {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"}, 0));
  constexpr double kUnits[] = {86'400e6, 1e6, 1, 1e3, 60e6, 3'600e6, 604'800e6};
  double length = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_missing()) {
      continue;
    }
    const auto number = values[i].is(Kind::kFloat) ? std::optional(values[i].real())
                        : values[i].is_integer()   ? integer_to_double(values[i])
                                                   : std::nullopt;
    if (!number) {
      return fail(ErrorCode::kInvalid, fmt::format("unsupported type for timedelta: {}", type_name(values[i])));
    }
    length += *number * kUnits[i];
  }
  if (!std::isfinite(length) || std::abs(length) > 9.0e18) {
    return fail(ErrorCode::kInvalid, "the timedelta is too long");
  }
  return Value(make_ref<TimeDelta>(microseconds(static_cast<std::int64_t>(std::nearbyint(length)))));
}

Result<std::string_view> text_argument(const Value& value) {
  if (!value.is_string()) {
    return fail(ErrorCode::kInvalid, fmt::format("a str was expected, not '{}'", type_name(value)));
  }
  return value.string();
}

Value datetime_class(const Clock& clock) {
  std::map<std::string, Value, std::less<>> members;
  const Clock* source = &clock;
  members["now"] = function("now", [source](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("now", {"tz"}, 0));
    return in_zone(source->now(), values[0]);
  });
  members["utcnow"] = function("utcnow", [source](Arguments&) { return in_zone(source->now(), Value()); });
  members["today"] = members["utcnow"];
  members["fromtimestamp"] = function("fromtimestamp", [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("fromtimestamp", {"timestamp", "tz"}, 1));
    const auto moment = values[0].is(Kind::kFloat) ? std::optional(values[0].real())
                        : values[0].is_integer()   ? integer_to_double(values[0])
                                                   : std::nullopt;
    if (!moment || std::abs(*moment) > 2.0e11) {
      return fail(ErrorCode::kInvalid, "the timestamp is no number or out of range");
    }
    return in_zone(
        std::chrono::sys_time<microseconds>(microseconds(static_cast<std::int64_t>(std::nearbyint(*moment * 1e6)))),
        values[1]);
  });
  members["strptime"] = function("strptime", [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("strptime", {"date_string", "format"}, 2));
    WEIR_TRY_ASSIGN(const std::string_view text, text_argument(values[0]));
    WEIR_TRY_ASSIGN(const std::string_view format, text_argument(values[1]));
    return parse_date(text, format);
  });
  members["fromisoformat"] = function("fromisoformat", [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("fromisoformat", {"date_string"}, 1));
    WEIR_TRY_ASSIGN(const std::string_view text, text_argument(values[0]));
    return parse_iso_date(text, true);
  });
  const auto make = [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(
        const auto values,
        arguments.bind("datetime", {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"}, 3));
    return build(values, true, nullptr);
  };
  return make_ref<ModuleClass>("datetime.datetime", make, std::move(members));
}

Value date_class(const Clock& clock) {
  std::map<std::string, Value, std::less<>> members;
  members["today"] = function("today", [source = &clock](Arguments&) -> Result<Value> {
    return make_date(std::chrono::floor<days>(source->now()));
  });
  members["fromisoformat"] = function("fromisoformat", [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("fromisoformat", {"date_string"}, 1));
    WEIR_TRY_ASSIGN(const std::string_view text, text_argument(values[0]));
    return parse_iso_date(text, false);
  });
  const auto make = [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("date", {"year", "month", "day"}, 3));
    return build(values, false, nullptr);
  };
  return make_ref<ModuleClass>("datetime.date", make, std::move(members));
}

Value timezone_class() {
  const auto make = [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("timezone", {"offset", "name"}, 1));
    const auto* delta = values[0].as<TimeDelta>();
    if (delta == nullptr || std::chrono::abs(delta->length()) >= days(1)) {
      return fail(ErrorCode::kInvalid, "a timedelta of less than a day was expected");
    }
    return fixed_zone(std::chrono::floor<seconds>(delta->length()));
  };
  return make_ref<ModuleClass>("datetime.timezone", make,
                               std::map<std::string, Value, std::less<>>{{"utc", fixed_zone(seconds(0))}});
}
}  // namespace

std::optional<Value> date_method(DateTime& date, std::string_view name) {
  const Ref<DateTime> self(&date);
  const auto method = [&](std::function<Result<Value>(Arguments&)> call) {
    return function(std::string(name), std::move(call));
  };
  if (name == "strftime") {
    return method([self](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("strftime", {"format"}, 1));
      WEIR_TRY_ASSIGN(const std::string_view format, text_argument(values[0]));
      return Value(format_date(*self, format));
    });
  }
  if (name == "isoformat") {
    return method([self](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("isoformat", {"sep"}, 0));
      return Value(self->iso_text(values[0].is_string() && !values[0].string().empty() ? values[0].string()[0] : 'T'));
    });
  }
  if (name == "weekday" || name == "isoweekday") {
    const unsigned weekday = std::chrono::weekday(date.day()).iso_encoding();
    const std::int64_t number = name == "weekday" ? weekday - 1 : weekday;
    return method([number](Arguments&) -> Result<Value> { return Value(number); });
  }
  if (name == "toordinal") {
    const std::int64_t ordinal = (date.day() - std::chrono::local_days(std::chrono::year(1) / 1 / 1)).count() + 1;
    return method([ordinal](Arguments&) -> Result<Value> { return Value(ordinal); });
  }
  if (name == "replace") {
    return method([self](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(
          auto values,
          self->has_time()
              ? arguments.bind("replace", {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"},
                               0)
              : arguments.bind("replace", {"year", "month", "day"}, 0));
      return build(values, self->has_time(), self.get());
    });
  }
  if (!date.has_time()) {
    return std::nullopt;
  }
  const auto utc =
      std::chrono::sys_time<microseconds>((date.local() - date.offset().value_or(seconds(0))).time_since_epoch());
  if (name == "date") {
    return method([self](Arguments&) -> Result<Value> { return Value(make_ref<DateTime>(self->day())); });
  }
  if (name == "timestamp") {
    return method([utc](Arguments&) -> Result<Value> {
      return Value(static_cast<double>(utc.time_since_epoch().count()) / 1e6);
    });
  }
  if (name == "astimezone") {
    return method([utc](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("astimezone", {"tz"}, 0));
      return in_zone(utc, values[0].is_missing() || values[0].is_none() ? fixed_zone(seconds(0)) : values[0]);
    });
  }
  if (name == "utcoffset") {
    const auto offset = date.offset();
    return method([offset](Arguments&) -> Result<Value> {
      return offset ? Value(make_ref<TimeDelta>(microseconds(*offset))) : Value();
    });
  }
  return std::nullopt;
}

Value datetime_module(const Clock& clock) {
  std::map<std::string, Value, std::less<>> members;
  members["datetime"] = datetime_class(clock);
  members["date"] = date_class(clock);
  members["timedelta"] =
      make_ref<ModuleClass>("datetime.timedelta", make_timedelta, std::map<std::string, Value, std::less<>>{});
  members["timezone"] = timezone_class();
  return make_ref<ModuleClass>("datetime", nullptr, std::move(members));
}
}  // namespace weir::jinja
