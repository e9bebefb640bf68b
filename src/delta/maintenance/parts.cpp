#include "delta/maintenance/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/text.h"
#include "duck/database.h"
#include "duck/scalar_function.h"

namespace weir::delta {
namespace {
constexpr std::string_view kOfNumber = "weir_part_of_number";
constexpr std::string_view kOfText = "weir_part_of_text";

bool is_text(const duck::Type& type) { return type.id == duck::TypeId::kVarchar; }

// The column's values as the functions below take them.
std::string key_of(std::string_view column, const duck::Type& type) {
  const std::string name = sql_name(column);
  switch (type.id) {
    case duck::TypeId::kVarchar:
      return name;
    case duck::TypeId::kBoolean:
      return fmt::format("CAST({} AS INTEGER)::DOUBLE", name);
    case duck::TypeId::kDate:
    case duck::TypeId::kTimestamp:
    case duck::TypeId::kTimestampTz:
      return fmt::format("epoch_us({})::DOUBLE", name);
    default:
      return fmt::format("CAST({} AS DOUBLE)", name);
  }
}

// The cuts travel as bytes: doubles as they are, texts behind their lengths.
std::vector<double> read_numbers(std::string_view bytes) {
  std::vector<double> cuts(bytes.size() / sizeof(double));
  std::memcpy(cuts.data(), bytes.data(), cuts.size() * sizeof(double));
  return cuts;
}
std::vector<std::string_view> read_texts(std::string_view bytes) {
  std::vector<std::string_view> cuts;
  while (bytes.size() >= sizeof(std::uint32_t)) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    cuts.push_back(bytes.substr(sizeof size, size));
    bytes.remove_prefix(std::min(sizeof size + size, bytes.size()));
  }
  return cuts;
}

template <typename Cuts, typename Value>
std::int32_t part_of(const Cuts& cuts, const Value& value) {
  return static_cast<std::int32_t>(std::ranges::upper_bound(cuts, value) - cuts.begin());
}

Status number_parts(duck::ScalarCall& call) {
  auto* const out = static_cast<std::int32_t*>(call.result_data());
  if (call.rows_count() == 0) {
    return {};
  }
  const duck::VectorView& values = call.arguments()[0];
  const auto numbers = values.values<double>();
  const std::vector<double> cuts = read_numbers(call.arguments()[1].bytes(0));  // a constant
  const auto last = static_cast<std::int32_t>(cuts.size());
  for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
    out[row] = values.is_null(row) || std::isnan(numbers[row]) ? last : part_of(cuts, numbers[row]);
  }
  return {};
}

Status text_parts(duck::ScalarCall& call) {
  auto* const out = static_cast<std::int32_t*>(call.result_data());
  if (call.rows_count() == 0) {
    return {};
  }
  const duck::VectorView& values = call.arguments()[0];
  const std::vector<std::string_view> cuts = read_texts(call.arguments()[1].bytes(0));
  const auto last = static_cast<std::int32_t>(cuts.size());
  for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
    out[row] = values.is_null(row) ? last : part_of(cuts, values.bytes(row));
  }
  return {};
}

Status ensure_function(duck::Connection& connection, std::string_view name, duck::TypeId of, Status (*call)(duck::ScalarCall&)) {
  return duck::ensure_scalar_function(connection, {.name = std::string(name),
                                                   .arguments = {{.id = of}, {.id = duck::TypeId::kBlob}},
                                                   .returns = {.id = duck::TypeId::kInteger},
                                                   .sees_nulls = true,
                                                   .call = call});
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

// The values that cut the sample into parts with about as many rows, as bytes.
Result<std::string> find_cuts(duck::Connection& connection, std::string_view rows_sql, std::string_view sample, const std::string& key,
                              bool is_text, std::size_t parts_count, const std::stop_token& stop) {
  std::vector<std::string> shares;
  for (std::size_t i = 1; i < parts_count; ++i) {
    shares.push_back(fmt::format("{:.6f}", static_cast<double>(i) / static_cast<double>(parts_count)));
  }
  WEIR_TRY_ASSIGN(auto result,
                  connection.query(fmt::format("SELECT cut FROM (SELECT DISTINCT unnest(quantile_disc(value, [{}])) AS cut "
                                               "FROM (SELECT {} AS value FROM ({}) {}) WHERE value IS NOT NULL) WHERE cut IS NOT NULL ORDER BY cut",
                                               join(shares, ", "), key, rows_sql, sample),
                                   stop));
  std::string bytes;
  for (;;) {
    WEIR_TRY_ASSIGN(const auto chunk, result.next());
    if (!chunk) {
      return bytes;
    }
    const duck::VectorView values = chunk->column(0);
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      if (is_text) {
        const std::string_view text = values.bytes(row);
        const auto size = static_cast<std::uint32_t>(text.size());
        bytes.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
      } else if (const double number = values.number(row); !std::isnan(number)) {
        bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
      }
    }
  }
}
}  // namespace

bool can_be_parted(const duck::Type& type) {
  return is_text(type) || type.is_number() || type.id == duck::TypeId::kBoolean || type.id == duck::TypeId::kDate ||
         type.id == duck::TypeId::kTimestamp || type.id == duck::TypeId::kTimestampTz;
}

Result<std::string> part_expression(duck::Connection& connection, std::string_view rows_sql, std::string_view sample,
                                    std::string_view column, const duck::Type& type, std::size_t parts_count, const std::stop_token& stop) {
  WEIR_ASSERT(can_be_parted(type), "a column with an order");
  WEIR_TRY(is_text(type) ? ensure_function(connection, kOfText, duck::TypeId::kVarchar, text_parts)
                         : ensure_function(connection, kOfNumber, duck::TypeId::kDouble, number_parts));
  const std::string key = key_of(column, type);
  WEIR_TRY_ASSIGN(const std::string cuts, find_cuts(connection, rows_sql, sample, key, is_text(type), parts_count, stop));
  return fmt::format("{}({}, unhex('{}'))", is_text(type) ? kOfText : kOfNumber, key, hex(cuts));
}
}  // namespace weir::delta
