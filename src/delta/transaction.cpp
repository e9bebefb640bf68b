#include "delta/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json.h"
#include "core/log.h"
#include "core/text.h"
#include "delta/checkpoint_writer.h"
#include "delta/checksum.h"
#include "delta/column_mapping.h"
#include "delta/commit_time.h"
#include "delta/conflict.h"
#include "delta/json_text.h"
#include "delta/log_cleanup.h"
#include "delta/log_segment.h"
#include "delta/partition_value.h"
#include "delta/table_features.h"
#include "delta/type_widening.h"

#ifndef WEIR_VERSION
#define WEIR_VERSION "unknown"
#endif

namespace weir::delta {
namespace {
constexpr std::int64_t kCheckpointIntervalDefault = 10;

// True when every file written with `from` can be read with `to`. Mapped columns are the same by their physical names, and
// files may have more than those. Types may be wider where the table widens them.
bool is_additive(const std::vector<Field>& from, ColumnMapping from_mapping, const std::vector<Field>& to,
                 ColumnMapping to_mapping, bool widens) {
  const auto is_same = [&](const Field& old, const Field& field) {
    return physical_name(old, from_mapping) == physical_name(field, to_mapping);
  };
  for (const Field& field : from) {
    const auto at = std::find_if(to.begin(), to.end(), [&](const Field& other) { return is_same(field, other); });
    if (at == to.end() && to_mapping != ColumnMapping::kNone) {
      continue;
    }
    if (at == to.end() || (field.nullable && !at->nullable)) {
      return false;
    }
    if (widens && can_widen(field.type, at->type)) {
      continue;
    }
    if (at->type.kind != field.type.kind || at->type.precision != field.type.precision ||
        at->type.scale != field.type.scale ||
        !is_additive(field.type.fields, from_mapping, at->type.fields, to_mapping, widens)) {
      return false;
    }
  }
  return std::all_of(to.begin(), to.end(), [&](const Field& field) {
    return field.nullable ||
           std::any_of(from.begin(), from.end(), [&](const Field& old) { return is_same(old, field); });
  });
}

bool property_is_true(const Metadata& metadata, std::string_view name) {
  const auto at = metadata.configuration.find(name);
  return at != metadata.configuration.end() && equals_ignoring_case(at->second, "true");
}

std::int64_t checkpoint_interval(const Metadata& metadata) {
  const auto at = metadata.configuration.find("delta.checkpointInterval");
  std::int64_t interval = kCheckpointIntervalDefault;
  if (at != metadata.configuration.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), interval);
  }
  return interval > 0 ? interval : kCheckpointIntervalDefault;
}

std::int64_t rows_of(const AddFile& file) {
  if (!file.stats) {
    return 0;
  }
  const Json stats = Json::parse(*file.stats, nullptr, false);
  const auto at = stats.is_object() ? stats.find("numRecords") : stats.end();
  return at != stats.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

// The commit of `version`, read again: did our write arrive although its answer did not?
enum class Landed : std::uint8_t { kOurs, kTheirs, kNothing };
Result<Landed> who_landed(const storage::ObjectStore& store, const std::string& key, const std::string& txn_id) {
  const auto text = store.read(key);
  if (!text) {
    return text.error().code == ErrorCode::kNotFound ? Result<Landed>(Landed::kNothing) : std::unexpected(text.error());
  }
  return text->find(txn_id) != std::string::npos ? Landed::kOurs : Landed::kTheirs;
}
}  // namespace

struct Transaction::State {
  TableLocation location;
  std::shared_ptr<const Snapshot> snapshot;
  Metadata metadata;
  Protocol protocol;
  Schema schema;
  std::vector<AddFile> added;
  std::map<std::uint32_t, bool> removed;  // position in the snapshot's files, data change
  Footprint footprint;
  std::vector<DomainMetadata> domains;
  std::string operation = "WRITE";
  StringMap parameters;
  std::map<std::string, std::int64_t> metrics;
  Json extra = Json::object();
  bool schema_fits_files = false;  // known without looking
  RandomSource* random = &system_random();
  bool committed = false;
  std::optional<std::int64_t> previous_time;  // the in-commit timestamp before ours, and ours
  std::optional<std::int64_t> commit_time;

