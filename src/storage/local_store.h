#pragma once

#include <filesystem>
#include <memory>

#include "storage/object_store.h"

namespace weir::storage {
/// A store in a folder of this machine. The folder is made with the first write.
/// An object is written to a hidden file beside its place (".weir-tmp-<pid>-<random>", never listed) and then renamed
/// or linked; what a crash leaves of those, `remove_leftovers` takes away.
std::unique_ptr<ObjectStore> open_local_store(std::filesystem::path root);

/// Removes unfinished files below `root` that were last written before `older_than`; returns how many. Errors: kIo.
Result<std::size_t> remove_leftovers(const std::filesystem::path& root, Timestamp older_than);
}  // namespace weir::storage
