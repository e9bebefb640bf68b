#include "lake/lake.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "core/text.h"
#include "delta/history.h"
#include "delta/log_segment.h"
#include "lake/session.h"
#include "storage/local_store.h"

namespace weir::lake {
namespace {
constexpr std::size_t kHistoryMax = 100;

std::string view_key(const TableName& name) { return name.folder() + "/_weir_view.json"; }

Result<View> parse_view(std::string_view text, const TableName& name) {
  WEIR_TRY_ASSIGN(const Json json, parse_json(text, view_key(name)));
  if (!json.is_object() || !json.contains("sql") || !json["sql"].is_string()) {
    return fail(ErrorCode::kCorrupt, "the view's file has no SQL; build it again", name.text());
  }
  View view;
  view.sql = json["sql"].get<std::string>();
  view.record = build_record_from_json(json.value("weir", Json::object())).value_or(BuildRecord{});
  view.created = from_milliseconds(json.value("created", std::int64_t{0}));
  return view;
}

bool is_hidden(std::string_view folder) { return folder.empty() || folder[0] == '_' || folder[0] == '.'; }
}  // namespace

std::string View::version() const { return "view:" + hash128_hex(sql); }

Lake::Lake(LakeOptions options) : options_(std::move(options)), store_(storage::open_local_store(options_.root)) {}
Lake::~Lake() = default;

std::shared_ptr<Lake> Lake::open(LakeOptions options) {
  std::shared_ptr<Lake> lake(new Lake(std::move(options)));
  lake->self_ = lake;
  return lake;
}

delta::TableLocation Lake::location(const TableName& name) const { return delta::TableLocation::at(name.folder()); }

Result<std::vector<std::string>> Lake::list_schemas() const {
  WEIR_TRY_ASSIGN(std::vector<std::string> folders, store_->list_folders(""));
  std::erase_if(folders, is_hidden);
  return folders;
}

Result<std::vector<TableName>> Lake::list() const {
  std::vector<TableName> names;
  WEIR_TRY_ASSIGN(const std::vector<std::string> schemas, list_schemas());
  for (const std::string& schema : schemas) {
    WEIR_TRY_ASSIGN(const std::vector<std::string> folders, store_->list_folders(schema));
    for (const std::string& folder : folders) {
      if (is_hidden(folder)) {
        continue;
      }
      const TableName name{schema, folder};
      WEIR_TRY_ASSIGN(const std::optional<EntryKind> kind, find(name));
      if (kind) {
        names.push_back(name);
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

Result<std::optional<EntryKind>> Lake::find(const TableName& name) const {
  const auto view = store_->head(view_key(name));
  if (view) {
    return EntryKind::kView;
  }
  if (view.error().code != ErrorCode::kNotFound) {
    return std::unexpected(view.error());
  }
  WEIR_TRY_ASSIGN(const auto commits, store_->list({.prefix = location(name).log_root + "/", .limit_count = 1, .recursive = false}));
  return commits.empty() ? std::optional<EntryKind>() : EntryKind::kTable;
}

Result<std::optional<TableName>> Lake::resolve(const TableName& name) const {
  WEIR_TRY_ASSIGN(const std::optional<EntryKind> exact, find(name));
  if (exact) {
    return name;
  }
  WEIR_TRY_ASSIGN(const std::vector<std::string> schemas, list_schemas());
  for (const std::string& schema : schemas) {
    if (!equals_ignoring_case(schema, name.schema)) {
      continue;
    }
    WEIR_TRY_ASSIGN(const std::vector<std::string> folders, store_->list_folders(schema));
    for (const std::string& folder : folders) {
      if (!is_hidden(folder) && equals_ignoring_case(folder, name.name)) {
        const TableName spelled{schema, folder};
        WEIR_TRY_ASSIGN(const std::optional<EntryKind> kind, find(spelled));
        if (kind) {
          return spelled;
        }
      }
    }
  }
  return std::nullopt;
}

Result<std::shared_ptr<const delta::Snapshot>> Lake::snapshot(const TableName& name, duck::Connection* connection) const {
  std::shared_ptr<const delta::Snapshot> cached;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = snapshots_.find(name);
    cached = found == snapshots_.end() ? nullptr : found->second;
  }
  Result<std::shared_ptr<const delta::Snapshot>> loaded =
      cached ? delta::Snapshot::refresh(*store_, cached, connection)
             : delta::Snapshot::load(*store_, location(name), {.connection = connection});
  if (!loaded) {
    if (loaded.error().code == ErrorCode::kNotFound) {
      const std::scoped_lock lock(mutex_);
      snapshots_.erase(name);
    }
    return std::unexpected(std::move(loaded).error().within(name.text()));
  }
  const std::scoped_lock lock(mutex_);
  snapshots_[name] = *loaded;
  return *loaded;
}

Result<std::shared_ptr<const delta::Snapshot>> Lake::snapshot_at(const TableName& name, const delta::SnapshotOptions& options) const {
  auto loaded = delta::Snapshot::load(*store_, location(name), options);
  if (!loaded) {
    return std::unexpected(std::move(loaded).error().within(name.text()));
  }
  return loaded;
}

Result<View> Lake::view(const TableName& name) const {
  WEIR_TRY_ASSIGN(const std::string text, store_->read(view_key(name)));
  return parse_view(text, name);
}

Status Lake::write_view(const TableName& name, std::string_view sql, const BuildRecord& record) {
  WEIR_TRY_ASSIGN(const std::optional<EntryKind> kind, find(name));
  if (kind == EntryKind::kTable) {
    WEIR_TRY(drop(name));
  }
  const Json json = {{"sql", sql}, {"created", to_milliseconds(options_.clock->now())}, {"weir", to_json(record)}};
  return store_->put(view_key(name), json.dump(2) + "\n", {.durable = options_.durable});
}

Status Lake::drop(const TableName& name) {
  {
    const std::scoped_lock lock(mutex_);
    snapshots_.erase(name);
  }
  // The log goes first, newest commit last to first, so that a reader never meets a table with half of its files.
  WEIR_TRY_ASSIGN(auto log, store_->list({.prefix = location(name).log_root + "/"}));
  std::ranges::reverse(log);
  for (const storage::ObjectInfo& object : log) {
    WEIR_TRY(store_->remove(object.key));
  }
  WEIR_TRY_ASSIGN(const auto rest, store_->list({.prefix = name.folder() + "/"}));
  for (const storage::ObjectInfo& object : rest) {
    WEIR_TRY(store_->remove(object.key));
  }
  return {};
}

Result<std::string> Lake::current_version(const TableName& name) const {
  WEIR_TRY_ASSIGN(const std::optional<std::int64_t> version, delta::find_newest_version(*store_, location(name)));
  if (version) {
    return version_text(name, *version);
  }
  const Result<View> found = view(name);
  if (found) {
    return found->version();
  }
  return found.error().code == ErrorCode::kNotFound ? Result<std::string>(std::string()) : std::unexpected(found.error());
}

Result<std::string> Lake::version_text(const TableName& name, std::int64_t version) const {
  constexpr std::size_t kBeginBytes = 4096;  // the time of the commit, and in most of them the names of its files
  const Result<std::string> begin = store_->read_range(delta::commit_key(location(name), version), 0, kBeginBytes);
  if (!begin && begin.error().code != ErrorCode::kNotFound) {
    return std::unexpected(begin.error());
  }
  // A commit whose file was cleaned away after its checkpoint is known by its number only.
  return begin ? fmt::format("{}:{:08x}", version, hash64(*begin) & 0xffffffffU) : std::to_string(version);
}

Result<std::optional<LastBuild>> Lake::last_build(const TableName& name, std::string_view node) const {
  const Result<View> found = view(name);
  if (found) {
    if (found->record.node.empty() || (!node.empty() && found->record.node != node)) {
      return std::nullopt;
    }
    return LastBuild{found->record, 0, found->created, true};
  }
  if (found.error().code != ErrorCode::kNotFound) {
    return std::unexpected(found.error());
  }
  WEIR_TRY_ASSIGN(std::optional<std::int64_t> version, delta::find_newest_version(*store_, location(name)));
  const std::optional<std::int64_t> newest = version;
  // Nearly always the newest commit is ours, so commits are read one by one.
  for (std::size_t i = 0; version && *version >= 0 && i < kHistoryMax; ++i, --*version) {
    const Result<delta::HistoryEntry> entry = delta::read_history_entry(*store_, location(name), *version);
    if (!entry) {
      if (entry.error().code == ErrorCode::kNotFound) {
        break;  // cleaned up
      }
      return std::unexpected(entry.error());
    }
    const Json info = Json::parse(entry->commit_info_json, nullptr, false);
    if (!info.is_object() || !info.contains("weir")) {
      continue;
    }
    std::optional<BuildRecord> record = build_record_from_json(info["weir"]);
    if (record && (node.empty() || record->node == node)) {
      return LastBuild{std::move(*record), *version, entry->timestamp, version == newest};
    }
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Lake::changed_input(const InputVersions& inputs) const {
  for (const auto& [text, version] : inputs) {
    WEIR_TRY_ASSIGN(const TableName name, TableName::parse(text));
    WEIR_TRY_ASSIGN(const std::string current, current_version(name));
    if (current == version) {
      continue;
    }
    if (current.empty()) {
      return fmt::format("{} is gone", text);
    }
    if (current.starts_with("view:") || version.starts_with("view:")) {
      return fmt::format("{} was defined anew", text);
    }
    const std::string before = version.substr(0, version.find(':'));
    const std::string now = current.substr(0, current.find(':'));
    return before == now ? fmt::format("{} was made anew", text) : fmt::format("{} moved from version {} to {}", text, before, now);
  }
  return std::nullopt;
}

Result<std::shared_ptr<duck::Database>> Lake::database() const {
  const std::scoped_lock lock(mutex_);
  if (!database_) {
    WEIR_TRY_ASSIGN(const auto opened, duck::Database::open({.memory_limit_bytes = options_.memory_limit_bytes,
                                                             .threads_count = options_.threads_count,
                                                             .temp_folder = options_.temp_folder}));
    WEIR_TRY_ASSIGN(duck::Connection connection, opened->connect());
    for (const auto& extend : options_.extensions) {
      WEIR_TRY(extend(connection));
    }
    database_ = opened;
  }
  return database_;
}

Result<std::unique_ptr<Session>> Lake::session() {
  WEIR_TRY_ASSIGN(const std::shared_ptr<duck::Database> engine, database());
  WEIR_TRY_ASSIGN(duck::Connection connection, engine->connect());
  static std::atomic<std::uint64_t> number = 0;
  const std::string catalog = fmt::format("lake_{}", ++number);
  WEIR_TRY(connection.execute(fmt::format("ATTACH ':memory:' AS {0}; USE {0}", catalog)));
  return std::unique_ptr<Session>(new Session(self_.lock(), std::move(connection), catalog));
}
}  // namespace weir::lake
