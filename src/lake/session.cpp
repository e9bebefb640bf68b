#include "lake/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/log.h"
#include "core/text.h"
#include "delta/scan.h"
#include "lake/predicates.h"
#include "lake/sql_names.h"
#include "lake/sql_tokens.h"
#include "storage/local_store.h"

namespace weir::lake {
namespace {
const std::vector<std::string>& search_order() {
  static const std::vector<std::string> order = {"analytics", "staging", "raw"};
  return order;
}
// The lake's tables stand in the session's catalog as views, which a statement must not take away or put elsewhere.
Status check_statement(std::string_view sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  if (tokens.empty()) {
    return {};
  }
  const bool temporary = tokens.size() > 3 && (tokens[1].is_word("TEMP") || tokens[1].is_word("TEMPORARY") || tokens[3].is_word("TEMP"));
  for (const std::string_view word : {"DROP", "ALTER", "CREATE", "ATTACH", "DETACH", "USE", "TRUNCATE"}) {
    if (tokens[0].is_word(word) && !(word == "CREATE" && temporary)) {
      return fail_at({"", 1, 1}, fmt::format("{} is not possible here: SQL reads the lake, models and ingests write it (temporary tables are fine)", word),
                     ErrorCode::kUnsupported);
    }
  }
  return {};
}
}  // namespace

Session::Session(std::shared_ptr<Lake> lake, duck::Connection connection, std::string catalog)
    : lake_(std::move(lake)), connection_(std::move(connection)), catalog_(std::move(catalog)) {}

Session::~Session() {
  const auto detached = connection_.execute(fmt::format("USE memory; DETACH {}", catalog_));
  if (!detached) {
    log_debug("the session's catalog stays: " + detached.error().text());
  }
}

Status Session::release() {
  inputs_.clear();
  pinned_.clear();
  bound_.clear();
  reads_folders_ = false;
  return {};
}

Result<std::shared_ptr<const delta::Snapshot>> Session::pinned(const TableName& name) {
  const auto found = pinned_.find(name);
  if (found != pinned_.end()) {
    return found->second;
  }
  WEIR_TRY_ASSIGN(auto snapshot, lake_->snapshot(name, &connection_));
  pinned_[name] = snapshot;
  WEIR_TRY_ASSIGN(inputs_[name.text()], lake_->version_text(name, snapshot->version()));
  return snapshot;
}

Status Session::define(std::string_view schema, std::string_view name, std::string_view select_sql) {
  const std::string qualified = sql_name(catalog_) + "." + sql_name(schema);
  if (schemas_.insert(std::string(schema)).second) {
    WEIR_TRY(connection_.execute(fmt::format("CREATE SCHEMA IF NOT EXISTS {}", qualified)));
    std::vector<std::string> path;
    for (const std::string& known : search_order()) {
      if (schemas_.contains(known)) {
        path.push_back(catalog_ + "." + known);
      }
    }
    path.push_back(catalog_ + ".main");
    WEIR_TRY(connection_.execute(fmt::format("SET search_path = {}", sql_string(join(path, ",")))));
  }
  WEIR_TRY(connection_.execute(fmt::format("CREATE OR REPLACE VIEW {}.{} AS {}", qualified, sql_name(name), select_sql)));
  return {};
}

Status Session::bind_view(const TableName& name) {
  WEIR_TRY_ASSIGN(const View view, lake_->view(name));
  inputs_[name.text()] = view.version();
  if (std::ranges::find(binding_, name) != binding_.end()) {
    return fail(ErrorCode::kInvalid, "the view reads itself", name.text());
  }
  binding_.push_back(name);
  Result<std::string> sql = bind(view.sql);
  binding_.pop_back();
  Status status = sql ? define(name.schema, name.name, *sql) : std::unexpected(std::move(sql).error());
  if (!status) {
    return std::unexpected(std::move(status).error().within("view " + name.text()));
  }
  return {};
}

Status Session::bind_name(const TableName& name, std::string_view statement) {
  WEIR_TRY_ASSIGN(const std::optional<EntryKind> kind, lake_->find(name));
  if (kind == EntryKind::kView) {
    WEIR_TRY(bind_view(name));
    bound_.insert(name);
    return {};
  }
  WEIR_TRY_ASSIGN(const auto snapshot, pinned(name));
  // Inside a view a statement's conditions are not those of the view, so all files are bound.
  const bool top = binding_.empty();
  delta::ScanOptions options;
  if (top && snapshot->files().size() > 1) {
    options.conditions = conditions_on(connection_, statement, name, snapshot->schema());
  }
  WEIR_TRY_ASSIGN(const delta::Scan scan, delta::Scan::plan(snapshot, options));
  WEIR_TRY_ASSIGN(const std::string select, delta::scan_sql(lake_->store(), scan));
  WEIR_TRY(define(name.schema, name.name, select));
  if (scan.files_skipped_count() == 0) {
    bound_.insert(name);  // a view that leaves files out serves this statement only
  }
  return {};
}

Result<std::string> Session::bind_at(const TableName& name, const std::optional<std::int64_t>& version, const std::string& time) {
  delta::SnapshotOptions options{.version = version, .connection = &connection_};
  if (!time.empty()) {
    WEIR_TRY_ASSIGN(options.as_of, parse_timestamp(time));
  }
  WEIR_TRY_ASSIGN(const auto snapshot, lake_->snapshot_at(name, options));
  WEIR_TRY_ASSIGN(const delta::Scan scan, delta::Scan::plan(snapshot));
  WEIR_TRY_ASSIGN(const std::string select, delta::scan_sql(lake_->store(), scan));
  const std::string alias = fmt::format("{}@v{}", name.name, snapshot->version());
  WEIR_TRY(define(name.schema, alias, select));
  return sql_name(name.schema) + "." + sql_name(alias);
}

Result<std::string> Session::bind_folder(const std::string& path, const std::optional<std::int64_t>& version, const std::string& time) {
  reads_folders_ = true;
  delta::SnapshotOptions options{.version = version, .connection = &connection_};
  if (!time.empty()) {
    WEIR_TRY_ASSIGN(options.as_of, parse_timestamp(time));
  }
  const auto store = storage::open_local_store(std::filesystem::absolute(path).lexically_normal());
  auto snapshot = delta::Snapshot::load(*store, delta::TableLocation::at(""), options);
  if (!snapshot) {
    return std::unexpected(std::move(snapshot).error().within(path));
  }
  WEIR_TRY_ASSIGN(const delta::Scan scan, delta::Scan::plan(*snapshot));
  WEIR_TRY_ASSIGN(const std::string select, delta::scan_sql(*store, scan));
  const std::string name = fmt::format("{}@v{}", path, (*snapshot)->version());
  WEIR_TRY(define("delta folders", name, select));
  return fmt::format("{}.{}", sql_name("delta folders"), sql_name(name));
}

Result<std::string> Session::bind(std::string_view sql) {
  std::string out;
  std::size_t copied = 0;
  for (const SqlName& found : sql_names(sql)) {
    if (found.path) {
      WEIR_TRY_ASSIGN(const std::string replacement, bind_folder(found.name, found.version, found.time));
      out.append(sql.substr(copied, found.offset - copied)).append(replacement);
      copied = found.offset + found.length;
      continue;
    }
    std::optional<TableName> name;
    for (const std::string& schema : found.schema.empty() ? search_order() : std::vector<std::string>{found.schema}) {
      WEIR_TRY_ASSIGN(name, lake_->resolve({schema, found.name}));
      if (name) {
        break;
      }
    }
    if (!name) {
      continue;
    }
    if (found.travels()) {
      WEIR_TRY_ASSIGN(const std::string replacement, bind_at(*name, found.version, found.time));
      out.append(sql.substr(copied, found.offset - copied)).append(replacement);
      copied = found.offset + found.length;
    } else if (!bound_.contains(*name)) {
      WEIR_TRY(bind_name(*name, sql));
    }
  }
  return out.append(sql.substr(copied));
}

Error Session::explain(Error error) const {
  // DuckDB knows only what was bound; the nearest name may be one that no statement has named yet.
  constexpr std::string_view kUnknown = "Table with name ";
  const std::size_t start = error.message.find(kUnknown);
  if (start == std::string::npos || error.code != ErrorCode::kInvalid) {
    return error;
  }
  const std::string rest = error.message.substr(start + kUnknown.size());
  const std::string wanted = replace_all(rest.substr(0, rest.find(" does not exist")), "\"", "");
  const auto names = lake_->list();
  if (!names) {
    return error;
  }
  std::vector<std::string> candidates;
  for (const TableName& name : *names) {
    candidates.push_back(wanted.contains('.') ? name.text() : name.name);
  }
  error.message = fmt::format("there is no table {}{}", wanted, did_you_mean(wanted, candidates));
  return error;
}

Result<duck::ResultSet> Session::query(std::string_view sql, std::stop_token stop) {
  WEIR_TRY(check_statement(sql));
  WEIR_TRY_ASSIGN(const std::string bound, bind(sql));
  auto result = connection_.query(bound, std::move(stop));
  return result ? std::move(result) : std::unexpected(explain(std::move(result).error()));
}

Result<duck::ResultSet> Session::stream(std::string_view sql, std::stop_token stop) {
  WEIR_TRY(check_statement(sql));
  WEIR_TRY_ASSIGN(const std::string bound, bind(sql));
  auto result = connection_.stream(bound, std::move(stop));
  return result ? std::move(result) : std::unexpected(explain(std::move(result).error()));
}

Result<std::vector<duck::Column>> Session::describe(std::string_view select_sql) {
  WEIR_TRY_ASSIGN(const std::string bound, bind(select_sql));
  auto result = connection_.describe(bound);
  return result ? std::move(result) : std::unexpected(explain(std::move(result).error()));
}
}  // namespace weir::lake
