#include "transform/lake_access.h"

#include "core/text.h"

namespace weir::transform {
Result<lake::Session*> LakeAccess::session() {
  if (!session_) {
    WEIR_TRY_ASSIGN(session_, lake_->session());
  }
  return session_.get();
}

lake::InputVersions LakeAccess::inputs() const {
  return session_ ? session_->inputs() : lake::InputVersions();
}

Result<std::optional<lake::EntryKind>> LakeAccess::find(const lake::TableName& name) const {
  return lake_->find(name);
}

Result<std::vector<duck::Column>> LakeAccess::columns(const lake::TableName& name) {
  WEIR_TRY_ASSIGN(lake::Session * session, this->session());
  return session->describe("SELECT * FROM " + sql_name(name.schema) + "." + sql_name(name.name));
}
}  // namespace weir::transform
