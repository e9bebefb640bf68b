#include "cli/sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/csv.h"
#include "core/json.h"
#include "core/text.h"
#include "lake/sql_tokens.h"

namespace weir::cli {
namespace {
using duck::Chunk;
using duck::TypeId;
using duck::VectorView;

bool write(std::FILE* out, std::string_view text) { return std::fwrite(text.data(), 1, text.size(), out) == text.size(); }

/// An empty text has quotes, so that it is no null.
std::string csv_cell(const std::string& text) { return text.empty() ? "\"\"" : csv_field(text); }

std::string json_string(std::string_view text) { return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string json_value(const VectorView& column, std::uint64_t row) {
  if (column.is_null(row)) {
    return "null";
  }
  const auto list = [&](const VectorView& elements, std::uint64_t offset, std::uint64_t length) {
    std::string out = "[";
    for (std::uint64_t i = 0; i < length; ++i) {
      out += (i == 0 ? "" : ",") + json_value(elements, offset + i);
    }
    return out + "]";
  };
  const duck::Type& type = column.type();
  switch (type.id) {
    case TypeId::kBoolean:
      return column.boolean(row) ? "true" : "false";
    case TypeId::kFloat:
    case TypeId::kDouble:
      // JSON has no infinity and no NaN.
      return std::isfinite(column.number(row)) ? column.text(row) : json_string(column.text(row));
    case TypeId::kList: {
      const auto [offset, length] = column.list_entry(row);
      return list(column.child(0), offset, length);
    }
    case TypeId::kArray:
      return list(column.child(0), row * type.array_length, type.array_length);
    case TypeId::kStruct: {
      std::string out = "{";
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        out += (i == 0 ? "" : ",") + json_string(type.children[i].name) + ":" + json_value(column.child(i), row);
      }
      return out + "}";
    }
    case TypeId::kMap: {
      const auto [offset, length] = column.list_entry(row);
      std::string out = "{";
      for (std::uint64_t i = 0; i < length; ++i) {
        out += (i == 0 ? "" : ",") + json_string(column.child(0).text(offset + i)) + ":" + json_value(column.child(1), offset + i);
      }
      return out + "}";
    }
    default:
      return type.is_number() ? column.text(row) : json_string(column.text(row));
  }
}

// Names that occur twice would be lost in an object.
std::vector<std::string> unique_names(const std::vector<duck::Column>& columns) {
  std::vector<std::string> names;
  for (const duck::Column& column : columns) {
    std::string name = column.name;
    for (int i = 1; std::ranges::find(names, name) != names.end(); ++i) {
      name = fmt::format("{}_{}", column.name, i);
    }
    names.push_back(std::move(name));
  }
  return names;
}

Status print_csv(duck::ResultSet& result, std::FILE* out) {
  std::string line;
  for (const duck::Column& column : result.columns()) {
    line += (line.empty() ? "" : ",") + csv_cell(column.name);
  }
  if (!write(out, line + "\n")) {
    return {};
  }
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      return {};
    }
    std::string text;
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        const VectorView column = chunk->column(i);
        text += i == 0 ? "" : ",";
        text += column.is_null(row) ? "" : csv_cell(column.text(row));
      }
      text += '\n';
    }
    if (!write(out, text)) {
      return {};
    }
  }
}

Status print_json(duck::ResultSet& result, std::FILE* out) {
  const std::vector<std::string> names = unique_names(result.columns());
  bool first = true;
  if (!write(out, "[")) {
    return {};
  }
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      write(out, first ? "]\n" : "\n]\n");
      return {};
    }
    std::string text;
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      text += first ? "\n{" : ",\n{";
      first = false;
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        text += (i == 0 ? "" : ",") + json_string(names[i]) + ":" + json_value(chunk->column(i), row);
      }
      text += "}";
    }
    if (!write(out, text)) {
      return {};
    }
  }
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blank(width - std::min(width, display_width(text)), ' ');
  return right ? blank + text : text + blank;
}

Status print_table(duck::ResultSet& result, std::FILE* out, std::uint64_t rows_max) {
  constexpr std::size_t kCellMax = 60;
  std::vector<std::vector<std::string>> rows = {{}};
  for (const duck::Column& column : result.columns()) {
    rows[0].push_back(excerpt(column.name, kCellMax));
  }
  std::uint64_t rows_count = 0;
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      break;
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      if (rows_count++ >= rows_max) {
        continue;
      }
      auto& cells = rows.emplace_back();
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        const VectorView column = chunk->column(i);
        cells.push_back(column.is_null(row) ? "NULL" : excerpt(column.text(row), kCellMax));
      }
    }
  }
  std::vector<std::size_t> widths(result.columns().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string text;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::string line;
    for (std::size_t i = 0; i < rows[k].size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(rows[k][i], widths[i], k > 0 && result.columns()[i].type.is_number());
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (k == 0) {
      std::string rule;
      for (const std::size_t width : widths) {
        rule += rule.empty() ? "" : "  ";
        for (std::size_t i = 0; i < width; ++i) {
          rule += "─";
        }
      }
      text += rule + "\n";
    }
  }
  text += rows_count > rows_max ? fmt::format("({} rows, the first {} shown)\n", human_count(rows_count), rows_max)
                                : fmt::format("({} row{})\n", human_count(rows_count), rows_count == 1 ? "" : "s");
  write(out, text);
  return {};
}
// EXPLAIN gives a drawing; a table would cut it.
bool is_plan(const std::vector<duck::Column>& columns) { return columns.size() == 2 && columns[1].name == "explain_value"; }

Status print_plan(duck::ResultSet& result, std::FILE* out) {
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      return {};
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      write(out, chunk->column(1).text(row) + "\n");
    }
  }
}

}  // namespace

Status print_rows(duck::ResultSet& result, RowsFormat format, std::FILE* out, std::uint64_t rows_max) {
  switch (format) {
    case RowsFormat::kTable:
      return is_plan(result.columns()) ? print_plan(result, out) : print_table(result, out, rows_max);
    case RowsFormat::kCsv:
      return print_csv(result, out);
    case RowsFormat::kJson:
      return print_json(result, out);
  }
  return {};
}

Result<FirstRow> read_first_row(duck::ResultSet& result) {
  const std::vector<std::string> names = unique_names(result.columns());
  FirstRow first;
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      return first;
    }
    if (first.rows_count == 0 && chunk->rows_count() > 0) {
      first.json = "{";
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        first.json += (i == 0 ? "" : ",") + json_string(names[i]) + ":" + json_value(chunk->column(i), 0);
      }
      first.json += "}";
    }
    first.rows_count += chunk->rows_count();
  }
}

std::vector<std::pair<std::string, std::size_t>> split_statements(const std::string& sql) {
  std::vector<std::pair<std::string, std::size_t>> statements;
  std::size_t start = 0;
  bool any = false;
  for (const lake::SqlToken& token : lake::sql_tokens(sql)) {
    if (token.is_symbol(";")) {
      if (any) {
        statements.emplace_back(sql.substr(start, token.offset - start), start);
      }
      start = token.offset + 1;
      any = false;
    } else {
      any = true;
    }
  }
  if (any) {
    statements.emplace_back(sql.substr(start), start);
  }
  return statements;
}
}  // namespace weir::cli
