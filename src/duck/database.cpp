#include "duck/database.h"

#include <fmt/format.h>

#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "core/machine.h"
#include "core/text.h"
#include "duck/interrupter.h"
#include "duck/library.h"
#include "duck/row_function.h"

namespace weir::duck {
namespace {
class Config {
 public:
  Config() { library().create_config(&config_); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  ~Config() { library().destroy_config(&config_); }
  Status set(const char* name, const std::string& value) {
    if (library().set_config(config_, name, value.c_str()) != DuckDBSuccess) {
      return fail(ErrorCode::kInvalid, fmt::format("DuckDB refuses {} = {}", name, value));
    }
    return {};
  }
  duckdb_config get() const { return config_; }

 private:
  duckdb_config config_ = nullptr;
};

class Prepared {
 public:
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { library().destroy_prepare(&statement); }
  duckdb_prepared_statement statement = nullptr;
};

class Extracted {
 public:
  Extracted() = default;
  Extracted(const Extracted&) = delete;
  Extracted& operator=(const Extracted&) = delete;
  ~Extracted() { library().destroy_extracted(&statements); }
  duckdb_extracted_statements statements = nullptr;
};

// DuckDB keeps state for each thread, and the main thread's is gone before statics are destroyed: closing what they hold
// would use it. Whether this thread's state is gone; it is noticed from the first database or connection opened here on.
thread_local bool thread_is_over = false;
struct EndOfThread {
  ~EndOfThread() { thread_is_over = true; }
  void notice() {}
};
thread_local EndOfThread end_of_thread;

// What is left open then stays reachable until the program has ended.
void leave_open(void* handle) {
  static auto& handles = *new std::pair<std::mutex, std::vector<void*>>();
  const std::scoped_lock lock(handles.first);
  handles.second.push_back(handle);
}
}  // namespace

Result<std::shared_ptr<Database>> Database::open(const DatabaseOptions& options) {
  WEIR_TRY_ASSIGN(const Library* duck, load_library());
  Config config;
  const std::uint64_t memory = options.memory_limit_bytes != 0 ? options.memory_limit_bytes : machine_memory_bytes() / 10 * 7;
  const unsigned threads = options.threads_count != 0 ? options.threads_count : machine_cores_count();
  std::error_code ignored;
  const std::filesystem::path temp =
      options.temp_folder.empty() ? std::filesystem::temp_directory_path(ignored) / fmt::format("weir-duckdb-{}", getpid())
                                  : options.temp_folder;
  WEIR_TRY(config.set("memory_limit", fmt::format("{}B", memory)));
  WEIR_TRY(config.set("threads", std::to_string(threads)));
  WEIR_TRY(config.set("temp_directory", temp.string()));
  WEIR_TRY(config.set("autoinstall_known_extensions", "false"));
  WEIR_TRY(config.set("autoload_known_extensions", "false"));
  duckdb_database handle = nullptr;
  char* message = nullptr;
  const char* path = options.path.empty() ? nullptr : options.path.c_str();
  if (duck->open_ext(path, &handle, config.get(), &message) != DuckDBSuccess) {
    return fail(ErrorCode::kIo, take_text(message), options.path);
  }
  std::shared_ptr<Database> database(new Database(handle));
  database->self_ = database;
  WEIR_TRY_ASSIGN(Connection connection, database->connect());
  WEIR_TRY(connection.execute("SET GLOBAL TimeZone = 'UTC'"));
  // Each thread keeps so many rows of each partition that a COPY has begun: a row group's worth, not the four of the default.
  WEIR_TRY(connection.execute("SET GLOBAL partitioned_write_flush_threshold = 122880"));
  WEIR_TRY(register_row_function(connection));
  return database;
}

Database::~Database() {
  if (thread_is_over) {
    leave_open(handle_);
    return;
  }
  auto handle = static_cast<duckdb_database>(handle_);
  library().close(&handle);
}

struct Connection::Impl {
  std::shared_ptr<Database> database;
  duckdb_connection handle = nullptr;
  ~Impl() {
    if (thread_is_over) {
      leave_open(handle);
    } else {
      library().disconnect(&handle);
    }
  }
};

Result<Connection> Database::connect() {
  end_of_thread.notice();
  auto impl = std::make_shared<Connection::Impl>();
  impl->database = self_.lock();
  if (library().connect(static_cast<duckdb_database>(handle_), &impl->handle) != DuckDBSuccess) {
    return fail(ErrorCode::kIo, "cannot open a DuckDB session");
  }
  Connection connection(std::move(impl));
  // The bar itself is ours; the setting makes DuckDB count.
  WEIR_TRY(connection.execute("SET errors_as_json = true; SET enable_progress_bar = true; SET enable_progress_bar_print = false; "
                              "SET progress_bar_time = 0"));
  return connection;
}

struct ResultSet::Impl {
  std::shared_ptr<Connection::Impl> connection;
  duckdb_result result{};
  std::string sql;
  std::stop_token stop;
  ~Impl() { library().destroy_result(&result); }
};

ResultSet::ResultSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  auto columns = std::make_shared<std::vector<Column>>();
  for (idx_t i = 0; i < library().column_count(&impl_->result); ++i) {
    columns->push_back({library().column_name(&impl_->result, i), take_type(library().column_logical_type(&impl_->result, i))});
  }
  columns_ = std::move(columns);
}

ResultSet::ResultSet(ResultSet&& other) noexcept = default;
ResultSet& ResultSet::operator=(ResultSet&& other) noexcept = default;
ResultSet::~ResultSet() = default;

std::uint64_t ResultSet::rows_changed() const { return library().rows_changed(&impl_->result); }

Result<std::optional<Chunk>> ResultSet::next() {
  const Interrupter interrupter(impl_->stop, impl_->connection->handle);
  duckdb_data_chunk handle = library().fetch_chunk(impl_->result);
  if (handle == nullptr) {
    const char* message = library().result_error(&impl_->result);
    if (message != nullptr && *message != '\0') {
      if (impl_->stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");  // whatever it is that failed on the way out
      }
      return std::unexpected(make_error(message, library().result_error_type(&impl_->result), impl_->sql));
    }
    return std::nullopt;
  }
  return Chunk(handle, columns_);
}

Result<ArrowHandle<ArrowSchema>> ResultSet::arrow_schema() const {
  const Library& duck = library();
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (idx_t i = 0; i < columns_->size(); ++i) {
    types.push_back(duck.column_logical_type(&impl_->result, i));
    names.push_back((*columns_)[i].name.c_str());
  }
  duckdb_arrow_options options = duck.result_get_arrow_options(&impl_->result);
  ArrowSchema schema{};
  duckdb_error_data error = duck.to_arrow_schema(options, types.data(), names.data(), types.size(), &schema);
  const std::string message = duck.error_data_has_error(error) ? duck.error_data_message(error) : "";
  duck.destroy_error_data(&error);
  duck.destroy_arrow_options(&options);
  for (duckdb_logical_type type : types) {
    duck.destroy_logical_type(&type);
  }
  if (!message.empty()) {
    return std::unexpected(make_error(message.c_str(), DUCKDB_ERROR_NOT_IMPLEMENTED, impl_->sql));
  }
  return ArrowHandle<ArrowSchema>(schema);
}

Result<ArrowHandle<ArrowArray>> ResultSet::to_arrow(const Chunk& chunk) const {
  const Library& duck = library();
  duckdb_arrow_options options = duck.result_get_arrow_options(&impl_->result);
  ArrowArray array{};
  duckdb_error_data error = duck.data_chunk_to_arrow(options, static_cast<duckdb_data_chunk>(chunk.handle()), &array);
  const std::string message = duck.error_data_has_error(error) ? duck.error_data_message(error) : "";
  duck.destroy_error_data(&error);
  duck.destroy_arrow_options(&options);
  if (!message.empty()) {
    return std::unexpected(make_error(message.c_str(), DUCKDB_ERROR_NOT_IMPLEMENTED, impl_->sql));
  }
  return ArrowHandle<ArrowArray>(array);
}

Connection::Connection(Connection&& other) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept = default;
Connection::~Connection() = default;

void* Connection::handle() const { return impl_->handle; }
void Connection::interrupt() { library().interrupt(impl_->handle); }

double Connection::progress() const {
  const duckdb_query_progress_type progress = library().query_progress(impl_->handle);
  return progress.percentage < 0 ? -1 : progress.percentage / 100;
}

namespace {
// Runs a prepared statement; the caller owns `result`.
Status run_prepared(duckdb_prepared_statement statement, bool streaming, std::string_view sql, duckdb_result& result) {
  const Library& duck = library();
  duckdb_pending_result pending = nullptr;
  const duckdb_state state = streaming ? duck.pending_prepared_streaming(statement, &pending) : duck.pending_prepared(statement, &pending);
  if (state != DuckDBSuccess) {
    Error error = make_error(duck.pending_error(pending), DUCKDB_ERROR_INVALID, sql);
    duck.destroy_pending(&pending);
    return std::unexpected(std::move(error));
  }
  const duckdb_state executed = duck.execute_pending(pending, &result);
  duck.destroy_pending(&pending);
  if (executed != DuckDBSuccess) {
    return std::unexpected(make_error(duck.result_error(&result), duck.result_error_type(&result), sql));
  }
  return {};
}
}  // namespace

Result<ResultSet> Connection::run(std::string_view sql, bool streaming, std::stop_token stop) {
  if (stop.stop_requested()) {
    return fail(ErrorCode::kCancelled, "stopped");
  }
  const Library& duck = library();
  const Interrupter interrupter(stop, impl_->handle);
  const std::string text(sql);
  Extracted extracted;
  const idx_t count = duck.extract_statements(impl_->handle, text.c_str(), &extracted.statements);
  if (count == 0) {
    const char* message = duck.extract_statements_error(extracted.statements);
    if (message == nullptr) {
      return fail(ErrorCode::kInvalid, "there is no statement");
    }
    return std::unexpected(make_error(message, DUCKDB_ERROR_PARSER, sql));
  }
  for (idx_t i = 0;; ++i) {
    Prepared prepared;
    if (duck.prepare_extracted_statement(impl_->handle, extracted.statements, i, &prepared.statement) != DuckDBSuccess) {
      if (stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");
      }
      return std::unexpected(make_error(duck.prepare_error(prepared.statement), DUCKDB_ERROR_INVALID, sql));
    }
    auto impl = std::make_unique<ResultSet::Impl>();
    impl->connection = impl_;
    impl->sql = text;
    impl->stop = stop;
    const bool last = i + 1 == count;
    if (Status ran = run_prepared(prepared.statement, streaming && last, sql, impl->result); !ran) {
      return stop.stop_requested() ? fail(ErrorCode::kCancelled, "stopped") : std::unexpected(std::move(ran).error());
    }
    if (last) {
      return ResultSet(std::move(impl));
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::kCancelled, "stopped");
    }
  }
}

