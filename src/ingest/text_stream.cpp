#include "ingest/text_stream.h"

#include <fmt/format.h>
#include <iconv.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "core/text.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kPeekBytes = 64U << 10U;
constexpr char kBadByte = '\xFF';
constexpr std::size_t kCut = 5;  // in place of a sequence's length: the text ends within it

// What windows-1252 has at 0x80 to 0x9F; the five that it leaves open are control characters as in latin-1.
constexpr std::array<char16_t, 32> kWindows1252 = {0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                                   0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                                   0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

void append_windows_1252(std::string_view bytes, std::string& out) {
  for (const char character : bytes) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x80) {
      out += character;
      continue;
    }
    const unsigned code = byte < 0xA0 ? kWindows1252[byte - 0x80U] : byte;
    if (code < 0x800) {
      out += static_cast<char>(0xC0U | (code >> 6U));
    } else {
      out += static_cast<char>(0xE0U | (code >> 12U));
      out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    }
    out += static_cast<char>(0x80U | (code & 0x3FU));
  }
}

// The length of the UTF-8 sequence at the front: 0 when it is wrong, kCut when the text ends within it.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) {
      return kCut;
    }
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (i == 1) {
      low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    }
    if (byte(i) < low || byte(i) > high) {
      return 0;
    }
  }
  return length;
}

bool is_ascii(std::string_view text) {
  unsigned char seen = 0;
  for (const char character : text) {
    seen |= static_cast<unsigned char>(character);  // no early end: the compiler makes wide steps of it
  }
  return seen < 0x80;
}

// Whether a stretch with a broken sequence in it is UTF-8 all the same: more sequences are right than wrong.
bool is_mostly_utf8(std::string_view text) {
  std::size_t right = 0;
  std::size_t wrong = 0;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    right += length > 1 && length < kCut ? 1U : 0U;
    wrong += length == 0 ? 1U : 0U;
    text.remove_prefix(length == 0 || length == kCut ? 1 : length);
  }
  return right > wrong;
}

std::string canonical_name(std::string_view name) {
  std::string lower = to_lower(trim(name));
  if (lower == "utf8") {
    return "utf-8";
  }
  if (lower == "cp1252" || lower == "windows1252" || lower == "ansi") {
    return "windows-1252";
  }
  if (lower == "latin-1" || lower == "latin1") {
    return "iso-8859-1";
  }
  return lower;
}

/// What all share: the bytes, and what was read ahead to look at.
class SourceStream : public TextStream {
 public:
  SourceStream(std::unique_ptr<ByteStream> bytes, std::string ahead, std::string encoding)
      : bytes_(std::move(bytes)), ahead_(std::move(ahead)), encoding_(std::move(encoding)) {}
  bool at_end() const override { return ended_ && ahead_.empty(); }
  std::string_view encoding() const override { return encoding_; }
  std::uint64_t file_bytes_read() const override { return bytes_->file_bytes_read(); }

 protected:
  // Appends up to `size_bytes` bytes of the file.
  Status read_bytes(std::string& out, std::size_t size_bytes) {
    const std::size_t from_ahead = std::min(size_bytes, ahead_.size());
    out.append(ahead_, 0, from_ahead);
    ahead_.erase(0, from_ahead);
    if (from_ahead == size_bytes || ended_) {
      return {};
    }
    const std::size_t before = out.size();
    const std::size_t wanted = size_bytes - from_ahead;
    out.resize(before + wanted);
    WEIR_TRY_ASSIGN(const std::size_t count, bytes_->read({out.data() + before, wanted}));
    out.resize(before + count);
    ended_ = count < wanted;
    return {};
  }
  bool bytes_ended() const { return ended_ && ahead_.empty(); }

  std::unique_ptr<ByteStream> bytes_;
  std::string ahead_;
  std::string encoding_;
  bool ended_ = false;
};

/// UTF-8, or windows-1252 from where it cannot be UTF-8.
class Utf8Stream : public SourceStream {
 public:
  Utf8Stream(std::unique_ptr<ByteStream> bytes, std::string ahead, bool may_change)
      : SourceStream(std::move(bytes), std::move(ahead), "utf-8"), may_change_(may_change) {}

