#pragma once

#include <memory>

#include "core/clock.h"
#include "storage/object_store.h"

namespace weir::storage {
/// A store in memory, for tests. `clock` gives the modification times and must outlive the store.
std::unique_ptr<ObjectStore> make_memory_store(const Clock& clock = system_clock());
}  // namespace weir::storage
