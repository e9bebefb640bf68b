#include "duck/row_source.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "duck/database.h"
#include "duck/library.h"
#include "duck/row_function.h"

namespace weir::duck {
namespace {
constexpr const char* kFunctionName = "weir_rows";

struct ListEntry {
  std::uint64_t offset;
  std::uint64_t length;
};

/// What the callbacks of a statement share with the binding.
struct Bound {
  std::shared_ptr<RowSource> source;
  std::mutex mutex;
  std::optional<Error> error;

  void keep(Error what) {
    const std::scoped_lock lock(mutex);
    if (!error) {
      error = std::move(what);
    }
  }
};

struct Registry {
  std::mutex mutex;
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, std::shared_ptr<Bound>> bound;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

std::shared_ptr<Bound> find_bound(std::uint64_t id) {
  Registry& all = registry();
  const std::scoped_lock lock(all.mutex);
  const auto found = all.bound.find(id);
  return found == all.bound.end() ? nullptr : found->second;
}

class LogicalType {
 public:
  explicit LogicalType(duckdb_logical_type type) : type_(type) {}
  LogicalType(LogicalType&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  LogicalType& operator=(LogicalType&& other) noexcept {
    std::swap(type_, other.type_);
    return *this;
  }
  LogicalType(const LogicalType&) = delete;
  LogicalType& operator=(const LogicalType&) = delete;
  ~LogicalType() { library().destroy_logical_type(&type_); }
  duckdb_logical_type get() const { return type_; }

 private:
  duckdb_logical_type type_;
};

duckdb_type simple_type(TypeId id) {
  switch (id) {
    case TypeId::kBoolean:
      return DUCKDB_TYPE_BOOLEAN;
    case TypeId::kTinyInt:
      return DUCKDB_TYPE_TINYINT;
    case TypeId::kSmallInt:
      return DUCKDB_TYPE_SMALLINT;
    case TypeId::kInteger:
      return DUCKDB_TYPE_INTEGER;
    case TypeId::kBigInt:
      return DUCKDB_TYPE_BIGINT;
    case TypeId::kHugeInt:
      return DUCKDB_TYPE_HUGEINT;
    case TypeId::kUTinyInt:
      return DUCKDB_TYPE_UTINYINT;
    case TypeId::kUSmallInt:
      return DUCKDB_TYPE_USMALLINT;
    case TypeId::kUInteger:
      return DUCKDB_TYPE_UINTEGER;
    case TypeId::kUBigInt:
      return DUCKDB_TYPE_UBIGINT;
    case TypeId::kUHugeInt:
      return DUCKDB_TYPE_UHUGEINT;
    case TypeId::kFloat:
      return DUCKDB_TYPE_FLOAT;
    case TypeId::kDouble:
      return DUCKDB_TYPE_DOUBLE;
    case TypeId::kVarchar:
      return DUCKDB_TYPE_VARCHAR;
    case TypeId::kBlob:
      return DUCKDB_TYPE_BLOB;
    case TypeId::kDate:
      return DUCKDB_TYPE_DATE;
    case TypeId::kTime:
      return DUCKDB_TYPE_TIME;
    case TypeId::kTimeTz:
      return DUCKDB_TYPE_TIME_TZ;
    case TypeId::kTimestamp:
      return DUCKDB_TYPE_TIMESTAMP;
    case TypeId::kTimestampTz:
      return DUCKDB_TYPE_TIMESTAMP_TZ;
    case TypeId::kTimestampS:
      return DUCKDB_TYPE_TIMESTAMP_S;
    case TypeId::kTimestampMs:
      return DUCKDB_TYPE_TIMESTAMP_MS;
    case TypeId::kTimestampNs:
      return DUCKDB_TYPE_TIMESTAMP_NS;
    case TypeId::kInterval:
      return DUCKDB_TYPE_INTERVAL;
    case TypeId::kUuid:
      return DUCKDB_TYPE_UUID;
    default:
      return DUCKDB_TYPE_INVALID;
  }
}

Result<LogicalType> logical_type(const Type& type) {
  const Library& duck = library();
  switch (type.id) {
    case TypeId::kDecimal:
      return LogicalType(duck.create_decimal_type(type.width, type.scale));
    case TypeId::kList: {
      WEIR_TRY_ASSIGN(const LogicalType element, logical_type(type.children.at(0).type));
      return LogicalType(duck.create_list_type(element.get()));
    }
    case TypeId::kMap: {
      WEIR_TRY_ASSIGN(const LogicalType key, logical_type(type.children.at(0).type));
      WEIR_TRY_ASSIGN(const LogicalType value, logical_type(type.children.at(1).type));
      return LogicalType(duck.create_map_type(key.get(), value.get()));
    }
    case TypeId::kStruct: {
      std::vector<LogicalType> owned;
      std::vector<duckdb_logical_type> types;
      std::vector<const char*> names;
      for (const Type::Child& child : type.children) {
        WEIR_TRY_ASSIGN(LogicalType field, logical_type(child.type));
        types.push_back(field.get());
        names.push_back(child.name.c_str());
        owned.push_back(std::move(field));
      }
      return LogicalType(duck.create_struct_type(types.data(), names.data(), types.size()));
    }
    default:
      break;
  }
  const duckdb_type simple = simple_type(type.id);
  if (simple == DUCKDB_TYPE_INVALID) {
    return fail(ErrorCode::kInvalid, "a row source cannot have a column of type " + type.sql());
  }
  return LogicalType(duck.create_logical_type(simple));
}

// What a statement keeps: at bind, for the whole scan, and for each thread.
struct BindData {
  std::shared_ptr<Bound> bound;
  std::size_t columns_count = 0;
  bool can_project = false;
};
struct ScanData {
  std::shared_ptr<RowScan> scan;
  std::vector<std::size_t> positions;  // of the columns to fill in a chunk
};
struct ThreadData {
  std::unique_ptr<RowReader> reader;
};

template <typename T>
void destroy(void* data) noexcept {
  delete static_cast<T*>(data);  // NOLINT: DuckDB's callbacks own raw pointers
}

void bind_source(duckdb_bind_info info, std::shared_ptr<Bound> bound, bool can_project) {
  const Library& duck = library();
  const std::vector<Column> columns = bound->source->columns();
  for (const Column& column : columns) {
    const auto type = logical_type(column.type);
    if (!type) {
      duck.bind_set_error(info, type.error().message.c_str());
      return;
    }
    duck.bind_add_result_column(info, column.name.c_str(), type->get());
  }
  duck.bind_set_bind_data(info, new BindData{std::move(bound), columns.size(), can_project},
                          destroy<BindData>);  // NOLINT: owned by DuckDB
}

void on_bind(duckdb_bind_info info) noexcept {
  const Library& duck = library();
  duckdb_value parameter = duck.bind_get_parameter(info, 0);
  const auto id = static_cast<std::uint64_t>(duck.get_int64(parameter));
  duck.destroy_value(&parameter);
  auto bound = find_bound(id);
  if (!bound) {
    duck.bind_set_error(info, "these rows are gone");
    return;
  }
  bind_source(info, std::move(bound), false);
}

std::string take_parameter(duckdb_value value) {
  std::string text = take_text(library().get_varchar(value));
  library().destroy_value(&value);
  return text;
}

void on_function_bind(duckdb_bind_info info) noexcept {
  const Library& duck = library();
  const auto* function = static_cast<const TableFunction*>(duck.bind_get_extra_info(info));
  TableFunctionCall call{.argument = take_parameter(duck.bind_get_parameter(info, 0)), .options = {}};
  for (const std::string& option : function->options) {
    if (duckdb_value value = duck.bind_get_named_parameter(info, option.c_str()); value != nullptr) {
      call.options[option] = take_parameter(value);
    }
  }
  auto source = function->open(call);
  if (!source) {
    duck.bind_set_error(info, source.error().text().c_str());
    return;
  }
  auto bound = std::make_shared<Bound>();
  bound->source = *std::move(source);
  bind_source(info, std::move(bound), true);
}

void on_init(duckdb_init_info info) noexcept {
  const Library& duck = library();
  const auto* bind = static_cast<const BindData*>(duck.init_get_bind_data(info));
  std::vector<std::size_t> positions;
  std::vector<std::size_t> wanted;
  const std::size_t count = bind->can_project ? duck.init_get_column_count(info) : bind->columns_count;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t column = bind->can_project ? duck.init_get_column_index(info, i) : i;
    if (column < bind->columns_count) {  // else a column that only counts rows
      positions.push_back(i);
      wanted.push_back(column);
    }
  }
  auto scan = bind->can_project ? bind->bound->source->open_projection(wanted) : bind->bound->source->open_scan();
  if (!scan) {
    const std::string text = scan.error().text();
    bind->bound->keep(std::move(scan).error());
    duck.init_set_error(info, text.c_str());
    return;
  }
  duck.init_set_max_threads(info, (*scan)->threads_count_max());
  duck.init_set_init_data(info, new ScanData{*std::move(scan), std::move(positions)},
                          destroy<ScanData>);  // NOLINT: owned by DuckDB
}

void on_thread_init(duckdb_init_info info) noexcept {
  library().init_set_init_data(info, new ThreadData{}, destroy<ThreadData>);  // NOLINT: owned by DuckDB
}

void on_rows(duckdb_function_info info, duckdb_data_chunk chunk) noexcept {
  const Library& duck = library();
  const auto* bind = static_cast<const BindData*>(duck.function_get_bind_data(info));
  auto* thread = static_cast<ThreadData*>(duck.function_get_local_init_data(info));
  const auto fail_with = [&](Error error) {
    const std::string text = error.text();
    bind->bound->keep(std::move(error));
    duck.function_set_error(info, text.c_str());
  };
  const auto* scan = static_cast<const ScanData*>(duck.function_get_init_data(info));
  if (!thread->reader) {
    auto reader = scan->scan->open_reader();
    if (!reader) {
      fail_with(std::move(reader).error());
      return;
    }
    thread->reader = *std::move(reader);
  }
  RowWriter rows(chunk, scan->positions);
  auto count = thread->reader->read(rows);
  if (!count) {
    fail_with(std::move(count).error());
    return;
  }
  duck.data_chunk_set_size(chunk, *count);
}

/// A table function while it is made.
class NewFunction {
 public:
  NewFunction(const char* name, duckdb_type parameter, duckdb_table_function_bind_t bind)
      : function_(library().create_table_function()) {
    const Library& duck = library();
    duck.table_function_set_name(function_, name);
    const LogicalType type(duck.create_logical_type(parameter));
    duck.table_function_add_parameter(function_, type.get());
    duck.table_function_set_bind(function_, bind);
    duck.table_function_set_init(function_, on_init);
    duck.table_function_set_local_init(function_, on_thread_init);
    duck.table_function_set_function(function_, on_rows);
  }
  NewFunction(const NewFunction&) = delete;
  NewFunction& operator=(const NewFunction&) = delete;
  ~NewFunction() { library().destroy_table_function(&function_); }
  duckdb_table_function get() const { return function_; }
  bool add_to(Connection& connection) const {
    return library().register_table_function(static_cast<duckdb_connection>(connection.handle()), function_) == DuckDBSuccess;
  }

