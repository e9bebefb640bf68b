#include "duck/chunk.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "core/text.h"
#include "duck/library.h"

namespace weir::duck {
namespace {
__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

// DuckDB's layouts (duckdb.h: duckdb_string_t, duckdb_hugeint, duckdb_interval, duckdb_list_entry).
struct Text {
  std::uint32_t length;
  char inlined[12];
};
struct Interval {
  std::int32_t months;
  std::int32_t days;
  std::int64_t micros;
};
struct ListEntry {
  std::uint64_t offset;
  std::uint64_t length;
};

std::string digits(UnsignedWide value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}

std::string whole_text(Wide value) {
  // -value overflows for the smallest number; its unsigned form does not.
  return value < 0 ? "-" + digits(UnsignedWide{0} - static_cast<UnsignedWide>(value)) : digits(static_cast<UnsignedWide>(value));
}

std::string decimal_text(Wide value, std::uint8_t scale) {
  std::string text = digits(value < 0 ? UnsignedWide{0} - static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value));
  if (scale > 0) {
    if (text.size() <= scale) {
      text.insert(0, scale + 1U - text.size(), '0');
    }
    text.insert(text.size() - scale, ".");
  }
  return value < 0 ? "-" + text : text;
}

std::string number_text(double value, bool is_float) {
  std::string text = is_float ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
  return text.find_first_of(".eni") == std::string::npos ? text + ".0" : text;
}

std::string date_text(std::int64_t days) {
  if (days == std::numeric_limits<std::int32_t>::max()) {
    return "infinity";
  }
  if (days == -std::numeric_limits<std::int32_t>::max()) {
    return "-infinity";
  }
  // Howard Hinnant's civil_from_days; std::chrono::year ends at 32767, DuckDB's dates do not.
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
  const std::int64_t month = month_shifted < 10 ? month_shifted + 3 : month_shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return year > 0 ? fmt::format("{:04}-{:02}-{:02}", year, month, day) : fmt::format("{:04}-{:02}-{:02} (BC)", 1 - year, month, day);
}

// `units` per second of a time of day.
std::string time_text(std::int64_t value, std::int64_t units) {
  const std::int64_t seconds = value / units;
  std::string out = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::int64_t fraction = value % units;
  if (fraction != 0) {
    std::size_t width = 0;
    for (std::int64_t scale = units; scale > 1; scale /= 10) {
      ++width;
    }
    std::string text = fmt::format("{:0{}}", fraction, width);
    text.erase(text.find_last_not_of('0') + 1);
    out += "." + text;
  }
  return out;
}

std::string timestamp_text(std::int64_t value, std::int64_t units) {
  if (value == std::numeric_limits<std::int64_t>::max()) {
    return "infinity";
  }
  if (value == -std::numeric_limits<std::int64_t>::max()) {
    return "-infinity";
  }
  const std::int64_t per_day = units * 86400;
  std::int64_t days = value / per_day;
  std::int64_t rest = value % per_day;
  if (rest < 0) {
    --days;
    rest += per_day;
  }
  return date_text(days) + " " + time_text(rest, units);
}

std::string interval_text(const Interval& interval) {
  std::string out;
  const auto add = [&](std::int64_t count, std::string_view unit) {
    if (count != 0) {
      out += fmt::format("{}{} {}{}", out.empty() ? "" : " ", count, unit, count == 1 || count == -1 ? "" : "s");
    }
  };
  add(interval.months / 12, "year");
  add(interval.months % 12, "month");
  add(interval.days, "day");
  if (interval.micros != 0 || out.empty()) {
    out += out.empty() ? "" : " ";
    out += interval.micros < 0 ? "-" + time_text(-interval.micros, 1'000'000) : time_text(interval.micros, 1'000'000);
  }
  return out;
}

std::string uuid_text(Wide value) {
  // Stored with the highest bit flipped, so that it sorts as a signed number.
  const UnsignedWide bits = static_cast<UnsignedWide>(value) ^ (UnsignedWide{1} << 127U);
  const auto high = static_cast<std::uint64_t>(bits >> 64U);
  const auto low = static_cast<std::uint64_t>(bits);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFFU, low >> 48U,
                     low & 0xFFFFFFFFFFFFU);
}

