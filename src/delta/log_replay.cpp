#include "delta/log_replay.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/hash.h"
#include "core/text.h"
#include "delta/json_text.h"

namespace weir::delta {
namespace {
namespace ondemand = simdjson::ondemand;

constexpr std::size_t kArenaBytes = 1U << 20U;

// Absolute paths occur as "/a" and as "file:/a" or "file:///a" for the same file.
std::string_view one_spelling(std::string_view path) {
  if (path.starts_with("file:///")) {
    return path.substr(7);
  }
  return path.starts_with("file:/") ? path.substr(5) : path;
}

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

bool has_escape(std::string_view text) {
  return std::memchr(text.data(), '\\', text.size()) != nullptr;
}

// Throws simdjson_error where a value is not of the type that it must have; the callers turn that into a Status.
std::optional<std::int64_t> number_or_null(ondemand::value value) {
  if (value.is_null()) {
    return std::nullopt;
  }
  return std::int64_t(value.get_int64());
}

std::optional<std::string> text_or_null(ondemand::value value) {
  if (value.is_null()) {
    return std::nullopt;
  }
  return std::string(std::string_view(value.get_string()));
}

DeletionVector read_deletion_vector(ondemand::object object) {
  DeletionVector vector;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "storageType") {
      const auto text = text_or_null(field.value());
      vector.storage_type = text && !text->empty() ? text->front() : '?';
    } else if (key == "pathOrInlineDv") {
      vector.path_or_inline = text_or_null(field.value()).value_or("");
    } else if (key == "offset") {
      const auto offset = number_or_null(field.value());
      vector.offset = offset ? std::optional(static_cast<std::int32_t>(*offset)) : std::nullopt;
    } else if (key == "sizeInBytes") {
      vector.size_bytes = static_cast<std::int32_t>(number_or_null(field.value()).value_or(0));
    } else if (key == "cardinality") {
      vector.cardinality = number_or_null(field.value()).value_or(0);
    }
  }
  return vector;
}
}  // namespace

bool FileKeySet::insert(std::string_view path, std::string_view deletion_vector_id) {
  if ((entries_.size() + 1) * 2 > slots_.size()) {
    rebuild(std::max<std::size_t>(64, slots_.size() * 2));
  }
  const std::uint64_t hash = hash64(path, hash64(deletion_vector_id));
  const std::size_t slot = find_slot(hash, path, deletion_vector_id);
  if (slots_[slot] != 0) {
    return false;
  }
  entries_.push_back({hash, path, deletion_vector_id});
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return true;
}

bool FileKeySet::contains(std::string_view path, std::string_view deletion_vector_id) const {
  if (entries_.empty()) {
    return false;
  }
  return slots_[find_slot(hash64(path, hash64(deletion_vector_id)), path, deletion_vector_id)] != 0;
}

std::size_t FileKeySet::find_slot(std::uint64_t hash, std::string_view path,
                                  std::string_view deletion_vector_id) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      return slot;
    }
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash && entry.path == path && entry.deletion_vector_id == deletion_vector_id) {
      return slot;
    }
  }
}

void FileKeySet::reserve(std::size_t more_count) {
  const std::size_t wanted = std::bit_ceil((entries_.size() + more_count + 1) * 2);
  if (wanted > slots_.size()) {
    entries_.reserve(entries_.size() + more_count);
    rebuild(wanted);
  }
}