  Status read(std::string& out, std::size_t size_bytes) override {
    if (changed_) {
      std::string bytes;
      WEIR_TRY(read_bytes(bytes, size_bytes));
      append_windows_1252(bytes, out);
      return {};
    }
    const std::size_t before = out.size();
    WEIR_TRY(read_bytes(out, size_bytes));
    if (!may_change_) {
      return {};
    }
    const std::string_view fresh = std::string_view(out).substr(before);
    const std::size_t valid = valid_utf8_length(fresh);
    const bool cut = valid < fresh.size() && !bytes_ended() && sequence_length(fresh.substr(valid)) == kCut;
    if (valid == fresh.size() || cut) {
      // A sequence that goes on in the next piece is left to it, unless it would be left forever.
      may_change_ = may_change_ && is_ascii(fresh.substr(0, valid));
      if (cut) {
        ahead_.insert(0, fresh.substr(valid));
        out.resize(before + valid);
      }
      return {};
    }
    may_change_ = false;
    if (is_ascii(fresh.substr(0, valid)) && !is_mostly_utf8(fresh.substr(valid))) {
      changed_ = true;
      encoding_ = "windows-1252";
      const std::string rest(fresh.substr(valid));
      out.resize(before + valid);
      append_windows_1252(rest, out);
    }
    return {};
  }

 private:
  bool may_change_;
  bool changed_ = false;
};

class Windows1252Stream : public SourceStream {
 public:
  Windows1252Stream(std::unique_ptr<ByteStream> bytes, std::string ahead) : SourceStream(std::move(bytes), std::move(ahead), "windows-1252") {}
  Status read(std::string& out, std::size_t size_bytes) override {
    std::string bytes;
    WEIR_TRY(read_bytes(bytes, size_bytes));
    append_windows_1252(bytes, out);
    return {};
  }
};

/// Any other encoding, by the C library.
class IconvStream : public SourceStream {
 public:
  IconvStream(std::unique_ptr<ByteStream> bytes, std::string ahead, std::string encoding, iconv_t converter)
      : SourceStream(std::move(bytes), std::move(ahead), std::move(encoding)), converter_(converter) {}
  IconvStream(const IconvStream&) = delete;
  IconvStream& operator=(const IconvStream&) = delete;
  ~IconvStream() override { iconv_close(converter_); }
  bool at_end() const override { return SourceStream::at_end() && pending_.empty(); }

  Status read(std::string& out, std::size_t size_bytes) override {
    const std::size_t start = out.size();
    WEIR_TRY(read_bytes(pending_, size_bytes));
    char* from = pending_.data();
    std::size_t from_left = pending_.size();
    const bool wide = encoding_.starts_with("utf-16") || encoding_.starts_with("ucs-2");
    while (from_left > 0) {
      const std::size_t before = out.size();
      out.resize(before + from_left * 2 + 16);
      char* to = out.data() + before;
      std::size_t to_left = out.size() - before;
      const std::size_t state = iconv(converter_, &from, &from_left, &to, &to_left);
      out.resize(out.size() - to_left);
      if (state != static_cast<std::size_t>(-1) || errno == E2BIG) {
        continue;
      }
      if (errno == EINVAL && !bytes_ended()) {
        break;  // a character that goes on in the next piece
      }
      const std::size_t skipped = std::min<std::size_t>(wide ? 2 : 1, from_left);
      from += skipped;
      from_left -= skipped;
      out += kBadByte;
    }
    pending_.erase(0, pending_.size() - from_left);
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (out.size() > start && !std::exchange(started_, true) && std::string_view(out).substr(start).starts_with(kMark)) {
      out.erase(start, kMark.size());  // a byte order mark that the named encoding keeps
    }
    return {};
  }

 private:
  iconv_t converter_;
  std::string pending_;
  bool started_ = false;
};