std::string blob_text(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 32 && byte < 127 && c != '\\' && c != '\'' && c != '"') {
      out += c;
    } else {
      out += fmt::format("\\x{:02X}", byte);
    }
  }
  return out;
}

// The first byte says how many bits of the second are padding.
std::string bit_text(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    for (int bit = 7; bit >= 0; --bit) {
      out += (static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) >> static_cast<unsigned>(bit) & 1U) != 0 ? '1' : '0';
    }
  }
  return out.substr(bytes.empty() ? 0 : std::min<std::size_t>(static_cast<unsigned char>(bytes[0]), out.size()));
}

// Inside lists and structs DuckDB quotes texts that would be read otherwise.
std::string nested_text(std::string_view text) {
  const bool plain = !text.empty() && text == trim(text) && text.find_first_of("[](){},:='\"\\\t\n") == std::string_view::npos &&
                     !equals_ignoring_case(text, "null");
  return plain ? std::string(text) : "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
}

// The width of the integers that hold a DECIMAL or ENUM.
Wide decimal_value(const VectorView& vector, std::uint64_t row) {
  const std::uint8_t width = vector.type().width;
  if (width <= 4) {
    return vector.values<std::int16_t>()[row];
  }
  if (width <= 9) {
    return vector.values<std::int32_t>()[row];
  }
  return width <= 18 ? Wide{vector.values<std::int64_t>()[row]} : vector.values<Wide>()[row];
}
}  // namespace

VectorView::VectorView(void* vector, const Type* type, std::uint64_t rows_count)
    : vector_(vector),
      type_(type),
      rows_count_(rows_count),
      data_(library().vector_get_data(static_cast<duckdb_vector>(vector))),
      validity_(library().vector_get_validity(static_cast<duckdb_vector>(vector))) {}

std::int64_t VectorView::integer(std::uint64_t row) const {
  switch (type_->id) {
    case TypeId::kBoolean:
      return values<bool>()[row] ? 1 : 0;
    case TypeId::kTinyInt:
      return values<std::int8_t>()[row];
    case TypeId::kSmallInt:
      return values<std::int16_t>()[row];
    case TypeId::kInteger:
    case TypeId::kDate:
      return values<std::int32_t>()[row];
    case TypeId::kBigInt:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampS:
    case TypeId::kTimestampMs:
    case TypeId::kTimestampNs:
      return values<std::int64_t>()[row];
    case TypeId::kUTinyInt:
      return values<std::uint8_t>()[row];
    case TypeId::kUSmallInt:
      return values<std::uint16_t>()[row];
    case TypeId::kUInteger:
      return values<std::uint32_t>()[row];
    case TypeId::kUBigInt:
      return static_cast<std::int64_t>(values<std::uint64_t>()[row]);
    case TypeId::kHugeInt:
      return static_cast<std::int64_t>(values<Wide>()[row]);
    case TypeId::kEnum:
      return type_->labels.size() <= 255     ? values<std::uint8_t>()[row]
             : type_->labels.size() <= 65535 ? values<std::uint16_t>()[row]
                                             : values<std::uint32_t>()[row];
    default:
      break;
  }
  WEIR_ASSERT(false, "the column holds integers");
  return 0;
}

double VectorView::number(std::uint64_t row) const {
  switch (type_->id) {
    case TypeId::kFloat:
      return static_cast<double>(values<float>()[row]);
    case TypeId::kDouble:
      return values<double>()[row];
    case TypeId::kHugeInt:
      return static_cast<double>(values<Wide>()[row]);
    case TypeId::kUHugeInt:
      return static_cast<double>(values<UnsignedWide>()[row]);
    case TypeId::kUBigInt:
      return static_cast<double>(values<std::uint64_t>()[row]);
    case TypeId::kDecimal: {
      double value = static_cast<double>(decimal_value(*this, row));
      for (std::uint8_t i = 0; i < type_->scale; ++i) {
        value /= 10;
      }
      return value;
    }
    default:
      return static_cast<double>(integer(row));
  }
}