 private:
  duckdb_table_function function_;
};
}  // namespace

Result<std::shared_ptr<RowScan>> RowSource::open_projection(std::span<const std::size_t> /*wanted*/) {
  return fail(ErrorCode::kInternal, "these rows cannot be read in part");
}

Status register_table_function(Connection& connection, TableFunction function) {
  const Library& duck = library();
  const NewFunction made(function.name.c_str(), DUCKDB_TYPE_VARCHAR, on_function_bind);
  duck.table_function_supports_projection_pushdown(made.get(), true);
  const LogicalType text(duck.create_logical_type(DUCKDB_TYPE_VARCHAR));
  for (const std::string& option : function.options) {
    duck.table_function_add_named_parameter(made.get(), option.c_str(), text.get());
  }
  std::string name = function.name;
  duck.table_function_set_extra_info(made.get(), new TableFunction(std::move(function)),
                                     destroy<TableFunction>);  // NOLINT: owned by DuckDB
  return made.add_to(connection) ? Status() : fail(ErrorCode::kInternal, "DuckDB refuses this function", name);
}

Status register_row_function(Connection& connection) {
  return NewFunction(kFunctionName, DUCKDB_TYPE_BIGINT, on_bind).add_to(connection)
             ? Status()
             : fail(ErrorCode::kInternal, "DuckDB refuses a function", kFunctionName);
}

VectorWriter::VectorWriter(void* vector) : vector_(vector) {
  auto* handle = static_cast<duckdb_vector>(vector);
  library().vector_ensure_validity_writable(handle);
  data_ = library().vector_get_data(handle);
  validity_ = library().vector_get_validity(handle);
}

void VectorWriter::set_long_text(std::uint64_t row, std::string_view bytes) {
  library().vector_assign_string_element_len(static_cast<duckdb_vector>(vector_), row, bytes.data(), bytes.size());
}

VectorWriter VectorWriter::field(std::size_t index) const {
  return VectorWriter(library().struct_vector_get_child(static_cast<duckdb_vector>(vector_), index));
}

std::uint64_t VectorWriter::append_list(std::uint64_t row, std::uint64_t count) {
  auto* handle = static_cast<duckdb_vector>(vector_);
  const std::uint64_t size = library().list_vector_get_size(handle);
  library().list_vector_reserve(handle, size + count);
  library().list_vector_set_size(handle, size + count);
  static_cast<ListEntry*>(data_)[row] = {size, count};
  return size;
}

VectorWriter VectorWriter::elements() const {
  return VectorWriter(library().list_vector_get_child(static_cast<duckdb_vector>(vector_)));
}

RowWriter::RowWriter(void* chunk, std::size_t columns_count) : capacity_(library().vector_size()) {
  columns_.reserve(columns_count);
  for (std::size_t i = 0; i < columns_count; ++i) {
    columns_.emplace_back(library().data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), i));
  }
}

