#include "delta/deletion_vector_writer.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/deletion_vector.h"

namespace weir::delta {
namespace {
constexpr std::size_t kInlineBytesMax = 192;
constexpr char kFileVersion = 1;

// A UUID's 16 bytes as 20 characters of Z85, as the log names the file.
std::string uuid_name(RandomSource& random) {
  const std::string digits = replace_all(uuid_v4(random), "-", "");
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes += percent_decode("%" + digits.substr(i, 2));
  }
  return encode_z85(bytes);
}
}  // namespace

Result<DeletionVector> DeletionVectorWriter::add(const std::vector<std::int64_t>& rows) {
  WEIR_ASSERT(!rows.empty(), "a file without deleted rows has no vector");
  const std::string bytes = encode_deletion_vector(rows);
  DeletionVector vector;
  vector.size_bytes = static_cast<std::int32_t>(bytes.size());
  vector.cardinality = static_cast<std::int64_t>(rows.size());
  if (bytes.size() <= kInlineBytesMax) {
    vector.storage_type = 'i';
    vector.path_or_inline = encode_z85(bytes);
    return vector;
  }
  if (name_.empty()) {
    name_ = uuid_name(*random_);
    bytes_ += kFileVersion;
  }
  if (bytes_.size() + bytes.size() + 8 > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return fail(ErrorCode::kUnsupported, "one commit cannot hold more than 2 GiB of deletion vectors; delete in parts");
  }
  vector.storage_type = 'u';
  vector.path_or_inline = name_;
  vector.offset = static_cast<std::int32_t>(bytes_.size());
  bytes_ += stored_deletion_vector(bytes);
  return vector;
}

Status DeletionVectorWriter::write(storage::ObjectStore& store, const TableLocation& location, bool durable) {
  if (name_.empty()) {
    return {};
  }
  WEIR_TRY_ASSIGN(const std::string path, deletion_vector_path(name_));
  return store.put(storage::join_key(location.data_root, path), bytes_, {.durable = durable});
}

void DeletionVectorWriter::discard(storage::ObjectStore& store, const TableLocation& location) const {
  if (const auto path = name_.empty() ? Result<std::string>("") : deletion_vector_path(name_); path && !path->empty()) {
    (void)store.remove(storage::join_key(location.data_root, *path));
  }
}

std::string loose_stats(const std::optional<std::string>& stats, std::int64_t rows_count) {
  // Decimals and long numbers keep their spelling: the text is changed, not parsed and printed.
  const Json parsed = stats ? Json::parse(*stats, nullptr, false) : Json();
  if (!parsed.is_object() || !parsed.contains("numRecords")) {
    return "{\"numRecords\":" + std::to_string(rows_count) + ",\"tightBounds\":false}";
  }
  const auto tight = parsed.find("tightBounds");
  if (tight == parsed.end()) {
    const std::size_t end = stats->rfind('}');
    return stats->substr(0, end) + ",\"tightBounds\":false}";
  }
  return *tight == false ? *stats : replace_all(*stats, "\"tightBounds\":true", "\"tightBounds\":false");
}
}  // namespace weir::delta
