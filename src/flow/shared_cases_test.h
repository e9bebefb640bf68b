#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/json.h"

namespace weir::flow {
/// Cases of a shared JSON file, which stands beside the project; elsewhere its tests are skipped.
class SharedCases : public testing::Test {
 protected:
  explicit SharedCases(const std::string& file);
  ~SharedCases() override;
  void SetUp() override;
  const Json& cases() const { return *cases_; }

 private:
  std::string file_;
  std::unique_ptr<Json> cases_;
};
}  // namespace weir::flow
