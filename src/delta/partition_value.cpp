#include "delta/partition_value.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text.h"
#include "delta/value.h"

namespace weir::delta {
namespace {
std::string number_text(const DataType& type, std::string_view text) {
  const auto value = parse_value(type, text);
  const double number = value ? std::get<double>(*value) : 0;
  if (std::isnan(number)) {
    return "NaN";
  }
  if (std::isinf(number)) {
    return number > 0 ? "Infinity" : "-Infinity";
  }
  return std::string(text);
}
}  // namespace

Result<std::optional<std::string>> partition_value_from_duck(const DataType& type,
                                                             const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return std::nullopt;
  }
  const auto invalid = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("\"{}\" is no {} that a partition can have", excerpt(*text), type_text(type)));
  };
  switch (type.kind) {
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz: {
      const auto micros = parse_moment(*text);
      if (!micros) {
        return invalid();
      }
      const bool zoned = type.kind == TypeKind::kTimestamp;
      std::string out = moment_text(*micros, zoned ? 'T' : ' ');
      if (*micros % 1'000'000 == 0) {
        out += ".000000";
      }
      return zoned ? out + 'Z' : out;
    }
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return number_text(type, *text);
    case TypeKind::kString:
    case TypeKind::kBinary:
      if (!is_valid_utf8(*text)) {
        return invalid();
      }
      return text;
    default:
      if (!parse_value(type, *text)) {
        return invalid();
      }
      return text;
  }
}

std::optional<std::string> partition_value(const PartitionValues& values, std::string_view name) {
  const auto at = values.find(name);
  if (at == values.end() || !at->second || at->second->empty()) {
    return std::nullopt;
  }
  return at->second;
}

Result<std::optional<std::string>> partition_text_for_duck(const DataType& type,
                                                           const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return std::nullopt;
  }
  if (type.kind == TypeKind::kBinary || type.kind == TypeKind::kString) {
    return text;
  }
  const auto value = parse_value(type, *text);
  if (!value) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the partition value \"{}\" is no {}", excerpt(*text), type_text(type)));
  }
  switch (type.kind) {
    case TypeKind::kTimestamp:
      return moment_text(std::get<std::int64_t>(*value)) + "+00";
    case TypeKind::kTimestampNtz:
      return moment_text(std::get<std::int64_t>(*value));
    default:
      return text;
  }
}

std::string encode_path(std::string_view path) {
  return percent_encode(path, "/=!$&'()*+,;@");
}

std::string decode_path(std::string_view uri) {
  return percent_decode(uri);
}

bool is_absolute_path(std::string_view uri) {
  if (uri.starts_with('/')) {
    return true;
  }
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] == ':') {
      return i > 0;
    }
    const bool legal =
        is_letter(uri[i]) || (i > 0 && ((uri[i] >= '0' && uri[i] <= '9') || std::string_view("+-.").contains(uri[i])));
    if (!legal) {
      return false;
    }
  }
  return false;
}

std::optional<std::string> local_path_of(std::string_view uri) {
  for (const std::string_view scheme : {"file://", "file:"}) {
    if (uri.starts_with(scheme)) {
      uri.remove_prefix(scheme.size());
      break;
    }
  }
  std::string path = decode_path(uri);
  return path.starts_with('/') ? std::optional(std::move(path)) : std::nullopt;
}
}  // namespace weir::delta
