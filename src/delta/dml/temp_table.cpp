#include "delta/dml/temp_table.h"

#include <fmt/format.h>

#include <atomic>

#include "core/log.h"

namespace weir::delta {
Result<TempTable> TempTable::create(duck::Connection& connection, std::string_view select_sql,
                                    const std::stop_token& stop) {
  static std::atomic<std::uint64_t> number = 0;
  TempTable table(connection, fmt::format("weir_rows_{}", ++number));
  WEIR_TRY(connection.execute(fmt::format("CREATE TEMP TABLE {} AS {}", table.name_, select_sql), stop));
  return table;
}

TempTable::TempTable(TempTable&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), name_(std::move(other.name_)) {}

TempTable& TempTable::operator=(TempTable&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(name_, other.name_);
  return *this;
}

TempTable::~TempTable() {
  if (connection_ != nullptr && !connection_->execute("DROP TABLE IF EXISTS temp." + name_)) {
    log_debug("a temporary table stays until the session ends: " + name_);
  }
}
}  // namespace weir::delta
