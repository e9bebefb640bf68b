#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "jinja/host_object.h"
#include "report/data_table.h"

/// Reading the arguments of a call in a report, with messages for those who write reports.
namespace weir::report {
/// A query as expressions see it: a list of rows. Borrows the result, which must outlive it.
class QueryObject final : public jinja::HostObject {
 public:
  explicit QueryObject(const QueryResult& result) : result_(result) {}
  const QueryResult& result() const { return result_; }

  std::string_view type_name() const override { return "query"; }
  Result<std::optional<jinja::Value>> attribute(std::string_view name) override;
  Result<std::optional<jinja::Value>> item(const jinja::Value& key) override;
  Result<std::string> text() override;
  bool truth() override { return !result_.table.rows.empty(); }
  std::optional<std::size_t> length() override { return result_.table.rows.size(); }
  Result<std::optional<jinja::Value>> iterate() override;
  bool is_sequence() const override { return true; }

 private:
  const QueryResult& result_;
};

/// The position of row `index`; from the end when negative. Errors: kInvalid when there is none.
Result<std::size_t> find_row(const QueryResult& query, std::int64_t index);

/// A cell as expressions see it: decimals become floats, dates and times text, NULL none.
jinja::Value value_of(const Cell& cell);
/// A number, text, truth or none as a cell, to be formatted. Errors: kInvalid for lists and the like, with `what` in
/// the message.
Result<Cell> cell_of(const jinja::Value& value, std::string_view what);

/// One call of a function of reports: `line(monthly, x='month', y=['revenue'])`.
class Call {
 public:
  /// Sorts the arguments by `options` (names in their order behind the query). `queries` are for suggestions.
  /// Errors: kInvalid for an unknown query, no query, an unknown or doubled option.
  static Result<Call> open(std::string_view function, const jinja::Arguments& arguments,
                           std::span<const std::string_view> options, std::span<const QueryResult> queries);

  const QueryResult& query() const { return *query_; }

  // Each reads one option; nothing where it was not given or is none. Errors: kInvalid for a value of the wrong kind.
  Result<std::optional<std::string>> text(std::string_view option) const;
  Result<std::string> required_text(std::string_view option) const;
  Result<std::vector<std::string>> texts(
      std::string_view option) const;  ///< a list, or one alone; empty where not given
  Result<std::map<std::string, std::string, std::less<>>> pairs(std::string_view option) const;
  Result<std::optional<bool>> flag(std::string_view option) const;
  Result<std::optional<std::int64_t>> integer(std::string_view option) const;
  Result<std::optional<Format>> format(std::string_view option) const;

 private:
  const jinja::Value& value(std::string_view option) const;
  std::unexpected<Error> wrong(std::string_view option, std::string_view wanted, const jinja::Value& given) const;

  std::string function_;
  const QueryResult* query_ = nullptr;
  std::vector<std::string_view> options_;
  std::vector<jinja::Value> values_;
};
}  // namespace weir::report
