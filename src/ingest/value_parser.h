#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "duck/row_source.h"
#include "duck/type.h"
#include "ingest/time_format.h"

/// Texts as values of a column's type. A text fits only when the value says all that the text says: "1.50" is a whole number in
/// no column, "1.0" is one, "0.125" has no place in a decimal(10,2).
namespace weir::ingest {
/// How texts spell numbers and times, where it differs from the usual.
struct ValueFormats {
  char decimal_point = '.';
  std::optional<TimeFormat> date;       ///< ISO 8601 without
  std::optional<TimeFormat> timestamp;  ///< ISO 8601 without
};

/// Reads texts into one column. Immutable; safe to share between threads. `formats` must outlive it.
class ValueParser {
 public:
  /// Errors: kUnsupported for types that a text cannot be read as (nested ones, binary).
  static Result<ValueParser> create(const duck::Type& type, const ValueFormats& formats);

  /// Writes the value; returns nullptr, or why the text does not fit: "is not a whole number". Spaces around it are ignored unless
  /// the type is text. The words are constants.
  const char* parse(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const;
  bool is_text() const { return type_.id == duck::TypeId::kVarchar; }
  const duck::Type& type() const { return type_; }

 private:
  ValueParser(duck::Type type, const ValueFormats& formats) : type_(std::move(type)), formats_(&formats) {}
  const char* parse_integer(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const;
  const char* parse_decimal(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const;
  const char* parse_floating(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const;
  const char* parse_time(std::string_view text, duck::VectorWriter& out, std::uint64_t row) const;
  duck::Type type_;
  const ValueFormats* formats_;
};

/// Finds the narrowest type that keeps all of a column's texts: boolean (true, false), bigint, double, date, timestamp, timestamptz,
/// else text. Cautious: digits with leading zeros, numbers that a double would round and the like stay text.
class TypeGuess {
 public:
  void add(std::string_view text, const ValueFormats& formats);
  /// For a value that is known to be text, whatever it looks like.
  void add_text() { possible_ = kText; }
  void merge(const TypeGuess& other) { possible_ &= other.possible_; }
  bool is_empty() const { return possible_ == kAll; }
  /// Text where nothing was added.
  duck::Type type() const;

 private:
  enum : unsigned { kText = 1, kBoolean = 2, kBigInt = 4, kDouble = 8, kDate = 16, kTimestamp = 32, kTimestampTz = 64, kAll = 127 };
  static unsigned possible(std::string_view text, const ValueFormats& formats);
  static unsigned possible_number(std::string_view text, char point);
  unsigned possible_ = kAll;
};
}  // namespace weir::ingest
