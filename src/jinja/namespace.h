#pragma once

#include "jinja/dict.h"
#include "jinja/host_object.h"

namespace weir::jinja {
/// namespace(...): the one object whose attributes a template can set.
class Namespace final : public HostObject {
 public:
  explicit Namespace(Ref<Dict> attributes) : attributes_(std::move(attributes)) {}
  /// Errors: a value that holds this namespace.
  Status set(const Value& name, Value value);
  const Dict& attributes() const { return *attributes_; }

  std::string_view type_name() const override { return "Namespace"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  Result<std::optional<Value>> item(const Value& key) override;
  Result<std::string> text() override;

 private:
  Ref<Dict> attributes_;
};
}  // namespace weir::jinja
