#include "ingest/sources/json/json_writer.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "ingest/type_name.h"

namespace weir::ingest {
namespace {
using duck::TypeId;
using simdjson::dom::element;
using simdjson::dom::element_type;

const ValueFormats& iso_formats() {
  static const ValueFormats formats;
  return formats;
}
}  // namespace

std::string json_text(const element& value) {
  if (value.type() == element_type::STRING) {
    return std::string(value.get_string().value_unsafe());
  }
  return simdjson::minify(value);
}

Result<JsonWriter> JsonWriter::create(const duck::Type& type) {
  JsonWriter writer;
  writer.type_ = type;
  if (type.id == TypeId::kStruct || type.id == TypeId::kList) {
    for (const duck::Type::Child& child : type.children) {
      WEIR_TRY_ASSIGN(JsonWriter inner, create(child.type));
      writer.children_.push_back(std::move(inner));
    }
    return writer;
  }
  if (type.id == TypeId::kMap) {
    if (type.children.at(0).type.id != TypeId::kVarchar) {
      return fail(ErrorCode::kUnsupported, "the keys of a map in JSON are texts, not " + type_name(type.children[0].type));
    }
    WEIR_TRY_ASSIGN(JsonWriter inner, create(type.children.at(1).type));
    writer.children_.push_back(std::move(inner));
    return writer;
  }
  WEIR_TRY_ASSIGN(writer.parser_, ValueParser::create(type, iso_formats()));
  return writer;
}

std::optional<std::string> JsonWriter::misfit(const element& value, std::string_view why) const {
  return fmt::format("{} {} ({})", excerpt(simdjson::minify(value)), why, type_name(type_));
}

void JsonWriter::write_null(duck::VectorWriter& out, std::uint64_t row) const {
  out.set_null(row);
  if (type_.id == TypeId::kStruct) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      duck::VectorWriter field = out.field(i);
      children_[i].write_null(field, row);
    }
  } else if (type_.id == TypeId::kList || type_.id == TypeId::kMap) {
    out.append_list(row, 0);
  }
}

std::optional<std::string> JsonWriter::write(const element& value, duck::VectorWriter& out, std::uint64_t row) const {
  if (value.is_null()) {
    write_null(out, row);
    return std::nullopt;
  }
  switch (type_.id) {
    case TypeId::kStruct:
      return write_object(value, out, row);
    case TypeId::kList:
      return write_array(value, out, row);
    case TypeId::kMap:
      return write_map(value, out, row);
    default:
      return write_scalar(value, out, row);
  }
}

std::optional<std::string> JsonWriter::write_object(const element& value, duck::VectorWriter& out, std::uint64_t row) const {
  if (!value.is_object()) {
    return misfit(value, "is no object");
  }
  std::vector<element> found(children_.size());
  std::vector<std::string_view> keys(children_.size());
  std::size_t expected = 0;  // fields mostly come in the same order
  const simdjson::dom::object object = value.get_object().value_unsafe();  // bound: the result that holds it is a temporary
  for (const auto [key, item] : object) {
    std::size_t index = expected < children_.size() && type_.children[expected].name == key ? expected : children_.size();
    for (std::size_t i = 0; i < children_.size() && index == children_.size(); ++i) {
      index = type_.children[i].name == key ? i : index;
    }
    for (std::size_t i = 0; i < children_.size() && index == children_.size(); ++i) {
      index = equals_ignoring_case(type_.children[i].name, key) ? i : index;
    }
    if (index == children_.size()) {
      return fmt::format("{} is not a field of the column ({})", key, excerpt(type_name(type_)));
    }
    if (!keys[index].empty() && keys[index] != key) {
      return fmt::format("{} and {} are the same name but for case", keys[index], key);
    }
    keys[index] = key;
    found[index] = item;
    expected = index + 1;
  }
  for (std::size_t i = 0; i < children_.size(); ++i) {
    duck::VectorWriter field = out.field(i);
    if (keys[i].empty()) {
      children_[i].write_null(field, row);
      continue;
    }
    field.set_valid(row);
    if (auto why = children_[i].write(found[i], field, row)) {
      return type_.children[i].name + ": " + *why;
    }
  }
  return std::nullopt;
}

