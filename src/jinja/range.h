#pragma once

#include "jinja/host_object.h"

namespace weir::jinja {
/// Python's range: a row of ints that is never written out.
class Range final : public HostObject {
 public:
  /// `step` is not zero.
  Range(std::int64_t start, std::int64_t stop, std::int64_t step);

  std::size_t count() const { return count_; }
  Value at(std::size_t index) const;
  /// The part between two positions of this range.
  Value slice(std::int64_t start, std::int64_t stop, std::int64_t step) const;

  std::string_view type_name() const override { return "range"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  Result<std::optional<Value>> item(const Value& key) override;
  Result<std::string> text() override;
  bool truth() override { return count_ > 0; }
  std::optional<std::size_t> length() override { return count_; }
  Result<std::optional<bool>> contains(const Value& value) override;
  bool is_sequence() const override { return true; }
  bool equals(const Value& other) override;

 private:
  std::int64_t start_;
  std::int64_t stop_;
  std::int64_t step_;
  std::size_t count_;
};
}  // namespace weir::jinja
