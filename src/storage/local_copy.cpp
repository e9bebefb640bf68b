#include "storage/local_copy.h"

#include <algorithm>
#include <fstream>

namespace weir::storage {
namespace {
constexpr std::size_t kPieceBytes = 8U << 20U;
}

Result<LocalCopy> LocalCopy::open(const ObjectStore& store, std::string_view key) {
  if (auto path = store.local_path(key)) {
    WEIR_TRY(store.head(key));
    return LocalCopy(*std::move(path), nullptr);
  }
  WEIR_TRY_ASSIGN(const ObjectInfo info, store.head(key));
  WEIR_TRY_ASSIGN(TempDir folder, TempDir::create());
  auto owner = std::make_unique<TempDir>(std::move(folder));
  std::filesystem::path path = owner->path() / std::filesystem::path(key).filename();
  std::ofstream file(path, std::ios::binary);
  for (std::uint64_t offset = 0; offset < info.size_bytes; offset += kPieceBytes) {
    WEIR_TRY_ASSIGN(const std::string bytes, store.read_range(key, offset, kPieceBytes));
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  file.close();
  if (!file) {
    return fail(ErrorCode::kIo, "cannot write a temporary copy", path.string());
  }
  return LocalCopy(std::move(path), std::move(owner));
}

Status upload_file(ObjectStore& store, std::string_view key, const std::filesystem::path& path, PutOptions options) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kNotFound, "cannot read", path.string());
  }
  WEIR_TRY_ASSIGN(const auto writer, store.open_writer(key, options));
  std::string piece(kPieceBytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    WEIR_TRY(writer->write({piece.data(), static_cast<std::size_t>(file.gcount())}));
  }
  if (!file.eof()) {
    return fail(ErrorCode::kIo, "cannot read", path.string());
  }
  return writer->finish();
}
}  // namespace weir::storage
