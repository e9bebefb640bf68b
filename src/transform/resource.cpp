#include "transform/resource.h"

namespace weir::transform {
std::string RefCall::text() const {
  std::string out = "ref('";
  if (!package.empty()) {
    out += package + "', '";
  }
  out += name + "'";
  if (!version.empty()) {
    out += ", v=" + version;
  }
  return out + ")";
}

std::string Resource::materialized() const {
  switch (kind) {
    case graph::NodeKind::kSeed:
      return "seed";
    case graph::NodeKind::kSnapshot:
      return "snapshot";
    case graph::NodeKind::kTest:
      return "test";
    default:
      return config.text("materialized", "view");
  }
}
}  // namespace weir::transform