Result<ResultSet> Connection::query(std::string_view sql, std::stop_token stop) { return run(sql, false, std::move(stop)); }
Result<ResultSet> Connection::stream(std::string_view sql, std::stop_token stop) { return run(sql, true, std::move(stop)); }

Result<std::uint64_t> Connection::execute(std::string_view sql, std::stop_token stop) {
  WEIR_TRY_ASSIGN(const ResultSet result, run(sql, false, std::move(stop)));
  return result.rows_changed();
}

Result<ResultSet> Connection::query_with(std::string_view sql, const std::vector<std::optional<std::string>>& parameters) {
  const Library& duck = library();
  const std::string text(sql);
  Extracted extracted;
  Prepared prepared;
  if (duck.extract_statements(impl_->handle, text.c_str(), &extracted.statements) != 1) {
    const char* message = duck.extract_statements_error(extracted.statements);
    return message == nullptr ? fail(ErrorCode::kInvalid, "one statement is expected")
                              : std::unexpected(make_error(message, DUCKDB_ERROR_PARSER, sql));
  }
  if (duck.prepare_extracted_statement(impl_->handle, extracted.statements, 0, &prepared.statement) != DuckDBSuccess) {
    return std::unexpected(make_error(duck.prepare_error(prepared.statement), DUCKDB_ERROR_INVALID, sql));
  }
  for (idx_t i = 0; i < parameters.size(); ++i) {
    const auto& value = parameters[i];
    // A null pointer of length 0 is bound as NULL by the C API's varchar binding only when asked so; an untyped NULL is safer.
    const duckdb_state state = value ? duck.bind_varchar_length(prepared.statement, i + 1, value->data(), value->size())
                                     : duck.bind_null(prepared.statement, i + 1);
    if (state != DuckDBSuccess) {
      return fail(ErrorCode::kInvalid, fmt::format("parameter {} does not fit: {}", i + 1, excerpt(value.value_or("NULL"))));
    }
  }
  auto impl = std::make_unique<ResultSet::Impl>();
  impl->connection = impl_;
  impl->sql = text;
  WEIR_TRY(run_prepared(prepared.statement, false, sql, impl->result));
  return ResultSet(std::move(impl));
}

