#include "delta/deletion_vector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/text.h"
#include "delta/partition_value.h"
#include "storage/local_store.h"

namespace weir::delta {
namespace {
constexpr std::uint32_t kMagic = 1681511377;
constexpr std::uint32_t kOldMagic = 1681511376;
constexpr std::uint32_t kCookieWithRuns = 12347;
constexpr std::uint32_t kCookieWithoutRuns = 12346;
constexpr std::size_t kNoOffsetsBelow = 4;     // bitmaps with runs and fewer containers have no table of offsets
constexpr std::size_t kArrayValuesMax = 4096;  // larger containers are bitmaps
constexpr std::size_t kBitmapBytes = 8192;
constexpr std::size_t kUuidCharacters = 20;  // 16 bytes in Z85
constexpr std::string_view kZ85 =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorrupt, fmt::format("deletion vector: {}", what));
}

// Reads little-endian numbers from the front and remembers whether the bytes ran out.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  T number() {
    T value = 0;
    if (const std::string_view part = take(sizeof(T)); part.size() == sizeof(T)) {
      std::memcpy(&value, part.data(), sizeof(T));  // all supported machines are little-endian
    }
    return value;
  }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const std::string_view part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }
  bool failed() const { return failed_; }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

struct Container {
  std::uint32_t key = 0;
  std::uint32_t count = 0;
  bool runs = false;
};

void read_container(ByteReader& reader, const Container& container, std::int64_t base, std::size_t rows_max,
                    std::vector<std::int64_t>& rows) {
  const std::int64_t start = base + (static_cast<std::int64_t>(container.key) << 16U);
  if (container.runs) {
    const auto runs_count = reader.number<std::uint16_t>();
    for (std::uint32_t run = 0; run < runs_count && !reader.failed() && rows.size() <= rows_max; ++run) {
      const std::int64_t first = reader.number<std::uint16_t>();
      const std::int64_t length = reader.number<std::uint16_t>();
      for (std::int64_t i = 0; i <= length && !reader.failed(); ++i) {
        rows.push_back(start + first + i);
      }
    }
  } else if (container.count <= kArrayValuesMax) {
    for (std::uint32_t i = 0; i < container.count && !reader.failed(); ++i) {
      rows.push_back(start + reader.number<std::uint16_t>());
    }
  } else {
    const std::string_view bits = reader.take(kBitmapBytes);
    for (std::size_t byte = 0; byte < bits.size(); ++byte) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        if ((static_cast<unsigned>(static_cast<unsigned char>(bits[byte])) >> bit & 1U) != 0) {
          rows.push_back(start + static_cast<std::int64_t>(byte * 8 + bit));
        }
      }
    }
  }
}

Status read_bitmap(ByteReader& reader, std::int64_t base, std::size_t rows_max, std::vector<std::int64_t>& rows) {
  const auto cookie = reader.number<std::uint32_t>();
  const bool with_runs = (cookie & 0xFFFFU) == kCookieWithRuns;
  if (!with_runs && cookie != kCookieWithoutRuns) {
    return corrupt("not a Roaring bitmap");
  }
  const std::uint32_t count = with_runs ? (cookie >> 16U) + 1 : reader.number<std::uint32_t>();
  if (count > 65'536) {
    return corrupt("too many containers");
  }
  const std::string_view run_flags = with_runs ? reader.take((count + 7) / 8) : std::string_view();
  std::vector<Container> containers(count);
  for (std::size_t i = 0; i < containers.size() && !reader.failed(); ++i) {
    containers[i].key = reader.number<std::uint16_t>();
    containers[i].count = reader.number<std::uint16_t>() + 1U;
    containers[i].runs =
        i / 8 < run_flags.size() && (static_cast<unsigned>(static_cast<unsigned char>(run_flags[i / 8])) >> (i % 8) & 1U) != 0;
  }
  if (!with_runs || count >= kNoOffsetsBelow) {
    reader.take(std::size_t{count} * 4);  // offsets, which help random access only
  }
  for (const Container& container : containers) {
    read_container(reader, container, base, rows_max, rows);
    if (reader.failed() || rows.size() > rows_max) {
      return corrupt(reader.failed() ? "ends too early" : "has more rows than it should");
    }
  }
  return reader.failed() ? corrupt("ends too early") : Status();
}

std::uint32_t crc32(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
      }
      out[i] = value;
    }
    return out;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  }
  return ~crc;
}

std::uint32_t big_endian(std::string_view four_bytes) {
  std::uint32_t value = 0;
  for (const char c : four_bytes) {
    value = value << 8U | static_cast<unsigned char>(c);
  }
  return value;
}

void append_big_endian(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>(static_cast<unsigned char>(value >> shift & 0xFFU));
  }
}