std::optional<std::string> JsonWriter::write_array(const element& value, duck::VectorWriter& out, std::uint64_t row) const {
  if (!value.is_array()) {
    return misfit(value, "is no array");
  }
  const simdjson::dom::array array = value.get_array().value_unsafe();
  std::uint64_t count = 0;
  for ([[maybe_unused]] const element item : array) {
    ++count;
  }
  std::uint64_t position = out.append_list(row, count);
  duck::VectorWriter elements = out.elements();
  for (const element item : array) {
    elements.set_valid(position);
    if (auto why = children_[0].write(item, elements, position)) {
      return why;
    }
    ++position;
  }
  return std::nullopt;
}

std::optional<std::string> JsonWriter::write_map(const element& value, duck::VectorWriter& out, std::uint64_t row) const {
  if (!value.is_object()) {
    return misfit(value, "is no object");
  }
  const simdjson::dom::object object = value.get_object().value_unsafe();
  std::vector<std::pair<std::string_view, element>> entries;
  for (const auto [key, item] : object) {
    const auto same = std::ranges::find_if(entries, [key = key](const auto& entry) { return entry.first == key; });
    if (same != entries.end()) {
      same->second = item;
    } else {
      entries.emplace_back(key, item);
    }
  }
  std::uint64_t position = out.append_list(row, entries.size());
  duck::VectorWriter pairs = out.elements();
  duck::VectorWriter keys = pairs.field(0);
  duck::VectorWriter values = pairs.field(1);
  for (const auto& [key, item] : entries) {
    pairs.set_valid(position);
    keys.set_text(position, key);
    values.set_valid(position);
    if (auto why = children_[0].write(item, values, position)) {
      return std::string(key) + ": " + *why;
    }
    ++position;
  }
  return std::nullopt;
}

std::optional<std::string> JsonWriter::write_scalar(const element& value, duck::VectorWriter& out, std::uint64_t row) const {
  const auto parse = [&](std::string_view text) -> std::optional<std::string> {
    const char* why = parser_->parse(text, out, row);
    return why == nullptr ? std::nullopt : misfit(value, why);
  };
  const bool nested = value.is_object() || value.is_array();
  if (parser_->is_text()) {
    if (value.type() == element_type::STRING) {
      out.set_text(row, value.get_string().value_unsafe());
    } else {
      out.set_text(row, simdjson::minify(value));
    }
    return std::nullopt;
  }
  if (nested) {
    return misfit(value, "is no single value");
  }
  if (value.type() == element_type::STRING) {
    return parse(value.get_string().value_unsafe());
  }
  if (value.type() == element_type::BOOL) {
    if (type_.id != TypeId::kBoolean) {
      return misfit(value, "is true or false");
    }
    out.set(row, value.get_bool().value_unsafe());
    return std::nullopt;
  }
  if (type_.id == TypeId::kBoolean || type_.id == TypeId::kDate || type_.id == TypeId::kTimestamp || type_.id == TypeId::kTimestampTz) {
    return misfit(value, "is a number");
  }
  if (type_.id == TypeId::kDouble && value.type() != element_type::UINT64) {
    const double number = value.get_double().value_unsafe();
    constexpr double kExact = 9007199254740992;  // 2^53: beyond it whole numbers are rounded
    if (value.type() == element_type::INT64 && std::abs(number) > kExact) {
      return misfit(value, "has more digits than a double keeps");
    }
    out.set(row, number);
    return std::nullopt;
  }
  if (type_.id == TypeId::kBigInt && value.type() == element_type::INT64) {
    out.set(row, value.get_int64().value_unsafe());
    return std::nullopt;
  }
  // The shortest digits that mean this number, which for all but the longest are those of the file.
  std::array<char, 512> digits;
  char* const end = digits.data() + digits.size();
  std::to_chars_result printed{};
  switch (value.type()) {
    case element_type::INT64:
      printed = std::to_chars(digits.data(), end, value.get_int64().value_unsafe());
      break;
    case element_type::UINT64:
      printed = std::to_chars(digits.data(), end, value.get_uint64().value_unsafe());
      break;
    default:
      printed = std::to_chars(digits.data(), end, value.get_double().value_unsafe(), std::chars_format::fixed);
      break;
  }
  return parse({digits.data(), static_cast<std::size_t>(printed.ptr - digits.data())});
}
}  // namespace weir::ingest
