#include "duck/row_source.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "duck/database.h"
#include "duck/library.h"

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
};
struct ScanData {
  std::shared_ptr<RowScan> scan;
};
struct ThreadData {
  std::unique_ptr<RowReader> reader;
};

template <typename T>
void destroy(void* data) noexcept {
  delete static_cast<T*>(data);  // NOLINT: DuckDB's callbacks own raw pointers
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
  const std::vector<Column> columns = bound->source->columns();
  for (const Column& column : columns) {
    const auto type = logical_type(column.type);
    if (!type) {
      duck.bind_set_error(info, type.error().message.c_str());
      return;
    }
    duck.bind_add_result_column(info, column.name.c_str(), type->get());
  }
  duck.bind_set_bind_data(info, new BindData{std::move(bound), columns.size()},
                          destroy<BindData>);  // NOLINT: owned by DuckDB
}

void on_init(duckdb_init_info info) noexcept {
  const Library& duck = library();
  const auto* bind = static_cast<const BindData*>(duck.init_get_bind_data(info));
  auto scan = bind->bound->source->open_scan();
  if (!scan) {
    const std::string text = scan.error().text();
    bind->bound->keep(std::move(scan).error());
    duck.init_set_error(info, text.c_str());
    return;
  }
  duck.init_set_max_threads(info, (*scan)->threads_count_max());
  duck.init_set_init_data(info, new ScanData{*std::move(scan)}, destroy<ScanData>);  // NOLINT: owned by DuckDB
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
  if (!thread->reader) {
    auto reader = static_cast<ScanData*>(duck.function_get_init_data(info))->scan->open_reader();
    if (!reader) {
      fail_with(std::move(reader).error());
      return;
    }
    thread->reader = *std::move(reader);
  }
  RowWriter rows(chunk, bind->columns_count);
  auto count = thread->reader->read(rows);
  if (!count) {
    fail_with(std::move(count).error());
    return;
  }
  duck.data_chunk_set_size(chunk, *count);
}

// The function stays with the database; registering it again is refused, which is as good.
void register_function(duckdb_connection connection) {
  const Library& duck = library();
  duckdb_table_function function = duck.create_table_function();
  duck.table_function_set_name(function, kFunctionName);
  const LogicalType id(duck.create_logical_type(DUCKDB_TYPE_BIGINT));
  duck.table_function_add_parameter(function, id.get());
  duck.table_function_set_bind(function, on_bind);
  duck.table_function_set_init(function, on_init);
  duck.table_function_set_local_init(function, on_thread_init);
  duck.table_function_set_function(function, on_rows);
  static_cast<void>(duck.register_table_function(connection, function));
  duck.destroy_table_function(&function);
}
}  // namespace

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

void RowWriter::reset_row(std::uint64_t row) {
  for (VectorWriter& column : columns_) {
    column.set_valid(row);
  }
}

Result<RowSourceBinding> RowSourceBinding::bind(Connection& connection, std::shared_ptr<RowSource> source) {
  for (const Column& column : source->columns()) {
    WEIR_TRY(logical_type(column.type));
  }
  register_function(static_cast<duckdb_connection>(connection.handle()));
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

std::optional<Error> RowSourceBinding::take_error() {
  const auto bound = find_bound(id_);
  if (!bound) {
    return std::nullopt;
  }
  const std::scoped_lock lock(bound->mutex);
  return std::exchange(bound->error, std::nullopt);
}
}  // namespace weir::duck
