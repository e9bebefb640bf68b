#include "ingest/sources/json/json_format.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "core/machine.h"
#include "core/text.h"
#include "ingest/sources/json/json_rows.h"
#include "ingest/sources/json/json_shape.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kSampleBytes = 64U << 10U;

const duck::Column* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(columns, [&](const duck::Column& column) { return equals_ignoring_case(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

/// Reads all records once, on all processors, for what they are like: which keys and types there are is known for certain then.
class ShapeFinder {
 public:
  ShapeFinder(const std::vector<InputFile>& files, const std::vector<JsonFile>& json_files, const std::string& records, std::stop_token stop)
      : turns_({.files_count = json_files.size(),
                .open = [&](std::size_t file) -> Result<std::unique_ptr<BlockReader>> {
                  return JsonBlockReader::open(files[json_files[file].file].path, json_files[file].form, records);
                },
                .stop = std::move(stop)}),
        good_(json_files.size()) {}

  void run() {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < machine_cores_count(); ++i) {
      threads.emplace_back([this] { work(); });
    }
    work();
    threads.clear();
    // Nothing of the file is a record: it is some other file.
    for (const auto& [file, first] : first_bad_) {
      if (!good_[file]) {
        errors_.try_emplace(file, Error{ErrorCode::kInvalid, fmt::format("no record can be read; line {}: {}", first.first, first.second), {}, {}});
      }
    }
  }
  const JsonShape& shape() const { return shape_; }
  /// By position in `json_files`.
  const std::map<std::size_t, Error>& errors() const { return errors_; }
  const std::optional<Error>& stopped() const { return stopped_; }

 private:
  void work() {
    JsonShape shape;
    simdjson::dom::parser parser;
    std::size_t file = BlockTurns::kNone;
    for (;;) {
      auto block = turns_.next(file);
      if (!block) {
        const std::scoped_lock lock(mutex_);
        if (block.error().code == ErrorCode::kCancelled || file == BlockTurns::kNone) {
          stopped_ = std::move(block).error();
          break;
        }
        errors_.try_emplace(file, std::move(block).error());
        turns_.give_up(file);
        continue;
      }
      if (!*block) {
        break;
      }
      for (const TextPiece& piece : (*block)->pieces) {
        simdjson::dom::element record;
        if (const auto error = parser.parse((*block)->text.data() + piece.offset, piece.length, false).get(record)) {
          note_bad_record(file, piece.line, simdjson::error_message(error));
        } else {
          constexpr unsigned kOffsetBits = 44;
          shape.add(record, (std::uint64_t{file} << kOffsetBits) + (*block)->offset + piece.offset);
          good_[file] = true;
        }
      }
      if ((*block)->broken != nullptr) {
        note_bad_record(file, (*block)->first_line, (*block)->broken);
      }
    }
    const std::scoped_lock lock(mutex_);
    shape_.merge(shape);
  }

  void note_bad_record(std::size_t file, std::uint64_t line, const char* why) {
    const std::scoped_lock lock(mutex_);
    const auto [first, fresh] = first_bad_.try_emplace(file, line, why);
    if (!fresh && line < first->second.first) {
      first->second = {line, why};
    }
  }

  BlockTurns turns_;
  std::vector<std::atomic<bool>> good_;                                 ///< whether a record of the file could be read
  std::map<std::size_t, std::pair<std::uint64_t, const char*>> first_bad_;
  std::mutex mutex_;
  JsonShape shape_;
  std::map<std::size_t, Error> errors_;
  std::optional<Error> stopped_;
};

class JsonFileSet : public FileSet {
 public:
  JsonFileSet(const LookRequest& request, std::string records) : files_(request.files), records_(std::move(records)) {}
  const std::vector<duck::Column>& columns() const override { return columns_; }
  const std::vector<BadFile>& bad_files() const override { return bad_files_; }
  const std::vector<std::string>& notes() const override { return notes_; }
  Result<FileRows> rows(const ReadRequest& request) override {
    return json_rows({.files = files_, .json_files = json_files_, .records = records_, .plain_values = plain_values_}, request);
  }

  Status look(const LookRequest& request) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (auto status = find_form(i); !status) {
        add_bad_file(i, std::move(status).error());
      }
    }
    ShapeFinder finder(files_, json_files_, records_, request.stop);
    finder.run();
    if (finder.stopped()) {
      return std::unexpected(*finder.stopped());
    }
    for (const auto& [position, error] : finder.errors()) {
      add_bad_file(json_files_[position].file, error);
    }
    std::erase_if(json_files_, [&](const JsonFile& json) {
      return std::ranges::any_of(bad_files_, [&](const BadFile& bad) { return bad.file == json.file; });
    });
    find_columns(finder.shape(), request);
    return {};
  }

 private:
  void add_bad_file(std::size_t file, Error error) {
    error.subject = files_[file].name;
    bad_files_.push_back({file, std::move(error)});
  }

  Status find_form(std::size_t file) {
    WEIR_TRY_ASSIGN(const std::unique_ptr<TextStream> stream, TextStream::open(files_[file].path, "unicode"));
    std::string sample;
    WEIR_TRY(stream->read(sample, kSampleBytes));
    if (trim(sample).empty() && stream->at_end()) {
      notes_.push_back(files_[file].name + ": the file is empty");
    }
    json_files_.push_back({file, find_json_form(sample, stream->at_end())});
    return {};
  }

  void find_columns(const JsonShape& shape, const LookRequest& request) {
    plain_values_ = !shape.has_object() && !shape.is_empty();
    const auto add = [&](std::string_view name, const JsonShape& values) {
      const duck::Column* known = find_column(request.known, name);
      const duck::Column* told = known == nullptr ? find_column(request.declared, name) : known;
      if (!request.known.empty() && known == nullptr) {
        notes_.push_back(fmt::format("the column {} is new", name));
      }
      columns_.push_back(told == nullptr ? duck::Column{std::string(name), values.type()} : duck::Column{told->name, values.extend(told->type)});
      if (told != nullptr && columns_.back().type != told->type) {
        notes_.push_back(fmt::format("the column {} has new fields", name));
      }
    };
    if (plain_values_) {
      add(kValueColumn, shape);
      return;
    }
    for (const JsonShape::Field& field : shape.fields()) {
      add(field.name.empty() ? kUnnamedColumn : std::string_view(field.name), *field.shape);
    }
  }

  std::vector<InputFile> files_;
  std::string records_;
  std::vector<JsonFile> json_files_;
  std::vector<duck::Column> columns_;
  std::vector<BadFile> bad_files_;
  std::vector<std::string> notes_;
  bool plain_values_ = false;
};

class JsonFormat : public FileFormat {
 public:
  explicit JsonFormat(std::string records) : records_(std::move(records)) {}
  Result<std::unique_ptr<FileSet>> look_at(const LookRequest& request) const override {
    auto set = std::make_unique<JsonFileSet>(request, records_);
    WEIR_TRY(set->look(request));
    return set;
  }

 private:
  std::string records_;
};
}  // namespace

Result<std::unique_ptr<FileFormat>> parse_json_format(ConfigMap& source) {
  const ConfigNode* node = source.find("records");
  WEIR_TRY_ASSIGN(std::string records, source.text_or("records", ""));
  if (node != nullptr && (records.empty() || records.starts_with('.') || records.ends_with('.') || records.contains(".."))) {
    return fail_at(node->place(), "records is the way to an array, such as \"data\" or \"response.items\"");
  }
  return std::make_unique<JsonFormat>(std::move(records));
}
}  // namespace weir::ingest
