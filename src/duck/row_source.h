#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/type.h"

namespace weir::duck {
class Connection;

/// One column of a chunk while it is filled. Borrowed: valid for one call of RowReader::read; an `elements` writer only
/// until its list grows. Rows count from 0 to RowWriter::capacity() - 1. A row is valid (not null) until set otherwise.
class VectorWriter {
 public:
  explicit VectorWriter(void* vector);

  /// A value in DuckDB's own layout: int32_t for INTEGER and DATE, int64_t for BIGINT and timestamps, bool for BOOLEAN;
  /// DECIMAL is int16_t to 4 digits, int32_t to 9, int64_t to 18, then __int128. T must have the width of the type.
  template <typename T>
  void set(std::uint64_t row, T value) {
    static_cast<T*>(data_)[row] = value;
  }
  /// VARCHAR (UTF-8, checked by the caller) and BLOB; the bytes are copied.
  void set_text(std::uint64_t row, std::string_view bytes) {
    if (bytes.size() > kInlinedBytes) {
      set_long_text(row, bytes);
      return;
    }
    Inlined& text = static_cast<Inlined*>(data_)[row];
    text = {static_cast<std::uint32_t>(bytes.size()), {}};
    if (!bytes.empty()) {  // an empty text may have no address
      std::memcpy(text.bytes, bytes.data(), bytes.size());
    }
  }
  /// The same without copying long texts: the bytes must stay until the statement has ended.
  void set_borrowed_text(std::uint64_t row, std::string_view bytes) {
    if (bytes.size() <= kInlinedBytes) {
      set_text(row, bytes);
      return;
    }
    Pointer& text = static_cast<Pointer*>(data_)[row];
    text = {static_cast<std::uint32_t>(bytes.size()), {}, bytes.data()};
    std::memcpy(text.prefix, bytes.data(), sizeof text.prefix);
  }
  void set_null(std::uint64_t row) { validity_[row >> 6U] &= ~(std::uint64_t{1} << (row & 63U)); }
  void set_valid(std::uint64_t row) { validity_[row >> 6U] |= std::uint64_t{1} << (row & 63U); }

  /// STRUCT: the writer of one field; its rows are those of the struct. Set the fields of a null struct to null too.
  VectorWriter field(std::size_t index) const;
  /// LIST and MAP: gives the row `count` new elements and returns the position of the first one in `elements()`.
  std::uint64_t append_list(std::uint64_t row, std::uint64_t count);
  /// LIST: the elements of all rows; MAP: structs of key and value.
  VectorWriter elements() const;

 private:
  static constexpr std::size_t kInlinedBytes = 12;
  struct Inlined {
    std::uint32_t length;
    char bytes[kInlinedBytes];
  };
  struct Pointer {
    std::uint32_t length;
    char prefix[4];
    const char* bytes;
  };
  void set_long_text(std::uint64_t row, std::string_view bytes);
  void* vector_;
  void* data_;
  std::uint64_t* validity_;
};

/// A chunk while it is filled.
class RowWriter {
 public:
  RowWriter(void* chunk, std::size_t columns_count);
  /// Of the chunk's columns only those at `positions`.
  RowWriter(void* chunk, std::span<const std::size_t> positions);
  std::uint64_t capacity() const { return capacity_; }
  VectorWriter& column(std::size_t index) { return columns_[index]; }
  /// Makes a row that was begun and given up as good as new.
  void reset_row(std::uint64_t row);

 private:
  std::uint64_t capacity_;
  std::vector<VectorWriter> columns_;
};

/// One thread's share of a scan. Used by one thread at a time.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// Fills rows from 0 on and returns how many; 0 ends this reader. Must not throw.
  virtual Result<std::uint64_t> read(RowWriter& rows) = 0;
};

/// One pass over the rows of a source, shared by the threads of a statement.
class RowScan {
 public:
  virtual ~RowScan() = default;
  virtual unsigned threads_count_max() const = 0;
  /// Called once for each thread, from that thread. Together the readers give each row once.
  virtual Result<std::unique_ptr<RowReader>> open_reader() = 0;
};

/// Rows that DuckDB reads as a table: files of a format of ours, the pages of an API. Safe from many threads.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Any types but ENUM, UNION, ARRAY and BIT. The same at every call.
  virtual std::vector<Column> columns() const = 0;
  /// Starts a new pass; called for each time that a statement reads the table.
  virtual Result<std::shared_ptr<RowScan>> open_scan() = 0;
  /// The same for a statement that needs only the columns at `wanted`: column i of the rows is the source's column
  /// wanted[i]. Asked of the sources of a TableFunction only. Errors: kInternal for a source that cannot.
  virtual Result<std::shared_ptr<RowScan>> open_projection(std::span<const std::size_t> wanted);
};

/// What a call of a table function says: logs('access.log', format => 'json').
struct TableFunctionCall {
  std::string argument;
  std::map<std::string, std::string> options;  ///< those that were given
};

/// A function that stands in FROM and takes a text and named texts.
struct TableFunction {
  std::string name;
  std::vector<std::string> options;
  /// Makes the rows of one call; called when the statement is planned. From any thread. Errors go to the user.
  std::function<Result<std::shared_ptr<RowSource>>(const TableFunctionCall&)> open;
};

/// Makes `function` known to all connections of the database, until it closes. The rows come in no certain order, and of
/// the columns only what a statement needs is read. Errors: kInternal when DuckDB refuses it.
Status register_table_function(Connection& connection, TableFunction function);

/// Makes a source readable in SQL under `sql()` until it goes. The rows come in no certain order.
///   auto bound = RowSourceBinding::bind(source);
///   connection.query("SELECT count(*) FROM " + bound->sql());
class RowSourceBinding {
 public:
  /// Errors: kInternal, kIo, kInvalid for a type that a source cannot have.
  static Result<RowSourceBinding> bind(std::shared_ptr<RowSource> source);
  RowSourceBinding(RowSourceBinding&& other) noexcept;
  RowSourceBinding& operator=(RowSourceBinding&& other) noexcept;
  RowSourceBinding(const RowSourceBinding&) = delete;
  RowSourceBinding& operator=(const RowSourceBinding&) = delete;
  ~RowSourceBinding();

  /// "weir_rows(12)": a table function's call, for any connection of the same database.
  std::string sql() const;
  /// The error that a reader or `open_scan` gave last, which DuckDB reports in its own words; nothing when there was
  /// none.
  std::optional<Error> take_error();

 private:
  explicit RowSourceBinding(std::uint64_t id) : id_(id) {}
  std::uint64_t id_;
};
}  // namespace weir::duck
