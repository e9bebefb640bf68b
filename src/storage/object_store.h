#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

/// Where tables live: a tree of immutable objects under keys. A folder of the local disk, a bucket, or memory.
namespace weir::storage {
/// One stored object.
struct ObjectInfo {
  std::string key;
  std::uint64_t size_bytes = 0;
  Timestamp modified;
  bool operator==(const ObjectInfo&) const = default;
};

struct ListOptions {
  std::string prefix;       ///< only keys that begin with it; empty lists everything
  std::string start_after;  ///< only keys greater than it (bytes compared)
  std::size_t limit_count = std::numeric_limits<std::size_t>::max();
  /// False: only keys without a `/` behind the prefix, so prefix "t/_delta_log/" leaves "t/_delta_log/_sidecars/a" out.
  bool recursive = true;
};

enum class PutOutcome : std::uint8_t {
  kWritten,
  kExists,  ///< nothing was changed
};

struct PutOptions {
  /// True: the object and its name survive a power cut once the call has returned.
  bool durable = false;
};

/// Takes the bytes of one object, piece by piece. The object appears at `finish`, whole, and not at all without it.
/// One thread at a time. Must not outlive its store.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  /// Errors: kIo; the writer is of no use afterwards.
  virtual Status write(std::string_view bytes) = 0;
  /// Replaces what stood under the key. To be called once. Errors: kIo.
  virtual Status finish() = 0;
};

/// A tree of objects. Keys are UTF-8 texts of non-empty parts with `/` between them, without "." and ".." parts.
/// Objects are written whole: nobody ever sees a half-written one. Safe to use from many threads.
/// Errors of all calls: kInvalid for a bad key, kNotFound where said, kIo.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// For messages: "/data/lake", "s3://bucket/lake".
  virtual std::string name() const = 0;

  /// The objects that match, by key in the order of bytes. Unfinished writes are not seen.
  virtual Result<std::vector<ObjectInfo>> list(const ListOptions& options) const = 0;
  /// The names of the folders directly below `folder` ("" is the root), sorted, without `/`.
  /// A folder is there as long as an object is below it (a local disk also shows empty ones).
  virtual Result<std::vector<std::string>> list_folders(std::string_view folder) const = 0;
  /// Errors: kNotFound.
  virtual Result<ObjectInfo> head(std::string_view key) const = 0;
  /// The whole object. The text's capacity exceeds its size by at least 64 bytes, which simdjson asks for. Errors:
  /// kNotFound.
  virtual Result<std::string> read(std::string_view key) const = 0;
  /// At most `size_bytes` bytes from `offset`; fewer where the object ends. Errors: kNotFound.
  virtual Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::size_t size_bytes) const = 0;

  /// Writes the object, replacing what was there at once.
  virtual Status put(std::string_view key, std::string_view bytes, PutOptions options) = 0;
  /// Writes the object unless the key is taken. Among any number of callers exactly one gets kWritten.
  /// After an error the object may or may not be there.
  virtual Result<PutOutcome> put_if_absent(std::string_view key, std::string_view bytes, PutOptions options) = 0;
  virtual Result<std::unique_ptr<ObjectWriter>> open_writer(std::string_view key, PutOptions options) = 0;
  /// Makes objects that were written through `local_path` survive a power cut. Other stores have nothing to do.
  virtual Status make_durable(std::span<const std::string> keys) = 0;
  /// Nothing happens where the key is not there.
  virtual Status remove(std::string_view key) = 0;

  /// The file behind the key for stores that are a folder of this machine, so that DuckDB reads and writes it directly.
  /// The file need not exist. Empty for all other stores.
  virtual std::optional<std::filesystem::path> local_path(std::string_view key) const = 0;
};

/// Errors: kInvalid, unless `key` is a legal one.
Status check_key(std::string_view key);
/// "a" and "b/c" give "a/b/c"; an empty side gives the other.
std::string join_key(std::string_view folder, std::string_view rest);
}  // namespace weir::storage
