#include "ingest/input_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "core/files.h"
#include "core/hash.h"

namespace weir::ingest {
namespace {
Result<InputFile> look_at(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, std::strerror(errno), path.string());  // NOLINT: one message
  }
  InputFile file;
  file.path = path;
  file.size_bytes = static_cast<std::uint64_t>(info.st_size);
  file.modified_ms = info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1'000'000;
  return file;
}
}  // namespace

Result<std::vector<InputFile>> find_input_files(const std::filesystem::path& folder, const std::vector<std::string>& patterns) {
  const std::filesystem::path base = std::filesystem::absolute(folder).lexically_normal();
  const std::string below = base.generic_string() + (base.generic_string().ends_with('/') ? "" : "/");
  std::map<std::string, InputFile> by_name;
  for (const std::string& pattern : patterns) {
    WEIR_TRY_ASSIGN(const auto paths, find_files(base, pattern));
    for (const std::filesystem::path& path : paths) {
      auto file = look_at(path);
      if (!file && file.error().code == ErrorCode::kNotFound) {
        continue;  // removed between the listing and now
      }
      if (!file) {
        return std::unexpected(std::move(file).error());
      }
      std::string name = path.generic_string();
      file->name = name.starts_with(below) ? name.substr(below.size()) : name;
      by_name.try_emplace(file->name, *file);
    }
  }
  std::vector<InputFile> files;
  files.reserve(by_name.size());
  for (auto& [name, file] : by_name) {
    files.push_back(std::move(file));
  }
  return files;
}

std::string files_digest(const std::vector<InputFile>& files) {
  std::string text;
  for (const InputFile& file : files) {
    text += fmt::format("{}\n{} {}\n", file.name, file.size_bytes, file.modified_ms);
  }
  return hash128_hex(text);
}

Status check_unchanged(const InputFile& file) {
  const auto now = look_at(file.path);
  if (!now || now->size_bytes != file.size_bytes || now->modified_ms != file.modified_ms) {
    return fail(ErrorCode::kConflict, "was changed while it was read; run again when it is complete", file.name);
  }
  return {};
}
}  // namespace weir::ingest
