#include "ingest/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace weir::ingest {
namespace {
constexpr std::size_t kPackedBytes = 256U << 10U;

class FileStream : public ByteStream {
 public:
  FileStream(int file, std::string name) : file_(file), name_(std::move(name)) {}
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;
  ~FileStream() override { ::close(file_); }

  Result<std::size_t> read(std::span<char> out) override {
    std::size_t filled = 0;
    while (filled < out.size()) {
      const ssize_t count = ::read(file_, out.data() + filled, out.size() - filled);
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count < 0) {
        return fail(ErrorCode::kIo, fmt::format("cannot be read: {}", std::strerror(errno)), name_);  // NOLINT: one message
      }
      if (count == 0) {
        break;
      }
      filled += static_cast<std::size_t>(count);
    }
    bytes_read_ += filled;
    return filled;
  }
  std::uint64_t file_bytes_read() const override { return bytes_read_; }
  const std::string& name() const { return name_; }
  /// The first bytes, without moving on.
  std::string_view peek(std::span<char> out) const {
    const ssize_t count = ::pread(file_, out.data(), out.size(), 0);
    return {out.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
  }

 private:
  int file_;
  std::string name_;
  std::uint64_t bytes_read_ = 0;
};

/// What the two kinds of archive share: a buffer of packed bytes.
class PackedStream : public ByteStream {
 public:
  explicit PackedStream(std::unique_ptr<FileStream> file) : file_(std::move(file)), packed_(kPackedBytes) {}
  std::uint64_t file_bytes_read() const override { return file_->file_bytes_read(); }

 protected:
  /// Reads on; false at the end of the file.
  Result<bool> refill() {
    WEIR_TRY_ASSIGN(packed_size_, file_->read(packed_));
    return packed_size_ > 0;
  }
  std::unexpected<Error> corrupt(std::string_view what) const { return fail(ErrorCode::kCorrupt, std::string(what), file_->name()); }

  std::unique_ptr<FileStream> file_;
  std::vector<char> packed_;
  std::size_t packed_size_ = 0;
};

class GzipStream : public PackedStream {
 public:
  explicit GzipStream(std::unique_ptr<FileStream> file) : PackedStream(std::move(file)) {
    constexpr int kGzipWindow = 15 + 16;
    inflateInit2(&zlib_, kGzipWindow);
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override { inflateEnd(&zlib_); }

  Result<std::size_t> read(std::span<char> out) override {
    zlib_.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT: zlib's bytes
    zlib_.avail_out = static_cast<uInt>(out.size());
    while (zlib_.avail_out > 0) {
      if (zlib_.avail_in == 0) {
        WEIR_TRY_ASSIGN(const bool more, refill());
        if (!more) {
          if (inside_) {
            return corrupt("the gzip archive ends too early");
          }
          break;
        }
        zlib_.next_in = reinterpret_cast<Bytef*>(packed_.data());  // NOLINT: zlib's bytes
        zlib_.avail_in = static_cast<uInt>(packed_size_);
      }
      if (!inside_) {
        if (members_ > 0 && *zlib_.next_in != 0x1f) {
          zlib_.avail_in = 0;  // padding behind the last member
          continue;
        }
        inflateReset(&zlib_);
        inside_ = true;
      }
      const int state = inflate(&zlib_, Z_NO_FLUSH);
      if (state == Z_STREAM_END) {
        inside_ = false;
        ++members_;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        return corrupt(fmt::format("the gzip archive is damaged: {}", zlib_.msg == nullptr ? "bad data" : zlib_.msg));
      }
    }
    return out.size() - zlib_.avail_out;
  }

 private:
  z_stream zlib_{};
  bool inside_ = false;
  std::size_t members_ = 0;
};

class ZstdStream : public PackedStream {
 public:
  explicit ZstdStream(std::unique_ptr<FileStream> file) : PackedStream(std::move(file)), zstd_(ZSTD_createDStream()) {}
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;
  ~ZstdStream() override { ZSTD_freeDStream(zstd_); }

  Result<std::size_t> read(std::span<char> out) override {
    ZSTD_outBuffer target{out.data(), out.size(), 0};
    while (target.pos < target.size) {
      if (source_.pos == source_.size) {
        WEIR_TRY_ASSIGN(const bool more, refill());
        if (!more) {
          if (inside_) {
            return corrupt("the Zstandard archive ends too early");
          }
          break;
        }
        source_ = {packed_.data(), packed_size_, 0};
      }
      const std::size_t state = ZSTD_decompressStream(zstd_, &target, &source_);
      if (ZSTD_isError(state) != 0) {
        return corrupt(fmt::format("the Zstandard archive is damaged: {}", ZSTD_getErrorName(state)));
      }
      inside_ = state != 0;
    }
    return target.pos;
  }

 private:
  ZSTD_DStream* zstd_;
  ZSTD_inBuffer source_{nullptr, 0, 0};
  bool inside_ = false;
};
}  // namespace

Result<std::unique_ptr<ByteStream>> ByteStream::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
    return fail(code, fmt::format("cannot be opened: {}", std::strerror(errno)), path.string());  // NOLINT: one message
  }
  auto stream = std::make_unique<FileStream>(file, path.string());
  std::array<char, 4> first;
  const std::string_view magic = stream->peek(first);
  if (magic.starts_with("\x1f\x8b")) {
    return std::make_unique<GzipStream>(std::move(stream));
  }
  if (magic == "\x28\xb5\x2f\xfd") {
    return std::make_unique<ZstdStream>(std::move(stream));
  }
  return stream;
}
}  // namespace weir::ingest
