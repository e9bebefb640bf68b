#pragma once

#include "jinja/host_object.h"

namespace weir::jinja {
/// dict.keys(), dict.values() and dict.items(): they see later changes of the dict.
class DictView final : public HostObject {
 public:
  enum class Part : std::uint8_t { kKeys, kValues, kItems };
  DictView(Value dict, Part part) : dict_(std::move(dict)), part_(part) {}

  const Value& dict() const { return dict_; }
  Part part() const { return part_; }

  std::string_view type_name() const override;
  Result<std::string> text() override;
  bool truth() override;
  std::optional<std::size_t> length() override;
  Result<std::optional<Value>> iterate() override;
  Result<std::optional<bool>> contains(const Value& value) override;
  bool equals(const Value& other) override;

 private:
  Value dict_;
  Part part_;
};
}  // namespace weir::jinja
