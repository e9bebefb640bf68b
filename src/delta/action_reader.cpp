// The JSON lines of a commit as actions.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "core/text.h"
#include "delta/actions.h"

namespace weir::delta {
namespace {
using Object = simdjson::dom::object;
using Element = simdjson::dom::element;

// Reads the members of one object and remembers the first that is of the wrong type. A missing or null member is no
// error.
class Members {
 public:
  explicit Members(const Object& object) : object_(object) {}

  std::optional<std::string> text(const char* key) {
    const auto member = find(key);
    if (!member) {
      return std::nullopt;
    }
    std::string_view value;
    return check(key, member->get(value)) ? std::optional<std::string>(value) : std::nullopt;
  }
  std::optional<std::int64_t> number(const char* key) {
    const auto member = find(key);
    if (!member) {
      return std::nullopt;
    }
    std::int64_t value = 0;
    return check(key, member->get(value)) ? std::optional(value) : std::nullopt;
  }
  std::optional<std::int32_t> small_number(const char* key) {
    const auto value = number(key);
    if (value && (*value < INT32_MIN || *value > INT32_MAX)) {
      check(key, simdjson::NUMBER_OUT_OF_RANGE);
      return std::nullopt;
    }
    return value ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
  }
  bool flag(const char* key, bool otherwise) {
    const auto member = find(key);
    bool value = otherwise;
    if (member) {
      check(key, member->get(value));
    }
    return value;
  }
  std::string required_text(const char* key) {
    auto value = text(key);
    if (!value && bad_.empty()) {
      bad_ = fmt::format("\"{}\" is missing", key);
    }
    return std::move(value).value_or("");
  }
  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> out;
    simdjson::dom::array array;
    if (const auto member = find(key); member && check(key, member->get(array))) {
      for (const Element item : array) {
        std::string_view value;
        if (!check(key, item.get(value))) {
          break;
        }
        out.emplace_back(value);
      }
    }
    return out;
  }
  PartitionValues partition_values(const char* key) {
    PartitionValues out;
    each(key, [&](std::string_view name, const Element& value) {
      std::string_view text_value;
      if (value.is_null()) {
        out.emplace(name, std::nullopt);
      } else if (check(key, value.get(text_value))) {
        out.emplace(name, std::string(text_value));
      }
    });
    return out;
  }
  StringMap map(const char* key) {
    StringMap out;
    each(key, [&](std::string_view name, const Element& value) {
      std::string_view text_value;
      if (!value.is_null() && check(key, value.get(text_value))) {
        out.emplace(name, std::string(text_value));
      }
    });
    return out;
  }
  std::optional<Object> object(const char* key) {
    const auto member = find(key);
    Object value;
    return member && check(key, member->get(value)) ? std::optional(value) : std::nullopt;
  }

  /// What was wrong, or an empty text.
  const std::string& bad() const { return bad_; }
  void add(const Members& inner) {
    if (bad_.empty()) {
      bad_ = inner.bad_;
    }
  }

