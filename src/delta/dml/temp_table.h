#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "duck/database.h"

namespace weir::delta {
/// A temporary table that goes with this object. It spills to disk like all of DuckDB's.
class TempTable {
 public:
  /// Errors: what SQL refuses, kIo, kCancelled.
  static Result<TempTable> create(duck::Connection& connection, std::string_view select_sql,
                                  const std::stop_token& stop);
  TempTable(TempTable&& other) noexcept;
  TempTable& operator=(TempTable&& other) noexcept;
  ~TempTable();
  /// As SQL names it.
  std::string name() const { return "temp." + name_; }

 private:
  TempTable(duck::Connection& connection, std::string name) : connection_(&connection), name_(std::move(name)) {}
  duck::Connection* connection_;
  std::string name_;
};
}  // namespace weir::delta
