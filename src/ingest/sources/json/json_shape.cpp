#include "ingest/sources/json/json_shape.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/text.h"

namespace weir::ingest {
namespace {
constexpr int kDepthMax = 16;
constexpr std::size_t kFieldsMax = 500;

const ValueFormats& iso_formats() {
  static const ValueFormats formats;
  return formats;
}
}  // namespace

void JsonShape::add(const simdjson::dom::element& value, std::uint64_t order, int depth) {
  using simdjson::dom::element_type;
  switch (value.type()) {
    case element_type::NULL_VALUE:
      return;
    case element_type::BOOL:
      kinds_ |= kBoolean;
      return;
    case element_type::INT64:
      kinds_ |= kWhole;
      return;
    case element_type::UINT64:
      kinds_ |= kHuge;
      return;
    case element_type::DOUBLE:
      kinds_ |= kReal;
      return;
    case element_type::STRING:
      kinds_ |= kText;
      if (const std::string_view text = value.get_string().value_unsafe(); text.empty() || text.front() < '0' || text.front() > '9') {
        texts_.add_text();  // no date
      } else {
        texts_.add(text, iso_formats());
      }
      return;
    case element_type::ARRAY: {
      kinds_ |= kArray;
      if (depth >= kDepthMax) {
        too_wide_ = true;
        return;
      }
      if (!element_) {
        element_ = std::make_unique<JsonShape>();
      }
      const simdjson::dom::array items = value.get_array().value_unsafe();  // bound: the result that holds it is a temporary
      for (const simdjson::dom::element item : items) {
        element_->add(item, order, depth + 1);
      }
      return;
    }
    case element_type::OBJECT:
      break;
  }
  kinds_ |= kObject;
  too_wide_ = too_wide_ || depth >= kDepthMax;
  std::uint32_t position = 0;
  const simdjson::dom::object object = value.get_object().value_unsafe();  // bound: the result that holds it is a temporary
  for (const auto [key, item] : object) {
    if (too_wide_) {
      return;
    }
    auto found = members_.find(key);
    if (found == members_.end()) {
      found = members_.emplace(std::string(key), Member{order, position, std::make_unique<JsonShape>()}).first;
      too_wide_ = depth > 0 && members_.size() > kFieldsMax;
    }
    found->second.shape->add(item, order, depth + 1);
    ++position;
  }
}

void JsonShape::merge(const JsonShape& other) {
  kinds_ |= other.kinds_;
  too_wide_ = too_wide_ || other.too_wide_;
  texts_.merge(other.texts_);
  for (const auto& [name, member] : other.members_) {
    Member& mine = members_[name];
    if (!mine.shape) {
      mine = {member.order, member.position, std::make_unique<JsonShape>()};
    } else if (std::pair(member.order, member.position) < std::pair(mine.order, mine.position)) {
      mine.order = member.order;
      mine.position = member.position;
    }
    mine.shape->merge(*member.shape);
  }
  if (other.element_) {
    if (!element_) {
      element_ = std::make_unique<JsonShape>();
    }
    element_->merge(*other.element_);
  }
}

std::vector<JsonShape::Field> JsonShape::fields() const {
  std::vector<std::pair<std::pair<std::uint64_t, std::uint32_t>, Field>> ordered;
  for (const auto& [name, member] : members_) {
    ordered.push_back({{member.order, member.position}, {name, member.shape.get()}});
  }
  std::ranges::sort(ordered, {}, [](const auto& entry) { return entry.first; });
  std::vector<Field> fields;
  std::set<std::string> taken;
  for (auto& [place, field] : ordered) {
    if (taken.insert(to_lower(field.name)).second) {
      fields.push_back(std::move(field));
    }
  }
  return fields;
}

duck::Type JsonShape::type() const {
  using duck::TypeId;
  const duck::Type text{.id = TypeId::kVarchar};
  if (too_wide_) {
    return text;
  }
  switch (kinds_) {
    case kBoolean:
      return {.id = TypeId::kBoolean};
    case kWhole:
      return {.id = TypeId::kBigInt};
    case kReal:
    case kReal | kWhole:
      return {.id = TypeId::kDouble};
    case kHuge:
    case kHuge | kWhole:
      return {.id = TypeId::kDecimal, .width = 20, .scale = 0};
    case kText: {
      const duck::Type guess = texts_.type();
      const bool time = guess.id == TypeId::kDate || guess.id == TypeId::kTimestamp || guess.id == TypeId::kTimestampTz;
      return time ? guess : text;
    }
    case kArray:
      return {.id = TypeId::kList, .children = {{"element", element_ ? element_->type() : text}}};
    case kObject: {
      duck::Type type{.id = TypeId::kStruct};
      for (const Field& field : fields()) {
        if (!field.name.empty()) {
          type.children.push_back({field.name, field.shape->type()});
        }
      }
      // A struct without fields is no column of a table.
      return type.children.empty() || type.children.size() < members_.size() ? text : type;
    }
    default:
      return text;
  }
}

duck::Type JsonShape::extend(const duck::Type& known) const {
  duck::Type out = known;
  if (known.id == duck::TypeId::kList && element_) {
    out.children[0].type = element_->extend(known.children[0].type);
  }
  if (known.id != duck::TypeId::kStruct) {
    return out;
  }
  for (const Field& field : fields()) {
    const auto found = std::ranges::find_if(out.children, [&](const auto& child) { return equals_ignoring_case(child.name, field.name); });
    if (found != out.children.end()) {
      found->type = field.shape->extend(found->type);
    } else if (!field.name.empty()) {
      out.children.push_back({field.name, field.shape->type()});
    }
  }
  return out;
}
}  // namespace weir::ingest
