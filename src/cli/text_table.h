#pragma once

#include <cstdio>
#include <set>
#include <string>
#include <vector>

namespace weir::cli {
/// Rows of texts under a head, for people or as JSON (an object a line).
class TextTable {
 public:
  /// `right` are the positions of the columns that hold numbers.
  TextTable(std::vector<std::string> head, std::set<std::size_t> right) : head_(std::move(head)), right_(std::move(right)) {}
  void align_right(std::size_t column) { right_.insert(column); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::FILE* out, bool json) const;
  std::string text() const;

 private:
  std::vector<std::string> head_;
  std::set<std::size_t> right_;
  std::vector<std::vector<std::string>> rows_;
};
}  // namespace weir::cli
