#include "duck/scalar_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <mutex>
#include <span>

#include "core/text.h"
#include "duck/database.h"
#include "duck/library.h"

namespace weir::duck {
namespace {
struct Simple {
  TypeId id;
  duckdb_type type;
};
constexpr std::array<Simple, 17> kSimpleTypes = {{{TypeId::kBoolean, DUCKDB_TYPE_BOOLEAN},
                                                  {TypeId::kTinyInt, DUCKDB_TYPE_TINYINT},
                                                  {TypeId::kSmallInt, DUCKDB_TYPE_SMALLINT},
                                                  {TypeId::kInteger, DUCKDB_TYPE_INTEGER},
                                                  {TypeId::kBigInt, DUCKDB_TYPE_BIGINT},
                                                  {TypeId::kUTinyInt, DUCKDB_TYPE_UTINYINT},
                                                  {TypeId::kUSmallInt, DUCKDB_TYPE_USMALLINT},
                                                  {TypeId::kUInteger, DUCKDB_TYPE_UINTEGER},
                                                  {TypeId::kUBigInt, DUCKDB_TYPE_UBIGINT},
                                                  {TypeId::kFloat, DUCKDB_TYPE_FLOAT},
                                                  {TypeId::kDouble, DUCKDB_TYPE_DOUBLE},
                                                  {TypeId::kVarchar, DUCKDB_TYPE_VARCHAR},
                                                  {TypeId::kBlob, DUCKDB_TYPE_BLOB},
                                                  {TypeId::kDate, DUCKDB_TYPE_DATE},
                                                  {TypeId::kTime, DUCKDB_TYPE_TIME},
                                                  {TypeId::kTimestamp, DUCKDB_TYPE_TIMESTAMP},
                                                  {TypeId::kTimestampTz, DUCKDB_TYPE_TIMESTAMP_TZ}}};

duckdb_logical_type make_type(TypeId id) {
  return library().create_logical_type(std::ranges::find(kSimpleTypes, id, &Simple::id)->type);
}

void destroy_function(void* data) noexcept {
  delete static_cast<ScalarFunction*>(data);  // NOLINT: DuckDB owns it
}

}  // namespace

// What DuckDB calls, for all functions.
struct ScalarCallback {
  static void run(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector result) noexcept {
    const auto* function = static_cast<const ScalarFunction*>(library().scalar_function_get_extra_info(info));
    ScalarCall call(chunk, result, function->arguments);
    if (const Status status = function->call(call); !status) {
      library().scalar_function_set_error(info, status.error().text().c_str());
      return;
    }
    if (!function->sees_nulls) {
      call.clear_nulls_of_arguments();
    }
  }
};

ScalarCall::ScalarCall(void* chunk, void* result, const std::vector<Type>& arguments)
    : result_(result), rows_count_(library().data_chunk_get_size(static_cast<duckdb_data_chunk>(chunk))) {
  arguments_.reserve(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    arguments_.emplace_back(library().data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), i), &arguments[i], rows_count_);
  }
}

void* ScalarCall::result_data() { return library().vector_get_data(static_cast<duckdb_vector>(result_)); }

std::uint64_t* ScalarCall::writable_validity() {
  auto* vector = static_cast<duckdb_vector>(result_);
  library().vector_ensure_validity_writable(vector);
  return library().vector_get_validity(vector);
}

void ScalarCall::set_result_validity(const std::uint64_t* words) {
  std::memcpy(writable_validity(), words, (rows_count_ + 63) / 64 * sizeof(std::uint64_t));
}

VectorWriter& ScalarCall::result() {
  if (writer_.empty()) {
    writer_.emplace_back(result_);
  }
  return writer_.front();
}

void ScalarCall::clear_nulls_of_arguments() {
  for (const VectorView& argument : arguments_) {
    if (argument.validity() == nullptr) {
      continue;
    }
    std::uint64_t* words = writable_validity();
    for (std::uint64_t word = 0; word < (rows_count_ + 63) / 64; ++word) {
      words[word] &= argument.validity()[word];
    }
  }
}

