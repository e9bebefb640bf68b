#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/row_source.h"
#include "ingest/value_parser.h"

namespace simdjson::dom {
class element;
}

namespace weir::ingest {
/// Writes JSON values of one place into a column. Immutable; safe to share between threads.
class JsonWriter {
 public:
  /// Errors: kUnsupported for types that JSON has nothing for (binary).
  static Result<JsonWriter> create(const duck::Type& type);
  /// Why a value does not fit, for people: "payload.size: "x" is not a whole number (bigint)"; nothing when it was written.
  std::optional<std::string> write(const simdjson::dom::element& value, duck::VectorWriter& out, std::uint64_t row) const;
  void write_null(duck::VectorWriter& out, std::uint64_t row) const;

 private:
  JsonWriter() = default;
  std::optional<std::string> write_object(const simdjson::dom::element& value, duck::VectorWriter& out, std::uint64_t row) const;
  std::optional<std::string> write_array(const simdjson::dom::element& value, duck::VectorWriter& out, std::uint64_t row) const;
  std::optional<std::string> write_map(const simdjson::dom::element& value, duck::VectorWriter& out, std::uint64_t row) const;
  std::optional<std::string> write_scalar(const simdjson::dom::element& value, duck::VectorWriter& out, std::uint64_t row) const;
  std::optional<std::string> misfit(const simdjson::dom::element& value, std::string_view why) const;
  duck::Type type_;
  std::vector<JsonWriter> children_;   ///< kStruct: of the fields; kList: one; kMap: of the values
  std::optional<ValueParser> parser_;  ///< of all other types
};

/// The value as JSON, or the text itself where it is one.
std::string json_text(const simdjson::dom::element& value);
}  // namespace weir::ingest
