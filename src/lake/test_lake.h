#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/files.h"
#include "core/text.h"
#include "lake/lake.h"
#include "lake/session.h"
#include "lake/writer.h"

namespace weir::lake {
/// A lake in a folder of its own, with a clock that stands still.
class TestLake : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.emplace(TempDir::create().value());
    lake_ = Lake::open({.root = folder_->path() / "lake", .clock = &clock_, .durable = false});
  }

  WriteResult write(const std::string& table, const std::string& sql, WriteRequest request = {}) {
    auto result = try_write(table, sql, std::move(request));
    EXPECT_TRUE(result) << (result ? "" : result.error().text());
    return result.value_or(WriteResult{});
  }

  Result<WriteResult> try_write(const std::string& table, const std::string& sql, WriteRequest request = {}) {
    auto session = lake_->session();
    request.table = TableName::parse(table).value();
    request.select_sql = sql;
    return write_table(**session, request);
  }

  /// Rows as "a|b", with ";" between them.
  std::string rows(const std::string& sql) {
    auto session = lake_->session().value();
    auto bound = session->bind(sql);
    if (!bound) {
      return "error: " + bound.error().text();
    }
    auto found = session->connection().query_rows(*bound);
    if (!found) {
      return "error: " + found.error().text();
    }
    std::vector<std::string> lines;
    for (const auto& row : *found) {
      std::vector<std::string> cells;
      for (const auto& cell : row) {
        cells.push_back(cell.value_or("NULL"));
      }
      lines.push_back(join(cells, "|"));
    }
    return join(lines, ";");
  }

  TableName name(const std::string& text) { return TableName::parse(text).value(); }

  ManualClock clock_{parse_timestamp("2024-05-01").value()};
  std::optional<TempDir> folder_;
  std::shared_ptr<Lake> lake_;
};
}  // namespace weir::lake