  bool is_blind_append() const {
    return removed.empty() && !footprint.read_whole_table && footprint.read_conditions.empty() &&
           footprint.read_paths.empty() && !added.empty();
  }
  bool changes_data() const {
    return std::any_of(added.begin(), added.end(), [](const AddFile& file) { return file.data_change; }) ||
           std::any_of(removed.begin(), removed.end(), [](const auto& file) { return file.second; });
  }

  IsolationLevel isolation() const {
    if (!changes_data() && !(added.empty() && removed.empty())) {
      return IsolationLevel::kSnapshot;
    }
    const auto at = metadata.configuration.find("delta.isolationLevel");
    const bool weaker = at != metadata.configuration.end() && equals_ignoring_case(at->second, "WriteSerializable");
    return weaker ? IsolationLevel::kWriteSerializable : IsolationLevel::kSerializable;
  }

  Status check_rules() const {
    const bool deletes = std::any_of(removed.begin(), removed.end(), [](const auto& file) { return file.second; });
    if (deletes && supports_writer_feature(protocol, "appendOnly") && property_is_true(metadata, "delta.appendOnly")) {
      return fail(ErrorCode::kInvalid, "the table only takes new rows: its property delta.appendOnly is true",
                  location.data_root);
    }
    if (snapshot != nullptr && !schema_fits_files && removed.size() < snapshot->files().size() &&
        !is_additive(snapshot->schema().fields, column_mapping(snapshot->protocol(), snapshot->metadata()), schema.fields,
                     column_mapping(protocol, metadata), widens_types(metadata.configuration))) {
      return fail(ErrorCode::kInvalid,
                  "the new schema does not fit the files that stay; overwrite the table, or only add nullable columns",
                  location.data_root);
    }
    return {};
  }

  std::string metrics_json() const {
    std::map<std::string, std::int64_t> all = metrics;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    for (const AddFile& file : added) {
      rows += rows_of(file);
      bytes += file.size_bytes;
    }
    all.try_emplace("numFiles", static_cast<std::int64_t>(added.size()));
    all.try_emplace("numOutputRows", rows);
    all.try_emplace("numOutputBytes", bytes);
    if (!removed.empty()) {
      std::int64_t removed_bytes = 0;
      for (const auto& [index, data_change] : removed) {
        removed_bytes += snapshot->files().size_bytes(index);
      }
      all.try_emplace("numRemovedFiles", static_cast<std::int64_t>(removed.size()));
      all.try_emplace("numRemovedBytes", removed_bytes);
    }
    std::string out;
    JsonObject object(out);
    for (const auto& [name, value] : all) {
      object.text(name, std::to_string(value));
    }
    object.close();
    return out;
  }

