#include "duck/library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"
#include "core/text.h"

namespace weir::duck {
namespace {
Library loaded;

// Where libduckdb.so may lie: told by the user, beside the program, in an installed tree, where the build found it, the system.
std::vector<std::string> library_paths() {
  std::vector<std::string> paths;
  if (const char* told = std::getenv("WEIR_DUCKDB_LIBRARY"); told != nullptr && *told != '\0') {
    return {told};
  }
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    paths.push_back((program.parent_path() / "libduckdb.so").string());
    paths.push_back((program.parent_path().parent_path() / "lib/weir/libduckdb.so").string());
  }
  paths.emplace_back(WEIR_DUCKDB_LIBRARY);
  paths.emplace_back("libduckdb.so");
  return paths;
}

Status load_functions() {
  std::string tried;
  void* handle = nullptr;
  for (const std::string& path : library_paths()) {
    // RTLD_GLOBAL would let its bundled libraries clash with ours.
    handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) {
      break;
    }
    tried += fmt::format("\n  {}", dlerror());
  }
  if (handle == nullptr) {
    return fail(ErrorCode::kNotFound,
                "DuckDB's library cannot be loaded; put libduckdb.so beside the program or name it in WEIR_DUCKDB_LIBRARY. Tried:" + tried);
  }
  const char* missing = nullptr;
#define WEIR_DUCK_LOOK_UP(name)                                                                                  \
  loaded.name = reinterpret_cast<decltype(loaded.name)>(dlsym(handle, "duckdb_" #name)); /* NOLINT: dlsym's way */ \
  if (loaded.name == nullptr) {                                                                                  \
    missing = "duckdb_" #name;                                                                                   \
  }
  WEIR_DUCK_FUNCTIONS(WEIR_DUCK_LOOK_UP)
#undef WEIR_DUCK_LOOK_UP
  if (missing != nullptr) {
    return fail(ErrorCode::kUnsupported, fmt::format("this libduckdb.so is too old: it lacks {}; weir needs 1.5 or newer", missing));
  }
  return {};
}

ErrorCode code_of(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_INTERRUPT:
      return ErrorCode::kCancelled;
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_OUT_OF_MEMORY:
    case DUCKDB_ERROR_HTTP:
    case DUCKDB_ERROR_NETWORK:
      return ErrorCode::kIo;
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD:
      return ErrorCode::kUnsupported;
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kInvalid;
  }
}

// Prepared statements give no error type, but the document names it.
duckdb_error_type type_of(std::string_view name) {
  struct Named {
    std::string_view name;
    duckdb_error_type type;
  };
  static constexpr Named kNames[] = {{"IO", DUCKDB_ERROR_IO},
                                     {"Out of Memory", DUCKDB_ERROR_OUT_OF_MEMORY},
                                     {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
                                     {"Interrupt", DUCKDB_ERROR_INTERRUPT},
                                     {"Not implemented", DUCKDB_ERROR_NOT_IMPLEMENTED},
                                     {"Missing Extension", DUCKDB_ERROR_MISSING_EXTENSION},
                                     {"Extension Autoloading", DUCKDB_ERROR_AUTOLOAD},
                                     {"INTERNAL", DUCKDB_ERROR_INTERNAL},
                                     {"FATAL", DUCKDB_ERROR_FATAL}};
  const auto* found = std::ranges::find(kNames, name, &Named::name);
  return found == std::end(kNames) ? DUCKDB_ERROR_INVALID_INPUT : found->type;
}

Place place_in(std::string_view sql, std::size_t position) {
  const std::string_view before = sql.substr(0, std::min(position, sql.size()));
  const std::size_t newline = before.rfind('\n');
  const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
  return {"", static_cast<int>(1 + std::ranges::count(before, '\n')), static_cast<int>(before.size() - line_start) + 1};
}
}  // namespace

Result<const Library*> load_library() {
  static const Status status = load_functions();
  if (!status) {
    return std::unexpected(status.error());
  }
  return &loaded;
}

const Library& library() { return loaded; }

std::string take_text(char* text) {
  std::string out = text == nullptr ? "" : text;
  library().free(text);
  return out;
}

Error make_error(const char* message, duckdb_error_type type, std::string_view sql) {
  std::string_view text = message == nullptr ? "unknown error of DuckDB" : message;
  Error error{code_of(type), std::string(text), {}, std::nullopt};
  const std::size_t brace = text.find('{');
  if (brace == std::string_view::npos) {
    return error;
  }
  const Json document = Json::parse(text.substr(brace), nullptr, false);
  if (!document.is_object() || !document.contains("exception_message")) {
    return error;
  }
  error.message = document["exception_message"].get<std::string>();
  error.code = code_of(type == DUCKDB_ERROR_INVALID ? type_of(document.value("exception_type", "")) : type);
  const std::string position = document.value("position", "");
  std::size_t offset = 0;
  if (std::from_chars(position.data(), position.data() + position.size(), offset).ec == std::errc() && !position.empty()) {
    error.place = place_in(sql, offset);
  }
  // One line: the candidates that DuckDB lists below its message stay, the caret drawing is not there with JSON.
  error.message = replace_all(trim(error.message), "\n\n", "\n");
  error.message = replace_all(error.message, "\n", "; ");
  if (error.code == ErrorCode::kIo && type == DUCKDB_ERROR_OUT_OF_MEMORY) {
    error.message += "; give it more with --memory";
  }
  return error;
}

Type take_type(duckdb_logical_type handle) {
  const Library& duck = library();
  Type type;
  const auto child = [&](std::string name, duckdb_logical_type child_handle) {
    type.children.push_back({std::move(name), take_type(child_handle)});
  };
  switch (duck.get_type_id(handle)) {
    case DUCKDB_TYPE_BOOLEAN:
      type.id = TypeId::kBoolean;
      break;
    case DUCKDB_TYPE_TINYINT:
      type.id = TypeId::kTinyInt;
      break;
    case DUCKDB_TYPE_SMALLINT:
      type.id = TypeId::kSmallInt;
      break;
    case DUCKDB_TYPE_INTEGER:
      type.id = TypeId::kInteger;
      break;
    case DUCKDB_TYPE_BIGINT:
      type.id = TypeId::kBigInt;
      break;
    case DUCKDB_TYPE_UTINYINT:
      type.id = TypeId::kUTinyInt;
      break;
    case DUCKDB_TYPE_USMALLINT:
      type.id = TypeId::kUSmallInt;
      break;
    case DUCKDB_TYPE_UINTEGER:
      type.id = TypeId::kUInteger;
      break;
    case DUCKDB_TYPE_UBIGINT:
      type.id = TypeId::kUBigInt;
      break;
    case DUCKDB_TYPE_FLOAT:
      type.id = TypeId::kFloat;
      break;
    case DUCKDB_TYPE_DOUBLE:
      type.id = TypeId::kDouble;
      break;
    case DUCKDB_TYPE_TIMESTAMP:
      type.id = TypeId::kTimestamp;
      break;
    case DUCKDB_TYPE_DATE:
      type.id = TypeId::kDate;
      break;
    case DUCKDB_TYPE_TIME:
      type.id = TypeId::kTime;
      break;
    case DUCKDB_TYPE_TIME_TZ:
      type.id = TypeId::kTimeTz;
      break;
    case DUCKDB_TYPE_INTERVAL:
      type.id = TypeId::kInterval;
      break;
    case DUCKDB_TYPE_HUGEINT:
      type.id = TypeId::kHugeInt;
      break;
    case DUCKDB_TYPE_UHUGEINT:
      type.id = TypeId::kUHugeInt;
      break;
    case DUCKDB_TYPE_VARCHAR:
      type.id = TypeId::kVarchar;
      break;
    case DUCKDB_TYPE_BLOB:
      type.id = TypeId::kBlob;
      break;
    case DUCKDB_TYPE_TIMESTAMP_S:
      type.id = TypeId::kTimestampS;
      break;
    case DUCKDB_TYPE_TIMESTAMP_MS:
      type.id = TypeId::kTimestampMs;
      break;
    case DUCKDB_TYPE_TIMESTAMP_NS:
      type.id = TypeId::kTimestampNs;
      break;
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      type.id = TypeId::kTimestampTz;
      break;
    case DUCKDB_TYPE_UUID:
      type.id = TypeId::kUuid;
      break;
    case DUCKDB_TYPE_BIT:
      type.id = TypeId::kBit;
      break;
    case DUCKDB_TYPE_SQLNULL:
      type.id = TypeId::kNull;
      break;
    case DUCKDB_TYPE_DECIMAL:
      type.id = TypeId::kDecimal;
      type.width = duck.decimal_width(handle);
      type.scale = duck.decimal_scale(handle);
      break;
    case DUCKDB_TYPE_ENUM:
      type.id = TypeId::kEnum;
      for (idx_t i = 0; i < duck.enum_dictionary_size(handle); ++i) {
        type.labels.push_back(take_text(duck.enum_dictionary_value(handle, i)));
      }
      break;
    case DUCKDB_TYPE_LIST:
      type.id = TypeId::kList;
      child("element", duck.list_type_child_type(handle));
      break;
    case DUCKDB_TYPE_ARRAY:
      type.id = TypeId::kArray;
      type.array_length = duck.array_type_array_size(handle);
      child("element", duck.array_type_child_type(handle));
      break;
    case DUCKDB_TYPE_MAP:
      type.id = TypeId::kMap;
      child("key", duck.map_type_key_type(handle));
      child("value", duck.map_type_value_type(handle));
      break;
    case DUCKDB_TYPE_STRUCT:
      type.id = TypeId::kStruct;
      for (idx_t i = 0; i < duck.struct_type_child_count(handle); ++i) {
        child(take_text(duck.struct_type_child_name(handle, i)), duck.struct_type_child_type(handle, i));
      }
      break;
    case DUCKDB_TYPE_UNION:
      type.id = TypeId::kUnion;
      for (idx_t i = 0; i < duck.union_type_member_count(handle); ++i) {
        child(take_text(duck.union_type_member_name(handle, i)), duck.union_type_member_type(handle, i));
      }
      break;
    default:
      type.id = TypeId::kOther;
      break;
  }
  duck.destroy_logical_type(&handle);
  return type;
}
}  // namespace weir::duck
