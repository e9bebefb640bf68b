#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"

namespace weir::generate {
/// Writes one file through a large buffer under a hidden temporary name and gives it its own name in the end, so that a
/// half-written file is never seen. Bytes go straight into the buffer: `reserve`, write, `commit`. Failures of the disk
/// are kept and reported by `finish`, so a row costs no check. One thread at a time. Dropped without `finish`, it
/// removes what it wrote.
class FileWriter {
 public:
  static constexpr std::size_t kBufferBytes = 1 << 20;
  static constexpr std::size_t kReserveBytesMax = 64 << 10;

  /// Opens ".name.part" beside `path`; the folder must exist. A file left by an interrupted run is overwritten.
  /// Errors: kIo.
  static Result<FileWriter> create(std::filesystem::path path);

  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  /// A place with room for `size_bytes` (at most kReserveBytesMax), valid until the next call.
  char* reserve(std::size_t size_bytes) {
    if (static_cast<std::size_t>(end_ - at_) < size_bytes) {
      flush();
    }
    return at_;
  }
  /// Keeps what was written since `reserve` up to `end`.
  void commit(const char* end) { at_ = buffer_.get() + (end - buffer_.get()); }
  /// Appends any number of bytes; a long text is written at once, without a copy.
  void append(std::string_view text);

  /// False once a write failed; worth asking now and then so that a full disk ends the work early.
  bool is_fine() const { return error_ == 0; }
  std::uint64_t size_bytes() const { return written_bytes_ + static_cast<std::uint64_t>(at_ - buffer_.get()); }

  /// Writes the rest and renames the file into place, over an older one. Call it once. Errors: kIo.
  Status finish();

 private:
  FileWriter(std::filesystem::path path, std::filesystem::path part, int descriptor);
  void flush();
  void write_out(const char* data, std::size_t size_bytes);

  std::filesystem::path path_;
  std::filesystem::path part_;
  int descriptor_ = -1;
  int error_ = 0;  // errno of the first failure
  std::uint64_t written_bytes_ = 0;
  std::unique_ptr<char[]> buffer_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};
}  // namespace weir::generate