RowWriter::RowWriter(void* chunk, std::span<const std::size_t> positions) : capacity_(library().vector_size()) {
  columns_.reserve(positions.size());
  for (const std::size_t position : positions) {
    columns_.emplace_back(library().data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), position));
  }
}

void RowWriter::reset_row(std::uint64_t row) {
  for (VectorWriter& column : columns_) {
    column.set_valid(row);
  }
}

Result<RowSourceBinding> RowSourceBinding::bind(std::shared_ptr<RowSource> source) {
  for (const Column& column : source->columns()) {
    WEIR_TRY(logical_type(column.type));
  }
  auto bound = std::make_shared<Bound>();
  bound->source = std::move(source);
  std::uint64_t id = 0;
  {
    Registry& all = registry();
    const std::scoped_lock lock(all.mutex);
    id = ++all.last_id;
    all.bound[id] = std::move(bound);
  }
  return RowSourceBinding(id);
}

RowSourceBinding::RowSourceBinding(RowSourceBinding&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
RowSourceBinding& RowSourceBinding::operator=(RowSourceBinding&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

RowSourceBinding::~RowSourceBinding() {
  if (id_ == 0) {
    return;  // moved away
  }
  Registry& all = registry();
  const std::scoped_lock lock(all.mutex);
  all.bound.erase(id_);
}

std::string RowSourceBinding::sql() const {
  return fmt::format("{}({})", kFunctionName, id_);
}

std::optional<Error> RowSourceBinding::take_error() {  // NOLINT(readability-make-member-function-const): it takes
  const auto bound = find_bound(id_);
  if (!bound) {
    return std::nullopt;
  }
  const std::scoped_lock lock(bound->mutex);
  return std::exchange(bound->error, std::nullopt);
}
}  // namespace weir::duck
