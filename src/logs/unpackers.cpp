#include "logs/unpackers.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace weir::logs {
namespace {
constexpr std::size_t kInputBytes = 64U << 10U;

std::unexpected<Error> ends_early(std::string_view kind) {
  return fail(ErrorCode::kCorrupt,
              std::string("the ") + std::string(kind) + " data ends too early; the file is cut off");
}

/// What all that read packed bytes share: a buffer that is filled when it is empty.
class Input {
 public:
  explicit Input(std::unique_ptr<ByteStream> source) : source_(std::move(source)), buffer_(kInputBytes) {}
  /// The bytes not yet taken; empty only at the end.
  Result<std::string_view> bytes() {
    if (at_ == size_) {
      at_ = 0;
      WEIR_TRY_ASSIGN(size_, source_->read(buffer_));
    }
    return std::string_view(buffer_.data() + at_, size_ - at_);
  }
  void take(std::size_t count) { at_ += count; }

 private:
  std::unique_ptr<ByteStream> source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
};

class GzipStream : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> packed) : input_(std::move(packed)) {}
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream() override { inflateEnd(&state_); }

  Status start() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&state_, MAX_WBITS + kGzipOnly) != Z_OK) {
      return fail(ErrorCode::kInternal, "cannot start to unpack gzip");
    }
    return {};
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    state_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    state_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), 1U << 30U));
    const std::size_t wanted = state_.avail_out;
    while (state_.avail_out == wanted) {
      WEIR_TRY_ASSIGN(std::string_view bytes, input_.bytes());
      if (!in_member_) {
        const std::size_t padding = std::min(bytes.find_first_not_of('\0'), bytes.size());
        input_.take(padding);
        bytes.remove_prefix(padding);
        if (padding > 0 && bytes.empty()) {
          continue;
        }
        if (bytes.empty()) {
          return std::size_t{0};
        }
        if (inflateReset(&state_) != Z_OK) {
          return fail(ErrorCode::kInternal, "cannot go on to unpack gzip");
        }
        in_member_ = true;
      }
      if (bytes.empty()) {
        return ends_early("gzip");
      }
      state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads there
      state_.avail_in = static_cast<uInt>(bytes.size());
      const int outcome = inflate(&state_, Z_NO_FLUSH);
      input_.take(bytes.size() - state_.avail_in);
      if (outcome == Z_STREAM_END) {
        in_member_ = false;
      } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
        return fail(ErrorCode::kCorrupt,
                    std::string("broken gzip data: ") + (state_.msg != nullptr ? state_.msg : "unknown"));
      }
    }
    return wanted - state_.avail_out;
  }

 private:
  Input input_;
  z_stream state_{};
  bool in_member_ = true;
};

class ZstdStream : public ByteStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> packed)
      : input_(std::move(packed)), state_(ZSTD_createDStream(), ZSTD_freeDStream) {}
  bool is_started() const { return state_ != nullptr; }

  Result<std::size_t> read(std::span<char> buffer) override {
    ZSTD_outBuffer out{.dst = buffer.data(), .size = buffer.size(), .pos = 0};
    while (out.pos == 0) {
      WEIR_TRY_ASSIGN(const std::string_view bytes, input_.bytes());
      if (bytes.empty() && !in_frame_) {
        return std::size_t{0};
      }
      ZSTD_inBuffer in{.src = bytes.data(), .size = bytes.size(), .pos = 0};
      const std::size_t outcome = ZSTD_decompressStream(state_.get(), &out, &in);
      input_.take(in.pos);
      if (ZSTD_isError(outcome) != 0) {
        return fail(ErrorCode::kCorrupt, std::string("broken zstd data: ") + ZSTD_getErrorName(outcome));
      }
      in_frame_ = outcome != 0;
      if (bytes.empty() && out.pos == 0 && in_frame_) {
        return ends_early("zstd");
      }
    }
    return out.pos;
  }

 private:
  Input input_;
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> state_;
  bool in_frame_ = false;
};

class Utf16Stream : public ByteStream {
 public:
  explicit Utf16Stream(std::unique_ptr<ByteStream> utf16) : input_(std::move(utf16)) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    std::size_t size = 0;
    while (size < buffer.size()) {
      if (pending_at_ < pending_.size()) {
        buffer[size++] = pending_[pending_at_++];
        continue;
      }
      WEIR_TRY_ASSIGN(const std::optional<std::uint32_t> unit, next_unit());
      pending_.clear();
      pending_at_ = 0;
      if (!unit) {
        if (high_ == 0) {
          break;
        }
        high_ = 0;
        append(kReplacement);
        continue;
      }
      take(*unit);
    }
    return size;
  }

 private:
  static constexpr std::uint32_t kReplacement = 0xFFFD;

  /// Nothing at the end; a lone last byte is a broken character.
  Result<std::optional<std::uint32_t>> next_unit() {
    std::array<std::uint32_t, 2> pair{};
    for (std::size_t i = 0; i < pair.size(); ++i) {
      WEIR_TRY_ASSIGN(const std::string_view bytes, input_.bytes());
      if (bytes.empty()) {
        return i == 0 ? std::optional<std::uint32_t>() : std::optional(kReplacement);
      }
      pair[i] = static_cast<unsigned char>(bytes.front());
      input_.take(1);
    }
    return std::optional(is_big_endian_ ? pair[0] << 8U | pair[1] : pair[1] << 8U | pair[0]);
  }
  void take(std::uint32_t unit) {
    if (is_first_) {
      is_first_ = false;
      is_big_endian_ = unit == 0xFFFE;  // read the wrong way round
      return;
    }
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    if (high_ != 0) {
      append(is_low ? 0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00) : kReplacement);
      high_ = 0;
      if (is_low) {
        return;
      }
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else {
      append(is_low ? kReplacement : unit);
    }
  }
  void append(std::uint32_t code) {
    const auto add = [this](std::uint32_t byte) { pending_ += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
      add(code);
    } else if (code < 0x800) {
      add(0xC0U | code >> 6U);
      add(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
      add(0xE0U | code >> 12U);
      add(0x80U | (code >> 6U & 0x3FU));
      add(0x80U | (code & 0x3FU));
    } else {
      add(0xF0U | code >> 18U);
      add(0x80U | (code >> 12U & 0x3FU));
      add(0x80U | (code >> 6U & 0x3FU));
      add(0x80U | (code & 0x3FU));
    }
  }

  Input input_;
  std::string pending_;
  std::size_t pending_at_ = 0;
  std::uint32_t high_ = 0;  ///< a high surrogate that waits for its low one
  bool is_first_ = true;
  bool is_big_endian_ = false;
};
}  // namespace

Result<std::unique_ptr<ByteStream>> make_gzip_stream(std::unique_ptr<ByteStream> packed) {
  auto stream = std::make_unique<GzipStream>(std::move(packed));
  WEIR_TRY(stream->start());
  return stream;
}

Result<std::unique_ptr<ByteStream>> make_zstd_stream(std::unique_ptr<ByteStream> packed) {
  auto stream = std::make_unique<ZstdStream>(std::move(packed));
  if (!stream->is_started()) {
    return fail(ErrorCode::kInternal, "cannot start to unpack zstd");
  }
  return stream;
}

std::unique_ptr<ByteStream> make_utf16_stream(std::unique_ptr<ByteStream> utf16) {
  return std::make_unique<Utf16Stream>(std::move(utf16));
}
}  // namespace weir::logs