void FileKeySet::rebuild(std::size_t slots_count) {
  slots_.assign(slots_count, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & mask;
    while (slots_[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

// Turns lines into rows. What simdjson throws stays inside add_lines and add_checkpoint_file.
class LogReplay::LineParser {
 public:
  explicit LineParser(LogReplay& replay) : replay_(replay) {}

  // `line` stands in a text that goes on for `padded_size` bytes. Returns true when the line has other actions than
  // files.
  Result<bool> parse(std::string_view line, std::size_t padded_size, std::vector<Parsed>& parsed) {
    bool others = false;
    auto document = parser_.iterate(line.data(), line.size(), padded_size);
    for (auto member : document.get_object()) {
      const std::string_view kind = member.unescaped_key();
      const bool add = kind == "add";
      if (add || kind == "remove") {
        ondemand::value body = member.value();
        if (!body.is_null()) {
          WEIR_TRY_ASSIGN(Parsed file, parse_file(body.get_object(), !add));
          parsed.push_back(file);
        }
      } else if (kind != "commitInfo" && kind != "cdc") {
        others = true;
      }
    }
    return others;
  }

  // The members of `json` (an object of its own text) that few files have.
  Status parse_rare(std::string_view json, FileList::Row& row) {
    buffer_.assign(json);
    buffer_.reserve(buffer_.size() + simdjson::SIMDJSON_PADDING);
    FileList::Rare rare;
    bool any = false;
    auto document = parser_.iterate(buffer_.data(), buffer_.size(), buffer_.capacity());
    for (auto member : document.get_object()) {
      const std::string_view key = member.unescaped_key();
      any = read_rare(key, member.value(), rare) || any;
    }
    keep_rare(std::move(rare), any, row);
    return {};
  }

 private:
  Result<Parsed> parse_file(ondemand::object object, bool remove) {
    Parsed parsed;
    parsed.remove = remove;
    FileList::Row& row = parsed.row;
    row.size_bytes = remove ? -1 : 0;
    row.time = remove ? -1 : 0;
    FileList::Rare rare;
    bool any_rare = false;
    bool has_partition = false;
    for (auto field : object) {
      const std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (key == "path") {
        row.path = text_view(value);
      } else if (key == "partitionValues") {
        if (!value.is_null()) {
          WEIR_TRY_ASSIGN(row.partition, replay_.partition_of(value.get_object().value().raw_json()));
          has_partition = true;
        }
      } else if (key == "size") {
        row.size_bytes = number_or_null(value).value_or(row.size_bytes);
      } else if (key == (remove ? "deletionTimestamp" : "modificationTime")) {
        row.time = number_or_null(value).value_or(row.time);
      } else if (key == "dataChange") {
        row.data_change = value.is_null() || bool(value.get_bool());
      } else if (key == "stats") {
        if (!remove && !value.is_null()) {
          row.stats = trim_end(value.raw_json_token());
          WEIR_TRY(set_stats(row));
        }
      } else if (key == "extendedFileMetadata") {
        row.extended_file_metadata = !value.is_null() && bool(value.get_bool());
      } else {
        any_rare = read_rare(key, value, rare) || any_rare;
      }
    }
    if (row.path.empty()) {
      return fail(ErrorCode::kCorrupt, "a file without a path");
    }
    if (!has_partition) {
      WEIR_TRY_ASSIGN(row.partition, replay_.partition_of("{}"));
    }
    keep_rare(std::move(rare), any_rare, row);
    return parsed;
  }

  // Takes the quotes off where that is all there is to do.
  static Status set_stats(FileList::Row& row) {
    if (row.stats.size() < 2 || row.stats.front() != '"' || row.stats.back() != '"') {
      return fail(ErrorCode::kCorrupt, "\"stats\" must be a text");
    }
    row.stats_escaped = has_escape(row.stats);
    if (!row.stats_escaped) {
      row.stats = row.stats.substr(1, row.stats.size() - 2);
    }
    return {};
  }

  // A view of the text where it has no escapes, else a copy that the replay keeps.
  std::string_view text_view(ondemand::value value) {
    if (value.is_null()) {
      return {};
    }
    const std::string_view token = trim_end(value.raw_json_token());
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"' && !has_escape(token)) {
      return token.substr(1, token.size() - 2);
    }
    return replay_.copy(std::string_view(value.get_string()));
  }

  static bool read_rare(std::string_view key, ondemand::value value, FileList::Rare& rare) {
    if (key == "deletionVector") {
      if (value.is_null()) {
        return false;
      }
      rare.deletion_vector = read_deletion_vector(value.get_object());
      rare.deletion_vector_id = rare.deletion_vector->unique_id();
    } else if (key == "tags") {
      if (value.is_null()) {
        return false;
      }
      for (auto field : value.get_object()) {
        std::string name(std::string_view(field.unescaped_key()));
        if (auto text = text_or_null(field.value())) {
          rare.tags.insert_or_assign(std::move(name), *std::move(text));
        }
      }
      return !rare.tags.empty();
    } else if (key == "baseRowId") {
      rare.base_row_id = number_or_null(value);
    } else if (key == "defaultRowCommitVersion") {
      rare.default_row_commit_version = number_or_null(value);
    } else if (key == "clusteringProvider") {
      rare.clustering_provider = text_or_null(value);
    } else {
      return false;
    }
    return true;
  }

  void keep_rare(FileList::Rare rare, bool any, FileList::Row& row) {
    if (any) {
      replay_.rares_.push_back(std::make_shared<const FileList::Rare>(std::move(rare)));
      row.rare = static_cast<std::uint32_t>(replay_.rares_.size());
    }
  }

  LogReplay& replay_;
  ondemand::parser parser_;
  std::string buffer_;
};

Status LogReplay::add_lines(std::shared_ptr<const std::string> text, std::string_view name, Source source) {
  WEIR_ASSERT(text->capacity() >= text->size() + simdjson::SIMDJSON_PADDING, "stores leave room for the JSON parser");
  texts_.push_back(text);
  LineParser parser(*this);
  std::vector<Parsed> parsed;
  std::size_t line_number = 0;
  const std::string_view all = *text;
  for (std::size_t start = 0; start < all.size();) {
    const std::size_t end = std::min(all.find('\n', start), all.size());
    const std::string_view line = trim_end(all.substr(start, end - start));
    const std::size_t padded_size = text->capacity() - start;
    start = end + 1;
    ++line_number;
    if (line.empty()) {
      continue;
    }
    const auto corrupt = [&](std::string_view what) {
      return fail(ErrorCode::kCorrupt, fmt::format("line {}: {}: {}", line_number, what, excerpt(line)), name);
    };
    try {
      const auto others = parser.parse(line, padded_size, parsed);
      if (!others) {
        return corrupt(others.error().message);
      }
      if (!*others) {
        continue;
      }
    } catch (const simdjson::simdjson_error& error) {
      return corrupt(error.what());
    }
    auto actions = parse_commit(line, name);
    if (!actions) {
      return corrupt(actions.error().message);
    }
    for (Action& action : *actions) {
      add_action(std::move(action));
    }
  }
  reconcile(parsed, source);
  return {};
}

void LogReplay::reconcile(const std::vector<Parsed>& parsed, Source source) {
  seen_.reserve(parsed.size());
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    const Parsed& action = source == Source::kCommit ? parsed[parsed.size() - 1 - i] : parsed[i];
    if (seen_.insert(one_spelling(action.row.path), deletion_vector_id(action.row))) {
      (action.remove ? tombstones_newest_first_ : files_newest_first_).push_back(action.row);
    }
  }
}

std::string_view LogReplay::deletion_vector_id(const FileList::Row& row) const {
  return row.rare > 0 ? std::string_view(rares_[row.rare - 1]->deletion_vector_id) : std::string_view();
}

void LogReplay::add_base(const FileList& files, const FileList& tombstones) {
  for (const FileList* list : {&files, &tombstones}) {
    std::vector<FileList::PartitionIndex> partitions;
    for (const PartitionValues& values : *list->partitions_) {
      partitions.push_back(intern(values));
    }
    const auto rare_offset = static_cast<std::uint32_t>(rares_.size());
    rares_.insert(rares_.end(), list->rares_.begin(), list->rares_.end());
    for (FileList::Row row : list->rows_) {
      row.rare = row.rare > 0 ? row.rare + rare_offset : 0;
      row.partition = partitions[row.partition];
      if (!seen_.contains(one_spelling(row.path), deletion_vector_id(row))) {
        (list == &files ? base_files_ : base_tombstones_).push_back(row);
      }
    }
    for (const auto& text : list->texts_) {
      if (std::find(texts_.begin(), texts_.end(), text) == texts_.end()) {
        texts_.push_back(text);
      }
    }
  }
}

Status LogReplay::add_checkpoint_file(const CheckpointFile& file) {
  FileList::Row row;
  try {
    if (!file.rare_json.empty()) {
      WEIR_TRY(LineParser(*this).parse_rare(file.rare_json, row));
    }
    if (seen_.contains(one_spelling(file.path), deletion_vector_id(row))) {
      return {};
    }
    WEIR_TRY_ASSIGN(row.partition,
                    partition_of(file.partition_values_json.empty() ? "{}" : file.partition_values_json));
  } catch (const simdjson::simdjson_error& error) {
    return fail(ErrorCode::kCorrupt, error.what(), file.path);
  }
  row.path = copy(file.path);
  row.size_bytes = file.size_bytes.value_or(file.remove ? -1 : 0);
  row.time = file.time.value_or(file.remove ? -1 : 0);
  row.data_change = file.data_change;
  row.stats = copy(file.stats);
  row.extended_file_metadata = file.remove && file.size_bytes.has_value();
  (file.remove ? base_tombstones_ : base_files_).push_back(row);
  return {};
}

void LogReplay::add_action(Action action) {
  if (auto* read = std::get_if<Protocol>(&action)) {
    protocol = protocol ? std::move(protocol) : std::move(*read);
  } else if (auto* read_metadata = std::get_if<Metadata>(&action)) {
    metadata = metadata ? std::move(metadata) : std::move(*read_metadata);
  } else if (auto* transaction = std::get_if<TransactionId>(&action)) {
    transactions.try_emplace(transaction->app_id, *transaction);
  } else if (auto* domain = std::get_if<DomainMetadata>(&action)) {
    domains.try_emplace(domain->domain, *domain);
  } else if (auto* sidecar = std::get_if<Sidecar>(&action)) {
    sidecars.push_back(std::move(*sidecar));
  }
}

Result<FileList::PartitionIndex> LogReplay::partition_of(std::string_view json) {
  json = trim_end(json);
  if (const auto at = partition_by_json_.find(json); at != partition_by_json_.end()) {
    return at->second;
  }
  std::string buffer(json);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  PartitionValues values;
  if (parser.parse(buffer).get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kCorrupt, "\"partitionValues\" must be an object");
  }
  for (const auto& [key, value] : object) {
    std::string_view text;
    if (value.is_null()) {
      values.emplace(key, std::nullopt);
    } else if (value.get(text) == simdjson::SUCCESS) {
      values.emplace(key, std::string(text));
    } else {
      return fail(ErrorCode::kCorrupt, "partition values must be texts or null");
    }
  }
  const FileList::PartitionIndex index = intern(std::move(values));
  partition_by_json_.emplace(copy(json), index);
  return index;
}

FileList::PartitionIndex LogReplay::intern(PartitionValues values) {
  const auto [at, added] =
      partition_by_values_.try_emplace(std::move(values), static_cast<FileList::PartitionIndex>(partitions_->size()));
  if (added) {
    partitions_->push_back(at->first);
  }
  return at->second;
}

std::string_view LogReplay::copy(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  if (arena_ == nullptr || arena_->capacity() - arena_->size() < text.size()) {
    arena_ = std::make_shared<std::string>();
    arena_->reserve(std::max(kArenaBytes, text.size()));
    texts_.push_back(arena_);
  }
  // Within its capacity the text never moves, so views of it stay valid.
  const std::size_t start = arena_->size();
  arena_->append(text);
  return std::string_view(*arena_).substr(start, text.size());
}

FileList LogReplay::take(std::vector<FileList::Row>& newest_first, std::vector<FileList::Row>& oldest) {
  FileList list;
  list.rows_ = std::move(oldest);
  list.rows_.insert(list.rows_.end(), newest_first.rbegin(), newest_first.rend());
  list.rares_ = rares_;
  list.partitions_ = partitions_;
  list.texts_ = texts_;
  return list;
}

FileList LogReplay::take_files() {
  return take(files_newest_first_, base_files_);
}

FileList LogReplay::take_tombstones() {
  return take(tombstones_newest_first_, base_tombstones_);
}
}  // namespace weir::delta
