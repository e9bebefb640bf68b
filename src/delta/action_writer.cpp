// Actions as the JSON lines of a commit.
#include "delta/actions.h"
#include "delta/json_text.h"

namespace weir::delta {
namespace {
void write_map(std::string& out, const StringMap& map) {
  JsonObject object(out);
  for (const auto& [key, value] : map) {
    object.text(key, value);
  }
  object.close();
}

void write_partition_values(std::string& out, const PartitionValues& values) {
  JsonObject object(out);
  for (const auto& [key, value] : values) {
    if (value) {
      object.text(key, *value);
    } else {
      object.key(key) += "null";
    }
  }
  object.close();
}

void write_texts(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) {
      out += ',';
    }
    append_json_string(out, texts[i]);
  }
  out += ']';
}

void write_deletion_vector(std::string& out, const DeletionVector& vector) {
  JsonObject object(out);
  object.text("storageType", std::string_view(&vector.storage_type, 1));
  object.text("pathOrInlineDv", vector.path_or_inline);
  if (vector.offset) {
    object.number("offset", *vector.offset);
  }
  object.number("sizeInBytes", vector.size_bytes);
  object.number("cardinality", vector.cardinality);
  object.close();
}

// What add and remove have in common at their end.
template <typename File>
void write_common(JsonObject& object, const File& file) {
  if (file.stats) {
    object.text("stats", *file.stats);
  }
  if (!file.tags.empty()) {
    write_map(object.key("tags"), file.tags);
  }
  if (file.deletion_vector) {
    write_deletion_vector(object.key("deletionVector"), *file.deletion_vector);
  }
  if (file.base_row_id) {
    object.number("baseRowId", *file.base_row_id);
  }
  if (file.default_row_commit_version) {
    object.number("defaultRowCommitVersion", *file.default_row_commit_version);
  }
}

struct Writer {
  std::string& out;
  std::string& begin(std::string_view name) const {
    out += '{';
    append_json_string(out, name);
    return out += ':';
  }

  void operator()(const CommitInfo& info) const { begin("commitInfo") += info.json; }

  void operator()(const Protocol& protocol) const {
    JsonObject object(begin("protocol"));
    object.number("minReaderVersion", protocol.min_reader_version);
    object.number("minWriterVersion", protocol.min_writer_version);
    if (protocol.min_reader_version >= 3) {
      write_texts(object.key("readerFeatures"), protocol.reader_features);
    }
    if (protocol.min_writer_version >= 7) {
      write_texts(object.key("writerFeatures"), protocol.writer_features);
    }
    object.close();
  }

  void operator()(const Metadata& metadata) const {
    JsonObject object(begin("metaData"));
    object.text("id", metadata.id);
    if (metadata.name) {
      object.text("name", *metadata.name);
    }
    if (metadata.description) {
      object.text("description", *metadata.description);
    }
    JsonObject format(object.key("format"));
    format.text("provider", metadata.provider);
    write_map(format.key("options"), metadata.format_options);
    format.close();
    object.text("schemaString", metadata.schema_string);
    write_texts(object.key("partitionColumns"), metadata.partition_columns);
    write_map(object.key("configuration"), metadata.configuration);
    if (metadata.created_time) {
      object.number("createdTime", *metadata.created_time);
    }
    object.close();
  }

  void operator()(const AddFile& file) const {
    JsonObject object(begin("add"));
    object.text("path", file.path);
    write_partition_values(object.key("partitionValues"), file.partition_values);
    object.number("size", file.size_bytes);
    object.number("modificationTime", file.modification_time);
    object.flag("dataChange", file.data_change);
    write_common(object, file);
    if (file.clustering_provider) {
      object.text("clusteringProvider", *file.clustering_provider);
    }
    object.close();
  }

  void operator()(const RemoveFile& file) const {
    JsonObject object(begin("remove"));
    object.text("path", file.path);
    if (file.deletion_timestamp) {
      object.number("deletionTimestamp", *file.deletion_timestamp);
    }
    object.flag("dataChange", file.data_change);
    if (file.extended_file_metadata) {
      object.flag("extendedFileMetadata", true);
      write_partition_values(object.key("partitionValues"), file.partition_values);
    }
    if (file.size_bytes) {
      object.number("size", *file.size_bytes);
    }
    write_common(object, file);
    object.close();
  }

  void operator()(const CdcFile& file) const {
    JsonObject object(begin("cdc"));
    object.text("path", file.path);
    write_partition_values(object.key("partitionValues"), file.partition_values);
    object.number("size", file.size_bytes);
    object.flag("dataChange", false);
    if (!file.tags.empty()) {
      write_map(object.key("tags"), file.tags);
    }
    object.close();
  }

  void operator()(const TransactionId& transaction) const {
    JsonObject object(begin("txn"));
    object.text("appId", transaction.app_id);
    object.number("version", transaction.version);
    if (transaction.last_updated) {
      object.number("lastUpdated", *transaction.last_updated);
    }
    object.close();
  }

  void operator()(const DomainMetadata& domain) const {
    JsonObject object(begin("domainMetadata"));
    object.text("domain", domain.domain);
    object.text("configuration", domain.configuration);
    object.flag("removed", domain.removed);
    object.close();
  }

  void operator()(const Sidecar& sidecar) const {
    JsonObject object(begin("sidecar"));
    object.text("path", sidecar.path);
    object.number("sizeInBytes", sidecar.size_bytes);
    object.number("modificationTime", sidecar.modification_time);
    object.close();
  }

  void operator()(const CheckpointMetadata& checkpoint) const {
    JsonObject object(begin("checkpointMetadata"));
    object.number("version", checkpoint.version);
    object.close();
  }
};
}  // namespace

std::string action_json(const Action& action) {
  std::string out;
  std::visit(Writer{out}, action);
  return out += '}';
}

std::string commit_json(const std::vector<Action>& actions) {
  std::string out;
  for (const Action& action : actions) {
    std::visit(Writer{out}, action);
    out += "}\n";
  }
  return out;
}
}  // namespace weir::delta
