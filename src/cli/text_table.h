#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weir::cli {
/// What people read, and where JSON has a number instead, that.
struct Cell {
  Cell(const char* shown) : text(shown) {}             // NOLINT(google-explicit-constructor): rows are lists of texts
  Cell(std::string shown) : text(std::move(shown)) {}  // NOLINT(google-explicit-constructor)
  Cell(std::string shown, std::int64_t value) : text(std::move(shown)), number(value) {}

  std::string text;
  std::optional<std::int64_t> number;
};

/// Rows of cells under a head, for people or as JSON (an object a line; what is empty is null).
class TextTable {
 public:
  /// `right` are the positions of the columns that hold numbers.
  TextTable(std::vector<std::string> head, std::set<std::size_t> right) : head_(std::move(head)), right_(std::move(right)) {}
  void align_right(std::size_t column) { right_.insert(column); }
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  void print(std::FILE* out, bool json) const;
  std::string text() const;

 private:
  std::vector<std::string> head_;
  std::set<std::size_t> right_;
  std::vector<std::vector<Cell>> rows_;
};
}  // namespace weir::cli