 private:
  std::optional<Element> find(const char* key) const {
    Element element;
    if (object_.at_key(key).get(element) != simdjson::SUCCESS || element.is_null()) {
      return std::nullopt;
    }
    return element;
  }
  template <typename Visit>
  void each(const char* key, const Visit& visit) {
    if (const auto inner = object(key)) {
      for (const auto& [name, value] : *inner) {
        visit(name, value);
      }
    }
  }
  bool check(const char* key, simdjson::error_code code) {
    if (code != simdjson::SUCCESS && bad_.empty()) {
      bad_ = fmt::format("\"{}\" has the wrong type", key);
    }
    return code == simdjson::SUCCESS;
  }
  Object object_;
  std::string bad_;
};

std::optional<DeletionVector> read_deletion_vector(Members& members) {
  const auto object = members.object("deletionVector");
  if (!object) {
    return std::nullopt;
  }
  Members inner(*object);
  DeletionVector vector;
  const std::string storage_type = inner.required_text("storageType");
  vector.storage_type = storage_type.empty() ? '?' : storage_type[0];
  vector.path_or_inline = inner.required_text("pathOrInlineDv");
  vector.offset = inner.small_number("offset");
  vector.size_bytes = inner.small_number("sizeInBytes").value_or(0);
  vector.cardinality = inner.number("cardinality").value_or(0);
  members.add(inner);
  return vector;
}

template <typename File>
void read_common(Members& members, File& file) {
  file.path = members.required_text("path");
  file.partition_values = members.partition_values("partitionValues");
  file.stats = members.text("stats");
  file.tags = members.map("tags");
  file.deletion_vector = read_deletion_vector(members);
  file.base_row_id = members.number("baseRowId");
  file.default_row_commit_version = members.number("defaultRowCommitVersion");
}

AddFile read_add(Members& members) {
  AddFile file;
  read_common(members, file);
  file.size_bytes = members.number("size").value_or(0);
  file.modification_time = members.number("modificationTime").value_or(0);
  file.data_change = members.flag("dataChange", true);
  file.clustering_provider = members.text("clusteringProvider");
  return file;
}

RemoveFile read_remove(Members& members) {
  RemoveFile file;
  read_common(members, file);
  file.size_bytes = members.number("size");
  file.deletion_timestamp = members.number("deletionTimestamp");
  file.data_change = members.flag("dataChange", true);
  file.extended_file_metadata = members.flag("extendedFileMetadata", false);
  return file;
}

Protocol read_protocol(Members& members) {
  Protocol protocol;
  protocol.min_reader_version = members.small_number("minReaderVersion").value_or(0);
  protocol.min_writer_version = members.small_number("minWriterVersion").value_or(0);
  protocol.reader_features = members.texts("readerFeatures");
  protocol.writer_features = members.texts("writerFeatures");
  return protocol;
}

Metadata read_metadata(Members& members) {
  Metadata metadata;
  metadata.id = members.text("id").value_or("");
  metadata.name = members.text("name");
  metadata.description = members.text("description");
  if (const auto format = members.object("format")) {
    Members inner(*format);
    metadata.provider = inner.text("provider").value_or("parquet");
    metadata.format_options = inner.map("options");
    members.add(inner);
  }
  metadata.schema_string = members.required_text("schemaString");
  metadata.partition_columns = members.texts("partitionColumns");
  metadata.configuration = members.map("configuration");
  metadata.created_time = members.number("createdTime");
  return metadata;
}

std::optional<Action> read_action(std::string_view kind, Members& members, const Element& body) {
  if (kind == "add") {
    return read_add(members);
  }
  if (kind == "remove") {
    return read_remove(members);
  }
  if (kind == "commitInfo") {
    return CommitInfo{simdjson::minify(body)};
  }
  if (kind == "metaData") {
    return read_metadata(members);
  }
  if (kind == "protocol") {
    return read_protocol(members);
  }
  if (kind == "txn") {
    return TransactionId{members.required_text("appId"), members.number("version").value_or(0),
                         members.number("lastUpdated")};
  }
  if (kind == "domainMetadata") {
    return DomainMetadata{members.required_text("domain"), members.text("configuration").value_or(""),
                          members.flag("removed", false)};
  }
  if (kind == "cdc") {
    return CdcFile{members.required_text("path"), members.partition_values("partitionValues"),
                   members.number("size").value_or(0), members.map("tags")};
  }
  if (kind == "sidecar") {
    return Sidecar{members.required_text("path"), members.number("sizeInBytes").value_or(0),
                   members.number("modificationTime").value_or(0)};
  }
  if (kind == "checkpointMetadata") {
    return CheckpointMetadata{members.number("version").value_or(0)};
  }
  return std::nullopt;
}
}  // namespace

bool Protocol::has_reader_feature(std::string_view name) const {
  return std::find(reader_features.begin(), reader_features.end(), name) != reader_features.end();
}

bool Protocol::has_writer_feature(std::string_view name) const {
  return std::find(writer_features.begin(), writer_features.end(), name) != writer_features.end();
}

std::string DeletionVector::unique_id() const {
  std::string out = storage_type + path_or_inline;
  if (offset) {
    out += '@' + std::to_string(*offset);
  }
  return out;
}

Result<std::vector<Action>> parse_commit(std::string_view text, std::string_view name) {
  std::vector<Action> actions;
  simdjson::dom::parser parser;
  std::size_t line_number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trim(text.substr(start, end - start));
    start = end + 1;
    ++line_number;
    if (line.empty()) {
      continue;
    }
    const auto corrupt = [&](std::string_view what) {
      return fail(ErrorCode::kCorrupt, fmt::format("line {}: {}: {}", line_number, what, excerpt(line)), name);
    };
    Object document;
    if (const auto code = parser.parse(line.data(), line.size()).get(document); code != simdjson::SUCCESS) {
      return corrupt(simdjson::error_message(code));
    }
    for (const auto& [kind, body] : document) {
      Object object;
      if (body.is_null() || body.get(object) != simdjson::SUCCESS) {
        continue;
      }
      Members members(object);
      auto action = read_action(kind, members, body);
      if (!members.bad().empty()) {
        return corrupt(fmt::format("{}: {}", kind, members.bad()));
      }
      if (action) {
        actions.push_back(*std::move(action));
      }
    }
  }
  return actions;
}
}  // namespace weir::delta
