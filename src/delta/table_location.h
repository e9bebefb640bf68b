#pragma once

#include <string>
#include <string_view>

#include "storage/object_store.h"

namespace weir::delta {
/// Where a table stands in its store, as keys. The two roots are two values so that a branch of a table can keep a log
/// of its own over the same data files.
struct TableLocation {
  std::string data_root;  ///< relative paths of data files start here: "raw/orders"; may be empty, the store's root
  std::string log_root;   ///< the folder of the commits: "raw/orders/_delta_log"

  /// The usual table: everything under `root`.
  static TableLocation at(std::string_view root) { return {std::string(root), storage::join_key(root, "_delta_log")}; }
  bool operator==(const TableLocation&) const = default;
};
}  // namespace weir::delta
