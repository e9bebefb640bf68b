#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/files.h"
#include "duck/database.h"
#include "ingest/file_format.h"

/// For tests: reads files as a source would, without a lake.
namespace weir::ingest {
struct ReadReject {
  std::string file;
  std::optional<std::uint64_t> line;
  std::string column;
  std::string reason;
  std::string raw_text;
};

/// All that came of it. Cells are texts; null is std::nullopt.
struct ReadOutcome {
  std::vector<duck::Column> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  ///< in the order of the files; without _weir_ columns
  std::vector<ReadReject> rejects;                            ///< by file and line
  std::vector<std::string> notes;
  std::vector<BadFile> bad_files;
  std::uint64_t records_count = 0;
  std::optional<Error> error;

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const duck::Column& column : columns) {
      out.push_back(column.name);
    }
    return out;
  }
  /// "a|b|NULL" for each row.
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const auto& row : rows) {
      std::string& line = out.emplace_back();
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += (i == 0 ? "" : "|") + row[i].value_or("NULL");
      }
    }
    return out;
  }
  /// "2 amount" for each reject: line and column.
  std::vector<std::string> reject_lines() const {
    std::vector<std::string> out;
    for (const ReadReject& reject : rejects) {
      out.push_back((reject.line ? std::to_string(*reject.line) : "-") + (reject.column.empty() ? "" : " " + reject.column));
    }
    return out;
  }
};

/// A connection that all tests of a program share.
inline duck::Connection& test_connection() {
  static duck::Connection connection = duck::Database::open({.threads_count = 2}).value()->connect().value();
  return connection;
}

struct ReadSetup {
  std::vector<duck::Column> known;
  std::vector<duck::Column> declared;
  std::vector<std::string> keys;
  RejectLimit limit;
  RenamedColumns renamed;
};

/// `type` is "csv" …; `yaml` holds the format's own keys.
inline ReadOutcome read_files(std::string_view type, const std::string& yaml, const std::vector<std::filesystem::path>& paths,
                              const ReadSetup& setup = {}) {
  ReadOutcome outcome;
  const auto keep = [&](const Error& error) {
    outcome.error = error;
    return outcome;
  };
  duck::Connection& connection = test_connection();
  const auto config = parse_config(yaml, "ingest/test.yml");
  if (!config) {
    return keep(config.error());
  }
  auto map = ConfigMap::open(*config, "source");
  const auto entry = std::ranges::find(file_formats(), type, &FileFormatEntry::name);
  auto format = entry->parse(*map);
  if (!format) {
    return keep(format.error());
  }
  std::vector<InputFile> files;
  for (const auto& path : paths) {
    auto found = find_input_files(path.parent_path(), {path.string()});
    EXPECT_EQ(found->size(), 1U) << path;
    files.push_back(found->at(0));
  }
  auto set = (*format)->look_at({.files = files, .known = setup.known, .declared = setup.declared, .renamed = setup.renamed, .connection = connection});
  if (!set) {
    return keep(set.error());
  }
  outcome.columns = setup.known.empty() ? (*set)->columns() : setup.known;
  for (const duck::Column& column : (*set)->columns()) {
    if (std::ranges::find(outcome.columns, column.name, &duck::Column::name) == outcome.columns.end()) {
      outcome.columns.push_back(column);
    }
  }
  outcome.notes = (*set)->notes();
  outcome.bad_files = (*set)->bad_files();
  if (outcome.columns.empty()) {
    return outcome;
  }
  RejectLog log(files, setup.limit, {});
  auto rows = (*set)->rows({.columns = outcome.columns, .keys = setup.keys, .with_order = true, .rejects = log, .connection = connection});
  if (!rows) {
    return keep(rows.error());
  }
  auto cells = connection.query_rows("SELECT * EXCLUDE (_weir_source, _weir_order) FROM (" + rows->sql + ") ORDER BY _weir_order");
  if (!cells) {
    for (duck::RowSourceBinding& binding : rows->bindings) {
      if (auto error = binding.take_error()) {
        return keep(*error);
      }
    }
    return keep(cells.error());
  }
  outcome.rows = *std::move(cells);
  const auto records_count = rows->records_count();
  if (!records_count) {
    return keep(records_count.error());
  }
  outcome.records_count = *records_count;
  for (const std::string& note : rows->notes()) {
    outcome.notes.push_back(note);
  }
  auto binding = duck::RowSourceBinding::bind(log.rows());
  const auto rejected = connection.query_rows("SELECT * FROM " + binding->sql() + " ORDER BY ALL").value();
  for (const auto& row : rejected) {
    const auto line = row[1] ? std::optional<std::uint64_t>(std::stoull(*row[1])) : std::nullopt;
    outcome.rejects.push_back({*row[0], line, row[2].value_or(""), *row[3], *row[4]});
  }
  return outcome;
}

/// A folder with files made in a test.
class TestFolder {
 public:
  TestFolder() : folder_(TempDir::create({}, "weir-ingest-test-").value()) {}
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    EXPECT_TRUE(write_file(folder_.path() / name, bytes));
    return folder_.path() / name;
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TempDir folder_;
};
}  // namespace weir::ingest
