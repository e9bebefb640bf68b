#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "jinja/host_object.h"

/// Python's datetime module: date, datetime, timedelta and timezone.
namespace weir::jinja {
/// A time zone, as `tzinfo` of a datetime. Hosts derive from it for zones whose offset changes.
class Zone : public HostObject {
 public:
  std::string_view type_name() const override { return "datetime.timezone"; }
  virtual std::chrono::seconds offset_at(std::chrono::sys_seconds utc) const = 0;
  /// The offset that holds at a local time; of two that do, the earlier.
  virtual std::chrono::seconds offset_at_local(std::chrono::local_seconds local) const = 0;
  /// "KST"; "UTC+09:00" for a fixed offset.
  virtual std::string name_at(std::chrono::sys_seconds utc) const = 0;
  Result<std::string> text() override { return name_at({}); }
};

/// A zone with one offset; 0 is UTC.
Value fixed_zone(std::chrono::seconds offset);

class TimeDelta final : public HostObject {
 public:
  explicit TimeDelta(std::chrono::microseconds length) : length_(length) {}
  std::chrono::microseconds length() const { return length_; }

  std::string_view type_name() const override { return "datetime.timedelta"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  Result<std::string> text() override;
  Result<std::string> repr() override;
  bool truth() override { return length_.count() != 0; }
  bool equals(const Value& other) override;
  std::optional<int> compare(const Value& other) override;
  std::optional<std::uint64_t> hash() const override;
  Result<std::optional<Value>> operate(BinaryOperator op, const Value& other, bool reversed) override;

 private:
  std::chrono::microseconds length_;
};

/// A date, or with a time of day a datetime, which knows its zone or does not.
class DateTime final : public HostObject {
 public:
  explicit DateTime(std::chrono::local_days day) : local_(day) {}
  explicit DateTime(std::chrono::local_time<std::chrono::microseconds> local, Value zone = Value())
      : local_(local), has_time_(true), zone_(std::move(zone)) {}

  std::chrono::local_time<std::chrono::microseconds> local() const { return local_; }
  std::chrono::local_days day() const { return std::chrono::floor<std::chrono::days>(local_); }
  bool has_time() const { return has_time_; }
  /// None for a datetime that knows no zone, and for a date.
  const Value& zone() const { return zone_; }
  /// Against UTC; nothing without a zone.
  std::optional<std::chrono::seconds> offset() const;

  std::string_view type_name() const override { return has_time_ ? "datetime.datetime" : "datetime.date"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  Result<std::string> text() override { return iso_text(' '); }
  Result<std::string> repr() override;
  bool equals(const Value& other) override;
  std::optional<int> compare(const Value& other) override;
  std::optional<std::uint64_t> hash() const override;
  Result<std::optional<Value>> operate(BinaryOperator op, const Value& other, bool reversed) override;

  std::string iso_text(char separator) const;

 private:
  std::chrono::local_time<std::chrono::microseconds> local_;
  bool has_time_ = false;
  Value zone_;
};

/// Method `name` of the date, to be called; nothing when there is none.
std::optional<Value> date_method(DateTime& date, std::string_view name);

/// A datetime in UTC.
Value make_datetime(Timestamp time);
Value make_date(std::chrono::year_month_day day);

/// strftime: %Y-%m-%d and the others of Python, and %-d without leading zeros.
std::string format_date(const DateTime& date, std::string_view format);
/// datetime.strptime. Errors: kInvalid where text and format do not fit.
Result<Value> parse_date(std::string_view text, std::string_view format);
/// date.fromisoformat or datetime.fromisoformat.
Result<Value> parse_iso_date(std::string_view text, bool with_time);

/// The module `datetime`; `clock`, which must outlive it, is asked by now() and today(). Times are local in UTC.
Value datetime_module(const Clock& clock);
}  // namespace weir::jinja