std::string detect(std::string_view first) {
  if (first.starts_with("\xEF\xBB\xBF")) {
    return "utf-8";
  }
  if (first.starts_with(std::string_view("\xFF\xFE\0\0", 4)) || first.starts_with(std::string_view("\0\0\xFE\xFF", 4))) {
    return "utf-32";
  }
  if (first.starts_with("\xFF\xFE")) {
    return "utf-16le";
  }
  if (first.starts_with("\xFE\xFF")) {
    return "utf-16be";
  }
  std::array<std::size_t, 2> zeros = {0, 0};
  const std::size_t looked = std::min<std::size_t>(first.size(), 4096);
  for (std::size_t i = 0; i < looked; ++i) {
    zeros[i % 2] += first[i] == '\0' ? 1U : 0U;
  }
  // Text of the Latin script has a zero in nearly every pair of bytes.
  if (looked >= 4 && (zeros[0] == 0) != (zeros[1] == 0) && (zeros[0] + zeros[1]) * 2 > looked * 6 / 10) {
    return zeros[1] > 0 ? "utf-16le" : "utf-16be";
  }
  return "auto";
}
}  // namespace

std::size_t valid_utf8_length(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) {
    return text.size();
  }
  // Halve the stretch in which the first mistake must be, then step through it.
  std::size_t start = 0;
  std::size_t end = text.size();
  while (end - start > 256) {
    std::size_t middle = start + (end - start) / 2;
    while (middle > start && (static_cast<unsigned char>(text[middle]) & 0xC0U) == 0x80U) {
      --middle;
    }
    if (middle == start) {
      break;
    }
    (simdjson::validate_utf8(text.data() + start, middle - start) ? start : end) = middle;
  }
  while (start < text.size()) {
    const std::size_t length = sequence_length(text.substr(start));
    if (length == 0 || length == kCut) {
      break;
    }
    start += length;
  }
  return start;
}

std::string escape_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = sequence_length(text);
    if (length == 0 || length == kCut) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text.front()));
      length = 1;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

Status check_encoding(std::string_view name, const Place& place) {
  const std::string canonical = canonical_name(name);
  if (canonical == "auto" || canonical == "unicode" || canonical == "utf-8" || canonical == "windows-1252") {
    return {};
  }
  const iconv_t converter = iconv_open("UTF-8", canonical.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) {  // NOLINT: iconv's way
    const std::vector<std::string> common = {"auto",         "utf-8",        "utf-16",     "utf-16le",   "utf-16be", "latin-1", "iso-8859-1",
                                             "iso-8859-15",  "windows-1252", "windows-1250", "windows-1251", "shift_jis", "euc-jp",  "euc-kr",
                                             "cp949",        "gb18030",      "big5",       "koi8-r",     "macintosh"};
    return fail_at(place, fmt::format("unknown encoding \"{}\"{}", name, did_you_mean(canonical, common)));
  }
  iconv_close(converter);
  return {};
}

Result<std::unique_ptr<TextStream>> TextStream::open(const std::filesystem::path& path, std::string_view encoding) {
  WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> bytes, ByteStream::open(path));
  std::string ahead(kPeekBytes, '\0');
  WEIR_TRY_ASSIGN(const std::size_t count, bytes->read(ahead));
  ahead.resize(count);
  std::string name = canonical_name(encoding);
  if (name == "auto" || name == "unicode") {
    const std::string found = detect(ahead);
    name = found == "auto" && name == "unicode" ? "utf-8" : found;
  }
  if (name == "auto" || name == "utf-8") {
    if (ahead.starts_with("\xEF\xBB\xBF")) {
      ahead.erase(0, 3);
      name = "utf-8";
    }
    return std::make_unique<Utf8Stream>(std::move(bytes), std::move(ahead), name == "auto");
  }
  if (name == "windows-1252") {
    return std::make_unique<Windows1252Stream>(std::move(bytes), std::move(ahead));
  }
  const iconv_t converter = iconv_open("UTF-8", name.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) {  // NOLINT: iconv's way
    return fail(ErrorCode::kInvalid, fmt::format("unknown encoding \"{}\"", name), path.string());
  }
  return std::make_unique<IconvStream>(std::move(bytes), std::move(ahead), std::move(name), converter);
}
}  // namespace weir::ingest
