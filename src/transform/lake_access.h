#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/type.h"
#include "lake/lake.h"
#include "lake/session.h"

namespace weir::transform {
/// The lake as seen while one node is compiled and run: one session, opened when it is first needed, that pins what is
/// read. One thread at a time.
class LakeAccess {
 public:
  explicit LakeAccess(std::shared_ptr<lake::Lake> lake) : lake_(std::move(lake)) {}

  lake::Lake& lake() const { return *lake_; }
  /// Errors: as of Lake::session.
  Result<lake::Session*> session();
  /// The versions of the tables that were read; empty when there was no session.
  lake::InputVersions inputs() const;
  /// What stands under the name, in any case, or nothing.
  Result<std::optional<lake::EntryKind>> find(const lake::TableName& name) const;
  /// Errors: kNotFound without such a table or view.
  Result<std::vector<duck::Column>> columns(const lake::TableName& name);

 private:
  std::shared_ptr<lake::Lake> lake_;
  std::unique_ptr<lake::Session> session_;
};
}  // namespace weir::transform
