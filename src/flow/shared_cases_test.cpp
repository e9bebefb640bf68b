#include "flow/shared_cases_test.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files.h"

namespace weir::flow {
SharedCases::SharedCases(const std::string& file) : file_("../shared/data/" + file) {}
SharedCases::~SharedCases() = default;

void SharedCases::SetUp() {
  if (!std::filesystem::exists(file_)) {
    GTEST_SKIP() << file_ << " is not beside the project";
  }
  cases_ = std::make_unique<Json>(parse_json(read_file(file_).value(), file_).value());
}
}  // namespace weir::flow