std::string_view VectorView::bytes(std::uint64_t row) const {
  const Text& text = values<Text>()[row];
  if (text.length <= sizeof text.inlined) {
    return {text.inlined, text.length};
  }
  // Longer ones hold four bytes of prefix, then a pointer.
  const char* start = nullptr;
  std::memcpy(&start, text.inlined + 4, sizeof start);
  return {start, text.length};
}

std::pair<std::uint64_t, std::uint64_t> VectorView::list_entry(std::uint64_t row) const {
  const ListEntry& entry = values<ListEntry>()[row];
  return {entry.offset, entry.length};
}

VectorView VectorView::child(std::size_t index) const {
  const Library& duck = library();
  auto* vector = static_cast<duckdb_vector>(vector_);
  switch (type_->id) {
    case TypeId::kList:
      return {duck.list_vector_get_child(vector), &type_->children.at(0).type, duck.list_vector_get_size(vector)};
    case TypeId::kArray:
      return {duck.array_vector_get_child(vector), &type_->children.at(0).type, rows_count_ * type_->array_length};
    case TypeId::kStruct:
      return {duck.struct_vector_get_child(vector, index), &type_->children.at(index).type, rows_count_};
    case TypeId::kMap: {
      // A map is a list of structs of key and value; children of the map type name these two.
      auto* pairs = duck.list_vector_get_child(vector);
      return {duck.struct_vector_get_child(pairs, index), &type_->children.at(index).type, duck.list_vector_get_size(vector)};
    }
    case TypeId::kUnion: {
      static const Type tag{.id = TypeId::kUTinyInt};
      return {duck.struct_vector_get_child(vector, index), index == 0 ? &tag : &type_->children.at(index - 1).type, rows_count_};
    }
    default:
      break;
  }
  WEIR_ASSERT(false, "the column is nested");
  return *this;
}

std::string VectorView::text(std::uint64_t row) const {
  std::string out;
  if (!is_null(row)) {
    append_text(row, false, out);
  }
  return out;
}

