#include "logs/byte_stream.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "logs/unpackers.h"

namespace weir::logs {
namespace {
class DescriptorStream : public ByteStream {
 public:
  DescriptorStream(int descriptor, std::atomic<std::uint64_t>& read_bytes)
      : descriptor_(descriptor), read_bytes_(read_bytes) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
      if (count >= 0) {
        read_bytes_ += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
      }
      if (errno != EINTR) {
        return fail(ErrorCode::kIo, std::string("cannot read: ") + std::strerror(errno));
      }
    }
  }

 private:
  int descriptor_;
  std::atomic<std::uint64_t>& read_bytes_;
};

class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(std::string_view bytes) : bytes_(bytes) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = bytes_.copy(buffer.data(), buffer.size());
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
};

/// Gives back bytes that were read to see what they are, then the rest.
class PrefixedStream : public ByteStream {
 public:
  PrefixedStream(std::string prefix, std::unique_ptr<ByteStream> rest)
      : prefix_(std::move(prefix)), rest_(std::move(rest)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    if (at_ == prefix_.size()) {
      return rest_->read(buffer);
    }
    const std::size_t count = prefix_.copy(buffer.data(), buffer.size(), at_);
    at_ += count;
    return count;
  }

 private:
  std::string prefix_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteStream> rest_;
};

struct Peeked {
  Packing packing = Packing::kPlain;
  std::unique_ptr<ByteStream> stream;  ///< without a UTF-8 mark
};

Result<Peeked> peek(std::unique_ptr<ByteStream> stream) {
  std::string first(kPackingBytes, '\0');
  std::size_t size = 0;
  while (size < first.size()) {
    WEIR_TRY_ASSIGN(const std::size_t count, stream->read(std::span(first).subspan(size)));
    if (count == 0) {
      break;
    }
    size += count;
  }
  first.resize(size);
  Peeked peeked;
  peeked.packing = packing_of(first);
  if (peeked.packing == Packing::kUtf8Mark) {
    first.erase(0, 3);
  }
  peeked.stream = std::make_unique<PrefixedStream>(std::move(first), std::move(stream));
  return peeked;
}
}  // namespace

std::unique_ptr<ByteStream> make_descriptor_stream(int descriptor, std::atomic<std::uint64_t>& read_bytes) {
  return std::make_unique<DescriptorStream>(descriptor, read_bytes);
}

std::unique_ptr<ByteStream> make_memory_stream(std::string_view bytes) {
  return std::make_unique<MemoryStream>(bytes);
}

Packing packing_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) {
    return Packing::kGzip;
  }
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) {
    return Packing::kZstd;
  }
  if (first_bytes.starts_with("\xef\xbb\xbf")) {
    return Packing::kUtf8Mark;
  }
  return first_bytes.starts_with("\xff\xfe") || first_bytes.starts_with("\xfe\xff") ? Packing::kUtf16 : Packing::kPlain;
}

Result<std::unique_ptr<ByteStream>> unpack(std::unique_ptr<ByteStream> packed) {
  WEIR_TRY_ASSIGN(Peeked peeked, peek(std::move(packed)));
  if (peeked.packing == Packing::kGzip || peeked.packing == Packing::kZstd) {
    WEIR_TRY_ASSIGN(auto unpacked, peeked.packing == Packing::kGzip ? make_gzip_stream(std::move(peeked.stream))
                                                                    : make_zstd_stream(std::move(peeked.stream)));
    WEIR_TRY_ASSIGN(peeked, peek(std::move(unpacked)));
  }
  // What was packed twice stays as it is: only a mistake makes such a file.
  return peeked.packing == Packing::kUtf16 ? make_utf16_stream(std::move(peeked.stream)) : std::move(peeked.stream);
}
}  // namespace weir::logs