Result<ArrowTexts> arrow_texts(const VectorView& values, std::uint64_t rows_count) {
  // duckdb_string_t: up to 12 bytes stand in the value, longer ones behind four bytes of prefix and a pointer.
  struct Text {
    std::uint32_t length;
    char inlined[12];
  };
  const std::span<const Text> texts = values.values<Text>();
  ArrowTexts out{std::make_unique_for_overwrite<std::int32_t[]>(rows_count + 1), nullptr};
  std::uint64_t size = 0;
  for (std::uint64_t row = 0; row < rows_count; ++row) {
    out.offsets[row] = static_cast<std::int32_t>(size);
    size += values.is_null(row) ? 0 : texts[row].length;
  }
  if (size > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
    return fail(ErrorCode::kUnsupported, "the texts of one batch are larger than 2 GiB");
  }
  out.offsets[rows_count] = static_cast<std::int32_t>(size);
  out.chars = std::make_unique_for_overwrite<char[]>(size + sizeof(Text::inlined));  // short ones are copied whole, beyond their end
  for (std::uint64_t row = 0; row < rows_count; ++row) {
    const Text& text = texts[row];
    char* to = out.chars.get() + out.offsets[row];
    if (out.offsets[row] == out.offsets[row + 1]) {
      continue;
    }
    if (text.length <= sizeof text.inlined) {
      std::memcpy(to, text.inlined, sizeof text.inlined);
    } else {
      const char* from = nullptr;
      std::memcpy(&from, text.inlined + 4, sizeof from);
      std::memcpy(to, from, text.length);
    }
  }
  return out;
}

bool is_scalar_function_type(TypeId id) { return std::ranges::find(kSimpleTypes, id, &Simple::id) != kSimpleTypes.end(); }

Status register_scalar_function(Connection& connection, ScalarFunction function) {
  std::vector<Type> types = function.arguments;
  types.push_back(function.returns);
  for (const Type& type : types) {
    if (!is_scalar_function_type(type.id)) {
      return fail(ErrorCode::kInvalid, fmt::format("a function cannot take or give {}", type.sql()), function.name);
    }
  }
  const Library& duck = library();
  duckdb_scalar_function made = duck.create_scalar_function();
  duck.scalar_function_set_name(made, function.name.c_str());
  for (const Type& type : function.arguments) {
    duckdb_logical_type argument = make_type(type.id);
    duck.scalar_function_add_parameter(made, argument);
    duck.destroy_logical_type(&argument);
  }
  duckdb_logical_type returns = make_type(function.returns.id);
  duck.scalar_function_set_return_type(made, returns);
  duck.destroy_logical_type(&returns);
  if (function.sees_nulls) {
    duck.scalar_function_set_special_handling(made);
  }
  if (function.is_volatile) {
    duck.scalar_function_set_volatile(made);
  }
  const std::string name = function.name;
  duck.scalar_function_set_extra_info(made, new ScalarFunction(std::move(function)), destroy_function);  // NOLINT: owned by DuckDB
  duck.scalar_function_set_function(made, &ScalarCallback::run);
  const duckdb_state state = duck.register_scalar_function(static_cast<duckdb_connection>(connection.handle()), made);
  duck.destroy_scalar_function(&made);
  if (state != DuckDBSuccess) {
    return fail(ErrorCode::kInvalid, fmt::format("cannot be made a function: is \"{}\" one already?", name), name);
  }
  return {};
}

Status ensure_scalar_function(Connection& connection, ScalarFunction function) {
  static std::mutex registering;
  const std::scoped_lock lock(registering);
  WEIR_TRY_ASSIGN(const std::int64_t known, connection.query_integer(fmt::format(
                                                "SELECT count(*) FROM duckdb_functions() WHERE function_name = {}", sql_string(function.name))));
  return known > 0 ? Status() : register_scalar_function(connection, std::move(function));
}
}  // namespace weir::duck
