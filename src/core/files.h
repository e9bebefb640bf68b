#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Small files and folders of the machine. Data goes through storage/.
namespace weir {
/// Reads a whole file of at most `size_max` bytes. Errors: kNotFound, kIo, kInvalid when larger.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t size_max = 64U << 20U);
/// Writes `bytes` to a new file beside `path` and renames it: readers see the old or the new content, never half of it.
/// Makes missing folders. Errors: kIo.
Status write_file(const std::filesystem::path& path, std::string_view bytes);
/// The files that match `pattern` (see glob_match; absolute, or relative to `folder`), sorted by path.
/// A pattern without wildcards gives that file when it is there. Hidden files are left out unless named. Errors: kIo.
Result<std::vector<std::filesystem::path>> find_files(const std::filesystem::path& folder, std::string_view pattern);
/// `path` as seen from `folder` when below it, else the absolute path; always with `/`.
std::string relative_text(const std::filesystem::path& path, const std::filesystem::path& folder);

/// A new folder that is removed with everything in it at the end. Not copyable; one owner.
class TempDir {
 public:
  /// Makes it below `parent`, by default the system's folder for temporary files. Errors: kIo.
  static Result<TempDir> create(const std::filesystem::path& parent = {}, std::string_view prefix = "weir-");
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TempDir(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};
}  // namespace weir