template <typename T>
void append_number(std::string& out, T value) {
  std::array<char, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof(T));
  out.append(bytes.data(), bytes.size());
}

// One 32-bit bitmap of the low halves.
void append_bitmap(std::string& out, const std::vector<std::uint32_t>& values) {
  std::vector<std::vector<std::uint16_t>> containers;
  std::vector<std::uint16_t> keys;
  for (const std::uint32_t value : values) {
    const auto key = static_cast<std::uint16_t>(value >> 16U);
    if (keys.empty() || keys.back() != key) {
      keys.push_back(key);
      containers.emplace_back();
    }
    containers.back().push_back(static_cast<std::uint16_t>(value & 0xFFFFU));
  }
  append_number<std::uint32_t>(out, kCookieWithoutRuns);
  append_number<std::uint32_t>(out, static_cast<std::uint32_t>(keys.size()));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    append_number<std::uint16_t>(out, keys[i]);
    append_number<std::uint16_t>(out, static_cast<std::uint16_t>(containers[i].size() - 1));
  }
  auto offset = static_cast<std::uint32_t>(8 + keys.size() * 8);
  for (const auto& container : containers) {
    append_number<std::uint32_t>(out, offset);
    offset += static_cast<std::uint32_t>(container.size() <= kArrayValuesMax ? container.size() * 2 : kBitmapBytes);
  }
  for (const auto& container : containers) {
    if (container.size() <= kArrayValuesMax) {
      for (const std::uint16_t value : container) {
        append_number(out, value);
      }
      continue;
    }
    std::string bits(kBitmapBytes, '\0');
    for (const std::uint16_t value : container) {
      bits[value / 8] = static_cast<char>(static_cast<unsigned char>(bits[value / 8]) | 1U << (value % 8));
    }
    out += bits;
  }
}

// The form of the protocol's own inline example: magic, number of bitmaps and the size of each are big-endian.
Result<std::vector<std::int64_t>> decode_old(std::string_view bytes, std::size_t rows_max) {
  ByteReader reader(bytes);
  std::vector<std::int64_t> rows;
  const std::uint32_t bitmaps_count = big_endian(reader.take(4));
  for (std::uint32_t key = 0; key < bitmaps_count && !reader.failed(); ++key) {
    ByteReader bitmap(reader.take(big_endian(reader.take(4))));
    WEIR_TRY(read_bitmap(bitmap, static_cast<std::int64_t>(key) << 32U, rows_max, rows));
  }
  if (reader.failed()) {
    return corrupt("ends too early");
  }
  return rows;
}

Result<std::string> read_stored(const storage::ObjectStore& store, const std::string& key,
                                const DeletionVector& vector) {
  const auto offset = static_cast<std::uint64_t>(std::max(vector.offset.value_or(0), 0));
  const auto size = static_cast<std::size_t>(std::max(vector.size_bytes, 0));
  WEIR_TRY_ASSIGN(const std::string bytes, store.read_range(key, offset, size + 8));
  const std::string_view all = bytes;
  if (all.size() != size + 8 || big_endian(all.substr(0, 4)) != size) {
    return corrupt("its file does not have it at the place that the log names");
  }
  if (crc32(all.substr(4, size)) != big_endian(all.substr(4 + size, 4))) {
    return corrupt("its checksum does not match");
  }
  return bytes.substr(4, size);
}

Result<std::string> read_bytes(const storage::ObjectStore& store, const TableLocation& location,
                               const DeletionVector& vector) {
  switch (vector.storage_type) {
    case 'i': {
      WEIR_TRY_ASSIGN(std::string bytes, decode_z85(vector.path_or_inline));
      if (vector.size_bytes < 0 || bytes.size() < static_cast<std::size_t>(vector.size_bytes)) {
        return corrupt("shorter than its size");
      }
      bytes.resize(static_cast<std::size_t>(vector.size_bytes));
      return bytes;
    }
    case 'u': {
      WEIR_TRY_ASSIGN(const std::string path, deletion_vector_path(vector.path_or_inline));
      return read_stored(store, storage::join_key(location.data_root, path), vector);
    }
    case 'p':
      if (is_absolute_path(vector.path_or_inline)) {
        const auto path = local_path_of(vector.path_or_inline);
        if (!path) {
          return fail(ErrorCode::kUnsupported, "the table points to a deletion vector in another store",
                      vector.path_or_inline);
        }
        return read_stored(*storage::open_local_store("/"), path->substr(1), vector);
      }
      return read_stored(store, storage::join_key(location.data_root, decode_path(vector.path_or_inline)), vector);
    default:
      return corrupt("unknown storage type");
  }
}
}  // namespace

