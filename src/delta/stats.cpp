#include "delta/stats.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "delta/json_text.h"
#include "delta/value.h"

namespace weir::delta {
namespace {
constexpr std::size_t kTextCharactersMax = 32;
constexpr std::int64_t kIndexedColumnsDefault = 32;
constexpr std::int64_t kFirstDay =
    -719'162;  // 0001-01-01: earlier and later dates have no spelling that all readers share
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

std::size_t sequence_length(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

// The first 32 characters.
std::string_view cut(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t characters = 0; characters < kTextCharactersMax && end < text.size(); ++characters) {
    end += sequence_length(static_cast<unsigned char>(text[end]));
  }
  return text.substr(0, std::min(end, text.size()));
}

// The smallest text of the same length or shorter that is greater than all that begin with `prefix`; nothing when there
// is none.
std::optional<std::string> raise(std::string prefix) {
  while (!prefix.empty()) {
    std::size_t start = prefix.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(prefix[start]) & 0xC0U) == 0x80U) {
      --start;
    }
    // Within UTF-8 the order of bytes is the order of characters, so the last byte that can grow is raised.
    std::string character = prefix.substr(start);
    prefix.resize(start);
    for (std::size_t i = character.size(); i-- > 0;) {
      const auto byte = static_cast<unsigned char>(character[i]);
      const unsigned last = i > 0 ? 0xBFU : 0x7EU;
      const bool lead_of_many = i == 0 && character.size() > 1;
      if (!lead_of_many && byte < last) {
        character[i] = static_cast<char>(byte + 1);
        std::fill(character.begin() + static_cast<std::ptrdiff_t>(i) + 1, character.end(), static_cast<char>(0x80));
        const std::string candidate = prefix + character;
        if (is_valid_utf8(candidate)) {
          return candidate;
        }
      }
    }
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::optional<std::string> number_json(const DataType& type, std::string_view text) {
  const auto value = parse_value(type, text);
  if (!value) {
    return std::nullopt;
  }
  if (const auto* number = std::get_if<double>(&*value); number != nullptr && !std::isfinite(*number)) {
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<std::string> moment_json(const DataType& type, std::string_view text, bool is_max) {
  auto micros = parse_moment(text);
  if (!micros || *micros < kFirstDay * kMicrosPerDay || *micros >= kLastDay * kMicrosPerDay) {
    return std::nullopt;
  }
  std::int64_t millis = (*micros - ((*micros % 1000) + 1000) % 1000) / 1000;
  millis += is_max && millis * 1000 < *micros ? 1 : 0;
  std::string out = moment_text(millis * 1000, 'T');
  if (millis % 1000 == 0) {
    out += ".000";
  } else {
    out.resize(out.size() - 3);
  }
  return quoted(type.kind == TypeKind::kTimestamp ? out + 'Z' : out);
}

std::optional<std::string> bound_json(const DataType& type, std::string_view text, bool is_max) {
  switch (type.kind) {
    case TypeKind::kLong:
    case TypeKind::kInteger:
    case TypeKind::kShort:
    case TypeKind::kByte:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
      return number_json(type, text);
    case TypeKind::kDate: {
      const auto days = parse_date(text);
      return days && *days >= kFirstDay && *days <= kLastDay ? std::optional(quoted(text)) : std::nullopt;
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return moment_json(type, text, is_max);
    case TypeKind::kString: {
      if (!is_valid_utf8(text)) {
        return std::nullopt;
      }
      const std::string_view short_text = cut(text);
      if (!is_max || short_text.size() == text.size()) {
        return quoted(short_text);
      }
      const auto raised = raise(std::string(short_text));
      return raised ? std::optional(quoted(*raised)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void collect_leaves(const std::vector<Field>& fields, ColumnMapping mapping, std::vector<std::string>& path,
                    std::vector<std::vector<std::string>>& out) {
  for (const Field& field : fields) {
    path.push_back(physical_name(field, mapping));
    if (field.type.kind == TypeKind::kStruct) {
      collect_leaves(field.type.fields, mapping, path, out);
    } else {
      out.push_back(path);
    }
    path.pop_back();
  }
}

// The names in "a, b.c, `d e`" as paths.
std::vector<std::vector<std::string>> parse_names(std::string_view text) {
  std::vector<std::vector<std::string>> names(1, std::vector<std::string>(1));
  bool quoted_part = false;
  for (const char c : text) {
    if (c == '`') {
      quoted_part = !quoted_part;
    } else if (c == ',' && !quoted_part) {
      names.emplace_back(1);
    } else if (c == '.' && !quoted_part) {
      names.back().emplace_back();
    } else {
      names.back().back() += c;
    }
  }
  for (auto& name : names) {
    for (std::string& part : name) {
      part = trim(part);
    }
  }
  return names;
}

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const Field& field) { return equals_ignoring_case(field.name, name); });
  return at == fields.end() ? nullptr : &*at;
}

void collect_named(const std::vector<std::string>& name, const Schema& schema, ColumnMapping mapping,
                   std::vector<std::vector<std::string>>& out) {
  const std::vector<Field>* fields = &schema.fields;
  std::vector<std::string> path;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const Field* field = find_field(*fields, name[i]);
    if (field == nullptr) {
      return;
    }
    path.push_back(physical_name(*field, mapping));
    fields = &field->type.fields;
    if (i + 1 == name.size()) {
      if (field->type.kind == TypeKind::kStruct) {
        collect_leaves(*fields, mapping, path, out);
      } else {
        out.push_back(path);
      }
    } else if (field->type.kind != TypeKind::kStruct) {
      return;
    }
  }
}

enum class Section : std::uint8_t { kMin, kMax, kNulls };

std::optional<std::string> leaf_json(Section section, const DataType& type, const LeafStats& leaf) {
  switch (section) {
    case Section::kMin:
      return leaf.min ? min_json(type, *leaf.min) : std::nullopt;
    case Section::kMax:
      return leaf.max && !leaf.has_nan ? max_json(type, *leaf.max) : std::nullopt;
    case Section::kNulls:
      return leaf.null_count ? std::optional(std::to_string(*leaf.null_count)) : std::nullopt;
  }
  return std::nullopt;
}

// One of minValues, maxValues and nullCount as an object that mirrors the schema; empty when there is nothing in it.
class SectionWriter {
 public:
  SectionWriter(Section section, ColumnMapping mapping, const std::vector<std::vector<std::string>>& columns,
                const LeafStatsMap& leaves)
      : section_(section), mapping_(mapping), columns_(columns), leaves_(leaves) {}

  std::string write(const std::vector<Field>& fields) {
    std::string out;
    JsonObject object(out);
    bool any = false;
    for (const Field& field : fields) {
      path_.push_back(physical_name(field, mapping_));
      const std::string value = field.type.kind == TypeKind::kStruct ? write(field.type.fields) : leaf(field.type);
      if (!value.empty()) {
        object.key(path_.back()) += value;
        any = true;
      }
      path_.pop_back();
    }
    object.close();
    return any ? out : std::string();
  }

 private:
  std::string leaf(const DataType& type) const {
    const auto at = leaves_.find(path_);
    if (at == leaves_.end() || std::find(columns_.begin(), columns_.end(), path_) == columns_.end()) {
      return {};
    }
    return leaf_json(section_, type, at->second).value_or("");
  }

  Section section_;
  ColumnMapping mapping_;
  const std::vector<std::vector<std::string>>& columns_;
  const LeafStatsMap& leaves_;
  std::vector<std::string> path_;
};
}  // namespace

bool has_bounds(const DataType& type) {
  return !type.is_nested() && type.kind != TypeKind::kBoolean && type.kind != TypeKind::kBinary &&
         type.kind != TypeKind::kVariant && type.kind != TypeKind::kVoid;
}

std::optional<std::string> min_json(const DataType& type, std::string_view text) {
  return bound_json(type, text, false);
}

std::optional<std::string> max_json(const DataType& type, std::string_view text) {
  return bound_json(type, text, true);
}

std::vector<std::vector<std::string>> stats_columns(const Schema& schema,
                                                    const std::vector<std::string>& partition_columns,
                                                    const StringMap& properties, ColumnMapping mapping) {
  std::vector<std::vector<std::string>> out;
  if (const auto at = properties.find("delta.dataSkippingStatsColumns"); at != properties.end()) {
    for (const auto& name : parse_names(at->second)) {
      collect_named(name, schema, mapping, out);
    }
    return out;
  }
  std::int64_t count_max = kIndexedColumnsDefault;
  if (const auto at = properties.find("delta.dataSkippingNumIndexedCols"); at != properties.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), count_max);
  }
  std::vector<Field> data_fields;
  for (const Field& field : schema.fields) {
    if (std::none_of(partition_columns.begin(), partition_columns.end(),
                     [&](const std::string& name) { return equals_ignoring_case(name, field.name); })) {
      data_fields.push_back(field);
    }
  }
  std::vector<std::string> path;
  collect_leaves(data_fields, mapping, path, out);
  if (count_max >= 0 && static_cast<std::size_t>(count_max) < out.size()) {
    out.resize(static_cast<std::size_t>(count_max));
  }
  return out;
}

std::string stats_json(std::int64_t rows_count, const Schema& schema, ColumnMapping mapping,
                       const std::vector<std::vector<std::string>>& columns, const LeafStatsMap& leaves) {
  std::string out;
  JsonObject object(out);
  object.number("numRecords", rows_count);
  for (const auto& [section, name] :
       {std::pair(Section::kMin, "minValues"), {Section::kMax, "maxValues"}, {Section::kNulls, "nullCount"}}) {
    const std::string values = SectionWriter(section, mapping, columns, leaves).write(schema.fields);
    object.key(name) += values.empty() ? "{}" : values;
  }
  object.close();
  return out;
}

std::optional<std::vector<std::string>> parse_column_path(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"') {
      return std::nullopt;
    }
    std::string& name = names.emplace_back();
    for (++i;; ++i) {
      if (i >= text.size()) {
        return std::nullopt;
      }
      if (text[i] == '"') {
        if (i + 1 >= text.size() || text[i + 1] != '"') {
          break;
        }
        ++i;
      }
      name += text[i];
    }
    ++i;
    if (i < text.size() && text[i] != '.') {
      return std::nullopt;
    }
  }
  return names.empty() ? std::nullopt : std::optional(std::move(names));
}
}  // namespace weir::delta
