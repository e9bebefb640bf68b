#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "duck/type.h"

namespace weir::duck {
/// The values of one column in one chunk. Borrowed: valid as long as its chunk. `row` < the chunk's rows_count.
class VectorView {
 public:
  VectorView(void* vector, const Type* type, std::uint64_t rows_count);

  const Type& type() const { return *type_; }
  bool is_null(std::uint64_t row) const {
    return validity_ != nullptr && ((validity_[row >> 6U] >> (row & 63U)) & 1U) == 0;
  }
  /// The values in DuckDB's own layout: int32_t for INTEGER and DATE (days), int64_t for BIGINT and TIMESTAMP (microseconds) …
  /// A null row holds any value. T must have the width of the type.
  template <typename T>
  std::span<const T> values() const {
    return {static_cast<const T*>(data_), rows_count_};
  }
  /// The start of the values, and a bit for each row that is set when the row is not null; nullptr when none is.
  const void* data() const { return data_; }
  const std::uint64_t* validity() const { return validity_; }
  bool boolean(std::uint64_t row) const { return values<bool>()[row]; }
  /// Any integer type up to 64 bits, DATE, TIME and timestamps in their own unit, enum positions. Asserts on other types.
  std::int64_t integer(std::uint64_t row) const;
  /// Any number, as a double.
  double number(std::uint64_t row) const;
  /// VARCHAR and BLOB: the bytes, borrowed from the chunk.
  std::string_view bytes(std::uint64_t row) const;
  /// A value of any type as text, as DuckDB casts it to VARCHAR; null is an empty text.
  std::string text(std::uint64_t row) const;

  /// kList and kMap: first entry and number of entries of this row in `child(0)`; a map's child(0) is a struct of key and value.
  std::pair<std::uint64_t, std::uint64_t> list_entry(std::uint64_t row) const;
  /// kStruct, kUnion (0 is the tag): the field; kList, kMap, kArray: the elements of all rows one after another.
  VectorView child(std::size_t index) const;

 private:
  void append_text(std::uint64_t row, bool nested, std::string& out) const;
  void* vector_;
  const Type* type_;
  std::uint64_t rows_count_;
  const void* data_;
  const std::uint64_t* validity_;
};

/// Up to some thousand rows of a result. Movable; the views borrow from it.
class Chunk {
 public:
  /// `handle` is a duckdb_data_chunk that the chunk destroys.
  Chunk(void* handle, std::shared_ptr<const std::vector<Column>> columns);
  Chunk(Chunk&& other) noexcept;
  Chunk& operator=(Chunk&& other) noexcept;
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk();

  std::uint64_t rows_count() const { return rows_count_; }
  std::size_t columns_count() const { return columns_->size(); }
  const std::vector<Column>& columns() const { return *columns_; }
  VectorView column(std::size_t index) const;
  void* handle() const { return handle_; }

 private:
  void* handle_;
  std::shared_ptr<const std::vector<Column>> columns_;
  std::uint64_t rows_count_;
};
}  // namespace weir::duck