void VectorView::append_text(std::uint64_t row, bool nested, std::string& out) const {
  if (is_null(row)) {
    out += "NULL";
    return;
  }
  const auto list = [&](const VectorView& elements, std::uint64_t offset, std::uint64_t length) {
    out += '[';
    for (std::uint64_t i = 0; i < length; ++i) {
      out += i == 0 ? "" : ", ";
      elements.append_text(offset + i, true, out);
    }
    out += ']';
  };
  switch (type_->id) {
    case TypeId::kBoolean:
      out += values<bool>()[row] ? "true" : "false";
      return;
    case TypeId::kFloat:
    case TypeId::kDouble:
      out += number_text(number(row), type_->id == TypeId::kFloat);
      return;
    case TypeId::kHugeInt:
      out += whole_text(values<Wide>()[row]);
      return;
    case TypeId::kUHugeInt:
      out += digits(values<UnsignedWide>()[row]);
      return;
    case TypeId::kUBigInt:
      out += std::to_string(values<std::uint64_t>()[row]);
      return;
    case TypeId::kDecimal:
      out += decimal_text(decimal_value(*this, row), type_->scale);
      return;
    case TypeId::kVarchar:
      out += nested ? nested_text(bytes(row)) : std::string(bytes(row));
      return;
    case TypeId::kBlob:
      out += blob_text(bytes(row));
      return;
    case TypeId::kBit:
      out += bit_text(bytes(row));
      return;
    case TypeId::kDate:
      out += date_text(integer(row));
      return;
    case TypeId::kTime:
      out += time_text(integer(row), 1'000'000);
      return;
    case TypeId::kTimeTz: {
      // 40 bits of microseconds, 24 bits of offset counted down from +15:59:59.
      const std::uint64_t bits = values<std::uint64_t>()[row];
      const std::int64_t offset = 57599 - static_cast<std::int64_t>(bits & 0xFFFFFFU);
      out += time_text(static_cast<std::int64_t>(bits >> 24U), 1'000'000);
      out += fmt::format("{}{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 3600);
      out += offset % 3600 == 0 ? "" : fmt::format(":{:02}", std::abs(offset) / 60 % 60);
      return;
    }
    case TypeId::kTimestamp:
      out += timestamp_text(integer(row), 1'000'000);
      return;
    case TypeId::kTimestampTz:
      out += timestamp_text(integer(row), 1'000'000) + "+00";
      return;
    case TypeId::kTimestampS:
      out += timestamp_text(integer(row), 1);
      return;
    case TypeId::kTimestampMs:
      out += timestamp_text(integer(row), 1'000);
      return;
    case TypeId::kTimestampNs:
      out += timestamp_text(integer(row), 1'000'000'000);
      return;
    case TypeId::kInterval:
      out += interval_text(values<Interval>()[row]);
      return;
    case TypeId::kUuid:
      out += uuid_text(values<Wide>()[row]);
      return;
    case TypeId::kEnum: {
      const std::string& label = type_->labels.at(static_cast<std::size_t>(integer(row)));
      out += nested ? nested_text(label) : label;
      return;
    }
    case TypeId::kList: {
      const auto [offset, length] = list_entry(row);
      list(child(0), offset, length);
      return;
    }
    case TypeId::kArray:
      list(child(0), row * type_->array_length, type_->array_length);
      return;
    case TypeId::kMap: {
      const auto [offset, length] = list_entry(row);
      const VectorView keys = child(0);
      const VectorView mapped = child(1);
      out += '{';
      for (std::uint64_t i = 0; i < length; ++i) {
        out += i == 0 ? "" : ", ";
        keys.append_text(offset + i, true, out);
        out += '=';
        mapped.append_text(offset + i, true, out);
      }
      out += '}';
      return;
    }
    case TypeId::kStruct:
      out += '{';
      for (std::size_t i = 0; i < type_->children.size(); ++i) {
        out += fmt::format("{}'{}': ", i == 0 ? "" : ", ", replace_all(type_->children[i].name, "'", "''"));
        child(i).append_text(row, true, out);
      }
      out += '}';
      return;
    case TypeId::kUnion:
      child(1 + static_cast<std::size_t>(child(0).integer(row))).append_text(row, nested, out);
      return;
    case TypeId::kNull:
      out += "NULL";
      return;
    case TypeId::kInvalid:
    case TypeId::kOther:
      out += "?";
      return;
    default:
      out += std::to_string(integer(row));
      return;
  }
}

Chunk::Chunk(void* handle, std::shared_ptr<const std::vector<Column>> columns)
    : handle_(handle), columns_(std::move(columns)), rows_count_(library().data_chunk_get_size(static_cast<duckdb_data_chunk>(handle))) {}

Chunk::Chunk(Chunk&& other) noexcept : handle_(other.handle_), columns_(std::move(other.columns_)), rows_count_(other.rows_count_) {
  other.handle_ = nullptr;
}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(columns_, other.columns_);
  std::swap(rows_count_, other.rows_count_);
  return *this;
}

Chunk::~Chunk() {
  if (handle_ != nullptr) {
    auto* handle = static_cast<duckdb_data_chunk>(handle_);
    library().destroy_data_chunk(&handle);
  }
}

VectorView Chunk::column(std::size_t index) const {
  return {library().data_chunk_get_vector(static_cast<duckdb_data_chunk>(handle_), index), &columns_->at(index).type, rows_count_};
}
}  // namespace weir::duck