Result<std::vector<std::vector<std::optional<std::string>>>> Connection::query_rows(std::string_view sql, std::stop_token stop) {
  WEIR_TRY_ASSIGN(ResultSet result, run(sql, false, std::move(stop)));
  std::vector<std::vector<std::optional<std::string>>> rows;
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
    if (!chunk) {
      return rows;
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      auto& cells = rows.emplace_back();
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        const VectorView column = chunk->column(i);
        cells.push_back(column.is_null(row) ? std::nullopt : std::optional(column.text(row)));
      }
    }
  }
}

Result<std::optional<std::string>> Connection::query_value(std::string_view sql, std::stop_token stop) {
  WEIR_TRY_ASSIGN(const auto rows, query_rows(sql, std::move(stop)));
  if (rows.empty() || rows[0].empty()) {
    return fail(ErrorCode::kNotFound, "the statement gives no row");
  }
  return rows[0][0];
}

Result<std::int64_t> Connection::query_integer(std::string_view sql, std::stop_token stop) {
  WEIR_TRY_ASSIGN(ResultSet result, run(fmt::format("SELECT CAST(({}) AS BIGINT)", sql), false, std::move(stop)));
  WEIR_TRY_ASSIGN(const std::optional<Chunk> chunk, result.next());
  if (!chunk || chunk->rows_count() == 0 || chunk->column(0).is_null(0)) {
    return fail(ErrorCode::kNotFound, "the statement gives no number");
  }
  return chunk->column(0).integer(0);
}

Result<std::vector<Column>> Connection::describe(std::string_view select_sql) {
  // LIMIT 0 is planned but reads nothing; DESCRIBE would give types as text only.
  WEIR_TRY_ASSIGN(const ResultSet result, run(fmt::format("SELECT * FROM (\n{}\n) LIMIT 0", select_sql), false, {}));
  return result.columns();
}
}  // namespace weir::duck
