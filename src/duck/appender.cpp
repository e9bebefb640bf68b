#include <fmt/format.h>

#include <string>

#include "duck/database.h"
#include "duck/library.h"

namespace weir::duck {
namespace {
duckdb_appender as_appender(void* handle) { return static_cast<duckdb_appender>(handle); }

Error error_of(duckdb_appender appender) {
  const char* message = library().appender_error(appender);
  return make_error(message == nullptr ? "DuckDB's appender refuses the value" : message, DUCKDB_ERROR_INVALID_INPUT, {});
}
}  // namespace

Result<Appender> Appender::open(Connection& connection, std::string_view catalog, std::string_view schema, std::string_view table) {
  const std::string catalog_text(catalog);
  const std::string schema_text(schema);
  const std::string table_text(table);
  duckdb_appender handle = nullptr;
  auto* session = static_cast<duckdb_connection>(connection.handle());
  if (library().appender_create_ext(session, catalog.empty() ? nullptr : catalog_text.c_str(),
                                    schema.empty() ? nullptr : schema_text.c_str(), table_text.c_str(), &handle) != DuckDBSuccess) {
    Error error = error_of(handle);
    library().appender_destroy(&handle);
    return std::unexpected(std::move(error));
  }
  return Appender(handle, session);
}

Appender::Appender(Appender&& other) noexcept : handle_(other.handle_), connection_(other.connection_) { other.handle_ = nullptr; }

Appender& Appender::operator=(Appender&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(connection_, other.connection_);
  return *this;
}

Appender::~Appender() {
  if (handle_ != nullptr) {
    auto* handle = as_appender(handle_);
    library().appender_destroy(&handle);
  }
}

Status Appender::check(int state) {
  return state == DuckDBSuccess ? Status() : std::unexpected(error_of(as_appender(handle_)));
}

Status Appender::null() { return check(library().append_null(as_appender(handle_))); }
Status Appender::boolean(bool value) { return check(library().append_bool(as_appender(handle_), value)); }
Status Appender::integer(std::int64_t value) { return check(library().append_int64(as_appender(handle_), value)); }
Status Appender::number(double value) { return check(library().append_double(as_appender(handle_), value)); }
Status Appender::text(std::string_view value) {
  return check(library().append_varchar_length(as_appender(handle_), value.data(), value.size()));
}
Status Appender::timestamp(Timestamp value) {
  return check(library().append_timestamp(as_appender(handle_), duckdb_timestamp{value.time_since_epoch().count()}));
}
Status Appender::end_row() { return check(library().appender_end_row(as_appender(handle_))); }
Status Appender::close() { return check(library().appender_close(as_appender(handle_))); }

Status Appender::arrow(ArrowHandle<ArrowArray> array, ArrowHandle<ArrowSchema>& schema) {
  const Library& duck = library();
  auto* connection = static_cast<duckdb_connection>(connection_);
  const auto failed = [&](duckdb_error_data error) -> std::optional<Error> {
    std::optional<Error> out;
    if (duck.error_data_has_error(error)) {
      out = make_error(duck.error_data_message(error), DUCKDB_ERROR_INVALID_INPUT, {});
    }
    duck.destroy_error_data(&error);
    return out;
  };
  duckdb_arrow_converted_schema converted = nullptr;
  if (auto error = failed(duck.schema_from_arrow(connection, schema.get(), &converted))) {
    return std::unexpected(std::move(*error));
  }
  duckdb_data_chunk chunk = nullptr;
  ArrowArray taken = array.take();
  auto error = failed(duck.data_chunk_from_arrow(connection, &taken, converted, &chunk));
  duck.destroy_arrow_converted_schema(&converted);
  if (error) {
    return std::unexpected(std::move(*error));
  }
  const duckdb_state state = duck.append_data_chunk(as_appender(handle_), chunk);
  duck.destroy_data_chunk(&chunk);
  return check(state);
}
}  // namespace weir::duck
