#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/host_object.h"
#include "jinja/value.h"

namespace weir::transform {
/// The lake's name where dbt shows a database. It is never printed in SQL: a lake is one database.
inline constexpr std::string_view kLakeDatabase = "lake";

/// What a table, view or inlined model is called: `this`, and what ref() and source() give. Prints as "schema"."name".
class Relation final : public jinja::HostObject {
 public:
  enum class Type : std::uint8_t { kUnknown, kTable, kView, kCte };
  struct Parts {
    std::string schema;
    std::string identifier;
    Type type = Type::kUnknown;
    bool show_schema = true;
    bool show_identifier = true;
    bool quote_schema = true;
    bool quote_identifier = true;
    bool operator==(const Parts&) const = default;
  };

  explicit Relation(Parts parts) : parts_(std::move(parts)) {}
  static jinja::Value make(std::string schema, std::string identifier, Type type = Type::kUnknown);
  /// An ephemeral model, inlined under this name.
  static jinja::Value make_cte(std::string name);

  const Parts& parts() const { return parts_; }
  std::string rendered() const;

  std::string_view type_name() const override { return "Relation"; }
  Result<std::optional<jinja::Value>> attribute(std::string_view name) override;
  Result<std::string> text() override { return rendered(); }
  bool equals(const jinja::Value& other) override;
  std::optional<std::uint64_t> hash() const override;

 private:
  jinja::Value include(jinja::Arguments& arguments, bool quoting) const;
  Parts parts_;
};

/// A column as adapter.get_columns_in_relation gives it.
class ColumnValue final : public jinja::HostObject {
 public:
  ColumnValue(std::string name, std::string data_type) : name_(std::move(name)), data_type_(std::move(data_type)) {}
  const std::string& name() const { return name_; }
  std::string_view type_name() const override { return "Column"; }
  Result<std::optional<jinja::Value>> attribute(std::string_view name) override;
  Result<std::string> text() override { return "<Column " + name_ + " (" + data_type_ + ")>"; }
  bool equals(const jinja::Value& other) override;

 private:
  std::string name_;
  std::string data_type_;
};
}  // namespace weir::transform