Result<std::string> decode_z85(std::string_view text) {
  const std::size_t missing = (5 - text.size() % 5) % 5;
  if (missing == 4) {
    return corrupt("a Z85 text of this length cannot be");
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 5) {
    std::uint64_t value = 0;
    std::string group(text.substr(i, 5));
    group.resize(5, kZ85.back());
    for (const char c : group) {
      const std::size_t digit = kZ85.find(c);
      if (digit == std::string_view::npos) {
        return corrupt("a character that Z85 does not have");
      }
      value = value * 85 + digit;
    }
    if (value > 0xFFFFFFFFU) {
      return corrupt("a group of Z85 that is too large");
    }
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      out += static_cast<char>(static_cast<unsigned char>(value >> shift & 0xFFU));
    }
  }
  out.resize(out.size() - missing);
  return out;
}

std::string encode_z85(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t value = 0;
    for (std::size_t j = i; j < i + 4; ++j) {
      value = value << 8U | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    }
    std::array<char, 5> group{};
    for (auto at = group.rbegin(); at != group.rend(); ++at) {
      *at = kZ85[value % 85];
      value /= 85;
    }
    out.append(group.data(), group.size());
  }
  return out;
}

Result<std::string> deletion_vector_path(std::string_view path_or_inline) {
  if (path_or_inline.size() < kUuidCharacters) {
    return corrupt("its name is too short");
  }
  const std::string_view prefix = path_or_inline.substr(0, path_or_inline.size() - kUuidCharacters);
  WEIR_TRY_ASSIGN(const std::string uuid, decode_z85(path_or_inline.substr(prefix.size())));
  const std::string digits = hex(std::as_bytes(std::span(uuid)));
  return storage::join_key(prefix,
                           fmt::format("deletion_vector_{}-{}-{}-{}-{}.bin", digits.substr(0, 8), digits.substr(8, 4),
                                       digits.substr(12, 4), digits.substr(16, 4), digits.substr(20)));
}

Result<std::vector<std::int64_t>> decode_deletion_vector(std::string_view bytes, std::size_t rows_max) {
  if (bytes.size() >= 4 && big_endian(bytes.substr(0, 4)) == kOldMagic) {
    return decode_old(bytes.substr(4), rows_max);
  }
  ByteReader reader(bytes);
  if (reader.number<std::uint32_t>() != kMagic) {
    return corrupt("unknown format");
  }
  const auto buckets_count = reader.number<std::uint64_t>();
  std::vector<std::int64_t> rows;
  if (reader.failed()) {
    return corrupt("ends too early");
  }
  for (std::uint64_t bucket = 0; bucket < buckets_count; ++bucket) {
    const auto key = reader.number<std::uint32_t>();
    if (reader.failed() || key > 0x7FFFFFFFU) {
      return corrupt("ends too early");
    }
    WEIR_TRY(read_bitmap(reader, static_cast<std::int64_t>(key) << 32U, rows_max, rows));
  }
  if (!std::is_sorted(rows.begin(), rows.end())) {
    return corrupt("its rows are not in order");
  }
  return rows;
}

std::string encode_deletion_vector(const std::vector<std::int64_t>& rows) {
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> buckets;
  for (const std::int64_t row : rows) {
    const auto key = static_cast<std::uint32_t>(row >> 32U);
    if (buckets.empty() || buckets.back().first != key) {
      buckets.emplace_back(key, std::vector<std::uint32_t>());
    }
    buckets.back().second.push_back(static_cast<std::uint32_t>(row & 0xFFFFFFFF));
  }
  std::string out;
  append_number<std::uint32_t>(out, kMagic);
  append_number<std::uint64_t>(out, buckets.size());
  for (const auto& [key, values] : buckets) {
    append_number<std::uint32_t>(out, key);
    append_bitmap(out, values);
  }
  return out;
}

std::string stored_deletion_vector(std::string_view bytes) {
  std::string out;
  append_big_endian(out, static_cast<std::uint32_t>(bytes.size()));
  out += bytes;
  append_big_endian(out, crc32(bytes));
  return out;
}

Result<std::vector<std::int64_t>> read_deletion_vector(const storage::ObjectStore& store, const TableLocation& location,
                                                       const DeletionVector& vector) {
  WEIR_TRY_ASSIGN(const std::string bytes, read_bytes(store, location, vector));
  WEIR_TRY_ASSIGN(auto rows, decode_deletion_vector(
                                 bytes, static_cast<std::size_t>(std::max<std::int64_t>(vector.cardinality, 0))));
  if (static_cast<std::int64_t>(rows.size()) != vector.cardinality) {
    return corrupt(fmt::format("has {} rows, but the log says {}", rows.size(), vector.cardinality));
  }
  return rows;
}
}  // namespace weir::delta
