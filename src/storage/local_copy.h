#pragma once

#include <filesystem>
#include <memory>

#include "core/files.h"
#include "storage/object_store.h"

namespace weir::storage {
/// An object as a file of this machine: the object itself in a local store, else a temporary copy that goes with this.
class LocalCopy {
 public:
  /// Errors: kNotFound, kIo.
  static Result<LocalCopy> open(const ObjectStore& store, std::string_view key);
  const std::filesystem::path& path() const { return path_; }

 private:
  LocalCopy(std::filesystem::path path, std::unique_ptr<TempDir> folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}
  std::filesystem::path path_;
  std::unique_ptr<TempDir> folder_;
};

/// Writes the file at `path` into the store under `key`, in pieces. Errors: kIo, kNotFound.
Status upload_file(ObjectStore& store, std::string_view key, const std::filesystem::path& path, PutOptions options);
}  // namespace weir::storage
