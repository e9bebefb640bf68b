#pragma once

#include <duckdb.h>

#include "core/result.h"
#include "duck/arrow.h"
#include "duck/type.h"

/// Private to duck/: the functions of libduckdb.so, looked up when first needed (loading it costs 11 ms).
namespace weir::duck {
// clang-format off
#define WEIR_DUCK_FUNCTIONS(X)                                                                                       \
  X(create_config) X(set_config) X(destroy_config) X(open_ext) X(close) X(free) X(library_version)                   \
  X(connect) X(disconnect) X(interrupt) X(query_progress)                                                            \
  X(extract_statements) X(prepare_extracted_statement) X(extract_statements_error) X(destroy_extracted)              \
  X(prepare_error) X(destroy_prepare) X(prepared_statement_type)                                                     \
  X(nparams) X(bind_varchar_length) X(bind_null)                                                                                  \
  X(pending_prepared) X(pending_prepared_streaming) X(execute_pending) X(pending_error) X(destroy_pending)           \
  X(result_error) X(result_error_type) X(destroy_result) X(fetch_chunk) X(column_count) X(column_name)               \
  X(column_logical_type) X(rows_changed) X(result_get_arrow_options) X(destroy_arrow_options)                        \
  X(destroy_data_chunk) X(data_chunk_get_size) X(data_chunk_get_vector)                                              \
  X(vector_get_data) X(vector_get_validity) X(list_vector_get_child) X(list_vector_get_size)                         \
  X(struct_vector_get_child) X(array_vector_get_child)                                                               \
  X(create_logical_type) X(get_type_id) X(destroy_logical_type) X(decimal_width) X(decimal_scale)                    \
  X(decimal_internal_type) X(enum_internal_type) X(enum_dictionary_size) X(enum_dictionary_value)                    \
  X(list_type_child_type) X(array_type_child_type) X(array_type_array_size) X(map_type_key_type)                     \
  X(map_type_value_type) X(struct_type_child_count) X(struct_type_child_name) X(struct_type_child_type)              \
  X(union_type_member_count) X(union_type_member_name) X(union_type_member_type)                                     \
  X(appender_create_ext) X(appender_error) X(appender_close) X(appender_destroy) X(appender_end_row)                 \
  X(append_bool) X(append_int64) X(append_double) X(append_varchar_length) X(append_timestamp) X(append_date)        \
  X(append_null) X(append_data_chunk)                                                                                \
  X(to_arrow_schema) X(data_chunk_to_arrow) X(schema_from_arrow) X(data_chunk_from_arrow)                            \
  X(destroy_arrow_converted_schema) X(error_data_message) X(error_data_has_error) X(destroy_error_data)              \
  X(create_table_function) X(destroy_table_function) X(table_function_set_name) X(table_function_add_parameter)      \
  X(table_function_set_bind) X(table_function_set_init) X(table_function_set_local_init) X(table_function_set_function) \
  X(register_table_function) X(bind_get_parameter) X(bind_add_result_column) X(bind_set_bind_data) X(bind_set_error) \
  X(init_get_bind_data) X(init_set_init_data) X(init_set_max_threads) X(init_set_error)                              \
  X(function_get_bind_data) X(function_get_init_data) X(function_get_local_init_data) X(function_set_error)          \
  X(get_int64) X(destroy_value) X(vector_size) X(data_chunk_set_size) X(vector_ensure_validity_writable)            \
  X(vector_assign_string_element_len) X(list_vector_reserve) X(list_vector_set_size)                                 \
  X(table_function_supports_projection_pushdown) X(table_function_add_named_parameter) X(table_function_set_extra_info) \
  X(bind_get_extra_info) X(bind_get_named_parameter) X(get_varchar) X(init_get_column_count) X(init_get_column_index)  \
  X(create_decimal_type) X(create_list_type) X(create_map_type) X(create_struct_type)                                 \
  X(create_scalar_function) X(destroy_scalar_function) X(scalar_function_set_name) X(scalar_function_add_parameter)  \
  X(scalar_function_set_return_type) X(scalar_function_set_special_handling) X(scalar_function_set_volatile)         \
  X(scalar_function_set_extra_info) X(scalar_function_set_function) X(register_scalar_function)                      \
  X(scalar_function_get_extra_info) X(scalar_function_set_error)
// clang-format on

struct Library {
#define WEIR_DUCK_MEMBER(name) decltype(&::duckdb_##name) name = nullptr;
  WEIR_DUCK_FUNCTIONS(WEIR_DUCK_MEMBER)
#undef WEIR_DUCK_MEMBER
};

/// Loads the library once. Errors: kNotFound with what to do.
Result<const Library*> load_library();
/// The library after a successful load_library.
const Library& library();

/// Reads DuckDB's type and destroys `handle`.
Type take_type(duckdb_logical_type handle);

/// Text that DuckDB allocated, copied and freed.
std::string take_text(char* text);

/// Turns DuckDB's error (a JSON document, see `errors_as_json`) into ours: place, kind, no caret drawing.
/// `sql` is the statement that failed.
Error make_error(const char* message, duckdb_error_type type, std::string_view sql);
}  // namespace weir::duck
