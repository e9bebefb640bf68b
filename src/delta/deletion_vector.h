#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/table_location.h"

/// Sets of deleted rows. One vector, little-endian:
///   4 bytes magic 1681511377 | 8 bytes number of buckets | per bucket: 4 bytes high half of the row, then a 32-bit
///   Roaring bitmap in its portable form
/// A file holds one version byte (1), then vectors as: 4 bytes size, big-endian | the vector | 4 bytes CRC-32,
/// big-endian. Inline vectors stand in the log as Z85 text.
namespace weir::delta {
/// The positions of the deleted rows, ascending. Errors: kCorrupt (size, checksum, format, cardinality), kNotFound,
/// kIo.
Result<std::vector<std::int64_t>> read_deletion_vector(const storage::ObjectStore& store, const TableLocation& location,
                                                       const DeletionVector& vector);

/// Reads the bytes of one vector, which begin with the magic number. Errors: kCorrupt, also for more than `rows_max`
/// rows.
Result<std::vector<std::int64_t>> decode_deletion_vector(std::string_view bytes, std::size_t rows_max);
/// The bytes for ascending positions without duplicates.
std::string encode_deletion_vector(const std::vector<std::int64_t>& rows);

/// One vector as it stands in a file: its size, its bytes, its checksum.
std::string stored_deletion_vector(std::string_view bytes);

/// Z85 (https://rfc.zeromq.org/spec/32/): five characters for four bytes. When encoding, bytes are padded with zeros to
/// a multiple of four; when decoding, a text whose length is no multiple of five is padded with '#' and gives as many
/// bytes fewer. Errors: kCorrupt.
Result<std::string> decode_z85(std::string_view text);
std::string encode_z85(std::string_view bytes);

/// The file of a vector of storage type 'u', below the data root: "ab/deletion_vector_<uuid>.bin". Errors: kCorrupt.
Result<std::string> deletion_vector_path(std::string_view path_or_inline);
}  // namespace weir::delta