  std::string commit_info(std::int64_t now, const std::string& txn_id) const {
    std::string out;
    JsonObject object(out);
    if (commit_time) {
      object.number("inCommitTimestamp", *commit_time);
    }
    object.number("timestamp", now);
    object.text("operation", operation);
    JsonObject parameter_object(object.key("operationParameters"));
    for (const auto& [name, value] : parameters) {
      parameter_object.text(name, value);
    }
    parameter_object.close();
    if (snapshot != nullptr) {
      object.number("readVersion", snapshot->version());
    }
    object.text("isolationLevel", isolation_level_name(isolation()));
    object.flag("isBlindAppend", is_blind_append());
    object.key("operationMetrics") += metrics_json();
    object.text("engineInfo", "weir/" WEIR_VERSION);
    object.text("txnId", txn_id);
    for (const auto& [name, value] : extra.items()) {
      object.key(name) += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    object.close();
    return out;
  }

  std::string lines(std::int64_t version, std::int64_t now, const std::string& txn_id) {
    commit_time = has_commit_times(metadata) ? std::optional(next_commit_time(now, previous_time)) : std::nullopt;
    if (snapshot != nullptr && footprint.changes_metadata) {
      record_enablement(metadata, snapshot->metadata(), version, commit_time.value_or(now));
    }
    std::vector<Action> actions;
    actions.emplace_back(CommitInfo{commit_info(now, txn_id)});
    if (footprint.changes_protocol) {
      actions.emplace_back(protocol);
    }
    if (footprint.changes_metadata) {
      if (snapshot == nullptr) {
        metadata.created_time = now;
      }
      actions.emplace_back(metadata);
    }
    for (auto& [app_id, transaction] : footprint.transactions) {
      transaction.last_updated = now;
      actions.emplace_back(transaction);
    }
    actions.insert(actions.end(), domains.begin(), domains.end());
    for (const auto& [index, data_change] : removed) {
      actions.emplace_back(remove_action(index, data_change, now));
    }
    actions.insert(actions.end(), added.begin(), added.end());
    return commit_json(actions);
  }

  RemoveFile remove_action(std::uint32_t index, bool data_change, std::int64_t now) const {
    AddFile file = snapshot->files().add_file(index);
    RemoveFile remove;
    remove.path = std::move(file.path);
    remove.deletion_timestamp = now;
    remove.data_change = data_change;
    remove.extended_file_metadata = true;
    remove.partition_values = std::move(file.partition_values);
    remove.size_bytes = file.size_bytes;
    remove.stats = std::move(file.stats);
    remove.deletion_vector = std::move(file.deletion_vector);
    remove.base_row_id = file.base_row_id;
    remove.default_row_commit_version = file.default_row_commit_version;
    return remove;
  }

  // Sets all properties; the mapping of columns and the protocol follow them and the schema.
  Status configure(StringMap properties, bool replaces_table = false) {
    WEIR_TRY_ASSIGN(const ColumnMapping mapping, mapping_mode(properties));
    if (!replaces_table) {
      WEIR_TRY(check_mapping_change(metadata.configuration, properties));
    }
    if (mapping != ColumnMapping::kNone) {
      map_columns(schema, properties, replaces_table ? NewNames::kRandom : NewNames::kOwn, *random);
      metadata.schema_string = schema_json(schema);
    }
    WEIR_TRY_ASSIGN(Protocol raised, upgraded_protocol(protocol, schema, properties));
    footprint.changes_protocol = footprint.changes_protocol || raised != protocol;
    footprint.changes_metadata = true;
    protocol = std::move(raised);
    metadata.configuration = std::move(properties);
    return {};
  }

  void complete_footprint() {
    footprint.isolation = isolation();
    footprint.creates_table = snapshot == nullptr;
    for (const auto& [index, data_change] : removed) {
      footprint.removed_paths.emplace(snapshot->files().path(index));
    }
    for (const DomainMetadata& domain : domains) {
      footprint.domains.insert(domain.domain);
    }
  }

  // Checks all commits from `version` on; returns an outcome, or the next free version.
  Result<std::variant<CommitOutcome, std::int64_t>> rebase(const storage::ObjectStore& store, std::int64_t version) {
    for (;; ++version) {
      const std::string key = commit_key(location, version);
      const auto text = store.read(key);
      if (!text) {
        if (text.error().code == ErrorCode::kNotFound) {
          return version;
        }
        return std::unexpected(text.error());
      }
      WEIR_TRY_ASSIGN(const auto actions, parse_commit(*text, key));
      WEIR_TRY_ASSIGN(ConflictCheck check, check_conflict(footprint, snapshot.get(), version, actions));
      if (check.kind == ConflictCheck::Kind::kAlreadyDone) {
        return CommitOutcome{CommitOutcome::Kind::kAlreadyDone, version, ""};
      }
      if (check.kind == ConflictCheck::Kind::kConflict) {
        return CommitOutcome{CommitOutcome::Kind::kConflict, version, std::move(check.reason)};
      }
      previous_time = commit_time_of(actions);
    }
  }

  Status make_data_durable(storage::ObjectStore& store) const {
    std::vector<std::string> keys;
    for (const AddFile& file : added) {
      if (!is_absolute_path(file.path)) {
        keys.push_back(storage::join_key(location.data_root, decode_path(file.path)));
      }
    }
    return store.make_durable(keys);
  }

  // From what is known already, unless others have gone on in the meantime.
  Result<std::shared_ptr<const Snapshot>> state_at(const storage::ObjectStore& store, std::int64_t version,
                                                   duck::Connection* connection) const {
    if (snapshot != nullptr) {
      WEIR_TRY_ASSIGN(auto newest, Snapshot::refresh(store, snapshot, connection));
      if (newest->version() == version) {
        return newest;
      }
    }
    return Snapshot::load(store, location, {.version = version, .connection = connection});
  }

  // Only on top of the state that is known: after a rebase it would have to be read again. Nothing needs the file.
  void write_checksum(storage::ObjectStore& store, std::int64_t version, const std::string& txn_id,
                      bool durable) const {
    if (version != (snapshot == nullptr ? 0 : snapshot->version() + 1)) {
      return;
    }
    VersionChecksum checksum{.txn_id = txn_id, .protocol = protocol, .metadata = metadata, .commit_time = commit_time};
    if (snapshot != nullptr) {
      checksum.table_bytes = snapshot->files().total_bytes();
      checksum.files_count = static_cast<std::int64_t>(snapshot->files().size());
      checksum.transactions = snapshot->transactions();
      checksum.domains = snapshot->domains();
    }
    for (const auto& [index, data_change] : removed) {
      checksum.table_bytes -= snapshot->files().size_bytes(index);
      --checksum.files_count;
    }
    for (const AddFile& file : added) {
      checksum.table_bytes += file.size_bytes;
      ++checksum.files_count;
    }
    for (const auto& [app_id, transaction] : footprint.transactions) {
      checksum.transactions.insert_or_assign(app_id, transaction);
    }
    for (const DomainMetadata& domain : domains) {
      checksum.domains.insert_or_assign(domain.domain, domain);
    }
    std::erase_if(checksum.domains, [](const auto& domain) { return domain.second.removed; });
    const auto put =
        store.put_if_absent(checksum_key(location, version), checksum_json(checksum), {.durable = durable});
    if (!put) {
      log_debug(fmt::format("{}: version {} has no checksum: {}", location.data_root, version, put.error().text()));
    }
  }

  void checkpoint(storage::ObjectStore& store, std::int64_t version, const CommitOptions& options) const {
    if (!options.write_checkpoint || version == 0 || version % checkpoint_interval(metadata) != 0) {
      return;
    }
    const auto written = [&]() -> Status {
      WEIR_TRY_ASSIGN(const auto state, state_at(store, version, options.connection));
      WEIR_TRY(write_checkpoint(store, *state, options.connection, *options.clock));
      const auto cleaned = remove_expired_log(store, *state, *options.clock);
      if (!cleaned) {
        log_debug(fmt::format("{}: the old log could not be removed: {}", location.data_root, cleaned.error().text()));
      }
      return {};
    }();
    if (!written) {
      log_warn(fmt::format("{}: version {} is committed, but its checkpoint could not be written: {}",
                           location.data_root, version, written.error().text()));
    }
  }
};

Transaction::Transaction(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<Transaction> Transaction::begin(std::shared_ptr<const Snapshot> snapshot) {
  if (const Status status = check_can_write(snapshot->protocol(), snapshot->metadata(), snapshot->schema()); !status) {
    Error error = status.error();
    return std::unexpected(std::move(error).within(snapshot->location().data_root));
  }
  auto state = std::make_unique<State>();
  state->location = snapshot->location();
  state->metadata = snapshot->metadata();
  state->protocol = snapshot->protocol();
  state->schema = snapshot->schema();
  state->snapshot = std::move(snapshot);
  return Transaction(std::move(state));
}

Result<Transaction> Transaction::create(TableLocation location, TableDefinition definition, RandomSource& random) {
  WEIR_TRY(check_schema(definition.schema, definition.partition_columns));
  auto state = std::make_unique<State>();
  state->random = &random;
  WEIR_TRY_ASSIGN(const ColumnMapping mapping, mapping_mode(definition.properties));
  if (mapping != ColumnMapping::kNone) {
    map_columns(definition.schema, definition.properties, NewNames::kRandom, random);
  }
  WEIR_TRY_ASSIGN(state->protocol, protocol_for(definition.schema, definition.properties));
  for (std::string& column : definition.partition_columns) {
    column = definition.schema.find(column)->name;
  }
  state->location = std::move(location);
  state->schema = std::move(definition.schema);
  state->metadata.id = uuid_v4(random);
  state->metadata.name = std::move(definition.name);
  state->metadata.description = std::move(definition.description);
  state->metadata.schema_string = schema_json(state->schema);
  state->metadata.partition_columns = std::move(definition.partition_columns);
  state->metadata.configuration = std::move(definition.properties);
  state->footprint.changes_metadata = true;
  state->footprint.changes_protocol = true;
  state->operation = "CREATE TABLE";
  return Transaction(std::move(state));
}

const TableLocation& Transaction::location() const {
  return state_->location;
}
const Schema& Transaction::schema() const {
  return state_->schema;
}
const std::vector<std::string>& Transaction::partition_columns() const {
  return state_->metadata.partition_columns;
}
const Metadata& Transaction::metadata() const {
  return state_->metadata;
}
const Protocol& Transaction::protocol() const {
  return state_->protocol;
}
const std::shared_ptr<const Snapshot>& Transaction::snapshot() const {
  return state_->snapshot;
}

void Transaction::add_files(std::vector<AddFile> files) {
  std::move(files.begin(), files.end(), std::back_inserter(state_->added));
}

void Transaction::remove_file(std::uint32_t index, bool data_change) {
  WEIR_ASSERT(state_->snapshot != nullptr && index < state_->snapshot->files().size(), "a file of the snapshot");
  state_->removed[index] = data_change;
  read_file(index);
}

void Transaction::remove_all_files() {
  if (state_->snapshot != nullptr) {
    for (std::uint32_t index = 0; index < state_->snapshot->files().size(); ++index) {
      state_->removed[index] = true;
    }
  }
  read_whole_table();
}

Status Transaction::set_schema(Schema schema) {
  StringMap& properties = state_->metadata.configuration;
  std::vector<std::string> partition_columns = state_->metadata.partition_columns;
  if (column_mapping(state_->protocol, state_->metadata) != ColumnMapping::kNone) {
    keep_mapping(schema, state_->schema);
    map_columns(schema, properties, NewNames::kRandom, *state_->random);
    partition_columns = renamed_columns(partition_columns, state_->schema, schema);
  }
  WEIR_TRY(check_schema(schema, partition_columns));
  if (widens_types(properties)) {
    record_type_changes(schema, state_->schema, column_mapping(state_->protocol, state_->metadata));
  }
  WEIR_TRY_ASSIGN(Protocol protocol, upgraded_protocol(state_->protocol, schema, properties));
  state_->footprint.changes_protocol = state_->footprint.changes_protocol || protocol != state_->protocol;
  state_->footprint.changes_metadata = true;
  state_->protocol = std::move(protocol);
  state_->metadata.partition_columns = std::move(partition_columns);
  state_->metadata.schema_string = schema_json(schema);
  state_->schema = std::move(schema);
  return {};
}

Status Transaction::set_properties(const StringMap& properties) {
  StringMap all = state_->metadata.configuration;
  for (const auto& [name, value] : properties) {
    all.insert_or_assign(name, value);
  }
  return state_->configure(std::move(all));
}

Status Transaction::remove_properties(const std::vector<std::string>& names) {
  StringMap all = state_->metadata.configuration;
  for (const std::string& name : names) {
    all.erase(name);
  }
  return state_->configure(std::move(all));
}

Status Transaction::replace_table(TableDefinition definition) {
  WEIR_TRY(check_schema(definition.schema, definition.partition_columns));
  for (std::string& column : definition.partition_columns) {
    column = definition.schema.find(column)->name;
  }
  remove_all_files();
  state_->metadata.partition_columns = std::move(definition.partition_columns);
  state_->metadata.description = std::move(definition.description);
  state_->metadata.schema_string = schema_json(definition.schema);
  state_->schema = std::move(definition.schema);
  return state_->configure(std::move(definition.properties), true);
}

Status Transaction::restore_metadata(const Snapshot& older) {
  WEIR_TRY_ASSIGN(Protocol protocol,
                  upgraded_protocol(state_->protocol, older.schema(), older.metadata().configuration));
  state_->footprint.changes_protocol = state_->footprint.changes_protocol || protocol != state_->protocol;
  state_->footprint.changes_metadata = true;
  state_->schema_fits_files = true;
  state_->protocol = std::move(protocol);
  std::string id = std::move(state_->metadata.id);  // a clone keeps its own
  state_->metadata = older.metadata();
  state_->metadata.id = std::move(id);
  state_->schema = older.schema();
  return {};
}

void Transaction::read_whole_table() {
  state_->footprint.read_whole_table = state_->snapshot != nullptr;
}

void Transaction::read_where(std::vector<Condition> conditions) {
  if (state_->snapshot == nullptr) {
    return;
  }
  if (conditions.empty()) {
    read_whole_table();
    return;
  }
  const auto scan = Scan::plan(state_->snapshot, {.conditions = conditions});
  if (!scan) {
    read_whole_table();  // partition values that nobody can read: rely on everything
    return;
  }
  for (const std::uint32_t index : scan->files()) {
    read_file(index);
  }
  state_->footprint.read_conditions.push_back(std::move(conditions));
}

void Transaction::read_file(std::uint32_t index) {
  state_->footprint.read_paths.emplace(state_->snapshot->files().path(index));
}

void Transaction::set_txn(std::string_view app_id, std::int64_t version) {
  state_->footprint.transactions[std::string(app_id)] = {std::string(app_id), version, std::nullopt};
}

void Transaction::require_feature(std::string_view name) {
  Protocol protocol = protocol_with(state_->protocol, name);
  state_->footprint.changes_protocol = state_->footprint.changes_protocol || protocol != state_->protocol;
  state_->protocol = std::move(protocol);
}

void Transaction::set_domain(DomainMetadata domain) {
  require_feature("domainMetadata");
  state_->domains.push_back(std::move(domain));
}

void Transaction::set_operation(std::string_view operation, StringMap parameters) {
  state_->operation = operation;
  state_->parameters = std::move(parameters);
}

void Transaction::set_metric(std::string_view name, std::int64_t value) {
  state_->metrics[std::string(name)] = value;
}

void Transaction::set_commit_info_extra(const Json& extra) {
  WEIR_ASSERT(extra.is_object(), "keys and values for commitInfo");
  for (const auto& [name, value] : extra.items()) {
    state_->extra[name] = value;
  }
}

Result<CommitOutcome> Transaction::commit(storage::ObjectStore& store, const CommitOptions& options) {
  State& state = *state_;
  WEIR_ASSERT(!state.committed, "a transaction is committed once");
  state.committed = true;
  for (const auto& [app_id, transaction] : state.footprint.transactions) {
    const auto done = state.snapshot == nullptr ? std::nullopt : state.snapshot->transaction_version(app_id);
    if (done && *done >= transaction.version) {
      return CommitOutcome{CommitOutcome::Kind::kAlreadyDone, state.snapshot->version(), ""};
    }
  }
  WEIR_TRY(state.check_rules());
  state.complete_footprint();
  if (state.snapshot != nullptr && has_commit_times(state.snapshot->metadata())) {
    state.previous_time = to_milliseconds(state.snapshot->timestamp());
  }
  if (options.durable) {
    WEIR_TRY(state.make_data_durable(store));
  }
  const std::string txn_id = uuid_v4(*options.random);
  std::int64_t version = state.snapshot == nullptr ? 0 : state.snapshot->version() + 1;
  for (int attempt = 0; attempt < options.attempts_max; ++attempt) {
    const std::string key = commit_key(state.location, version);
    const std::string lines = state.lines(version, to_milliseconds(options.clock->now()), txn_id);
    const auto put = store.put_if_absent(key, lines, {.durable = options.durable});
    bool taken = put && *put == storage::PutOutcome::kExists;
    if (!put) {
      const auto landed = who_landed(store, key, txn_id);
      if (!landed || *landed == Landed::kNothing) {
        Error error = put.error();
        return std::unexpected(std::move(error).within(state.location.data_root));
      }
      taken = *landed == Landed::kTheirs;
    }
    if (!taken) {
      state.write_checksum(store, version, txn_id, options.durable);
      state.checkpoint(store, version, options);
      return CommitOutcome{CommitOutcome::Kind::kCommitted, version, ""};
    }
    WEIR_TRY_ASSIGN(auto next, state.rebase(store, version));
    if (auto* outcome = std::get_if<CommitOutcome>(&next)) {
      return std::move(*outcome);
    }
    version = std::get<std::int64_t>(next);
  }
  return CommitOutcome{CommitOutcome::Kind::kConflict, version,
                       fmt::format("other writers were faster {} times in a row", options.attempts_max)};
}
}  // namespace weir::delta
