#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "duck/type.h"
#include "ingest/value_parser.h"

namespace simdjson::dom {
class element;
}

namespace weir::ingest {
/// What the values at one place of many JSON records are like; gives the type that holds them all.
///   only objects          struct of all their fields       only true and false   boolean
///   only arrays           list of what is in them          only whole numbers    bigint
///   only texts            date, timestamp or text          only numbers          double
///   anything else, objects with more than 500 different fields, nesting beyond 16 levels: text (JSON where it is no text)
class JsonShape {
 public:
  /// `order` grows with the place of the record, so that fields keep the order in which the files have them.
  void add(const simdjson::dom::element& value, std::uint64_t order, int depth = 0);
  void merge(const JsonShape& other);

  bool is_object() const { return kinds_ == kObject; }
  bool has_object() const { return (kinds_ & kObject) != 0; }
  bool is_empty() const { return kinds_ == 0; }
  struct Field {
    std::string name;
    const JsonShape* shape = nullptr;
  };
  /// In the order of their first appearance. Of names that differ by case only, the first one.
  std::vector<Field> fields() const;
  duck::Type type() const;
  /// `known` with the fields, at any depth, that it lacks and these values have; at the end of their structs.
  duck::Type extend(const duck::Type& known) const;

 private:
  enum : unsigned { kBoolean = 1, kWhole = 2, kReal = 4, kText = 8, kObject = 16, kArray = 32, kHuge = 64 };
  struct Member {
    std::uint64_t order = 0;
    std::uint32_t position = 0;
    std::unique_ptr<JsonShape> shape;
  };
  unsigned kinds_ = 0;
  bool too_wide_ = false;
  TypeGuess texts_;
  std::map<std::string, Member, std::less<>> members_;
  std::unique_ptr<JsonShape> element_;
};
}  // namespace weir::ingest
