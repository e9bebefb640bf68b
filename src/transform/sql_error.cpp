#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "transform/compiler.h"

namespace weir::transform {
namespace {
using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
  Lines lines = split(text, '\n');
  for (std::string& line : lines) {
    while (line.ends_with(' ') || line.ends_with('\r') || line.ends_with('\t')) {
      line.pop_back();
    }
  }
  while (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

// For each line of `compiled` the line of `source` that it came from, or -1: the longest common subsequence of the
// lines.
std::vector<int> aligned(const Lines& compiled, const Lines& source) {
  const std::size_t rows = compiled.size();
  const std::size_t columns = source.size();
  std::vector<std::vector<int>> length(rows + 1, std::vector<int>(columns + 1, 0));
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      length[i][j] = compiled[i] == source[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
    }
  }
  std::vector<int> from(rows, -1);
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    if (compiled[i] == source[j]) {
      from[i++] = static_cast<int>(j++);
    } else {
      ++(length[i + 1][j] >= length[i][j + 1] ? i : j);
    }
  }
  return from;
}

constexpr std::size_t kLinesMax = 3000;

// The place in the source of a place in what it was rendered to, both from 1; nothing when it cannot be told.
std::optional<Place> place_in_source(const Lines& source, const Lines& compiled, const Place& place) {
  if (place.line < 1 || static_cast<std::size_t>(place.line) > compiled.size() || compiled.size() > kLinesMax ||
      source.size() > kLinesMax) {
    return std::nullopt;
  }
  const auto row = static_cast<std::size_t>(place.line - 1);
  const std::vector<int> from = aligned(compiled, source);
  if (from[row] >= 0) {
    return Place{"", from[row] + 1, place.column};
  }
  // A line of a loop: it stands in the source once.
  int same = -1;
  for (std::size_t j = 0; j < source.size(); ++j) {
    if (source[j] == compiled[row]) {
      same = same == -1 ? static_cast<int>(j) : -2;
    }
  }
  if (same >= 0) {
    return Place{"", same + 1, place.column};
  }
  // A line with a tag in it, between two lines without.
  const int before = row == 0 ? -1 : from[row - 1];
  const int after = row + 1 == from.size() ? static_cast<int>(source.size()) : from[row + 1];
  const bool before_known = row == 0 || before >= 0;
  if (before_known && after >= 0 && after - before == 2) {
    const std::string& line = source[static_cast<std::size_t>(before + 1)];
    const auto ahead = static_cast<std::size_t>(std::max(place.column, 1)) - 1;
    const bool same_start = line.substr(0, ahead) == compiled[row].substr(0, ahead);
    return Place{"", before + 2, same_start ? place.column : 0};
  }
  return std::nullopt;
}
}  // namespace

Error locate_sql_error(Error error, const ProjectState& state, const Resource& resource,
                       std::string_view compiled_sql) {
  if (!error.place || error.place->line == 0 || !error.place->file.empty()) {
    if (!error.place) {
      error.place = Place{resource.path, 0, 0};
    }
    return error;
  }
  const auto found = place_in_source(lines_of(resource.raw_sql), lines_of(compiled_sql), *error.place);
  if (found) {
    error.place = Place{resource.path, found->line + static_cast<int>(resource.first_line) - 1, found->column};
    return error;
  }
  const std::string compiled = relative_text(compiled_path(state, resource), state.options.folder);
  error.message += fmt::format(" ({}:{}:{})", compiled, error.place->line, error.place->column);
  error.place = Place{resource.path, 0, 0};
  return error;
}
}  // namespace weir::transform
