#include <algorithm>
#include <memory>
#include <mutex>

#include "core/machine.h"
#include "core/text.h"
#include "core/thread_pool.h"
#include "logs/analysis.h"
#include "logs/analysis_tables.h"
#include "logs/file_bytes.h"
#include "logs/record_blocks.h"
#include "logs/record_reader.h"
#include "logs/request_stats.h"
#include "logs/sessions.h"
#include "logs/teller.h"
#include "logs/templates.h"

namespace weir::logs {
namespace {
constexpr unsigned kThreadsMax = 32;
constexpr std::size_t kTextsMax = 800'000;  // of all threads together
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

/// What one thread counts.
struct Worker {
  Worker(const RequestOptions& options, std::size_t texts_max) : requests(options), messages(texts_max) {}
  RequestStats requests;
  MessageStats messages;
  RecordBlocks::Buffer buffer;
  Sessions::Visits visits;
};

/// One file while its blocks are read.
struct FileState {
  std::mutex mutex;
  AnalyzedFile* file = nullptr;
  std::uint64_t lines_count = 0;
};

class Analyzer {
 public:
  Analyzer(const AnalyzeOptions& options, std::vector<std::string> paths, const CountProgressCallback& progress,
           std::stop_token stop)
      : options_(options),
        stop_(std::move(stop)),
        paths_(std::move(paths)),
        teller_(progress, paths_),
        sessions_(static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(options.session_gap.count(), 0, std::int64_t{1} << 30))),
        pool_(options.threads_max == 0 ? std::min(machine_cores_count(), kThreadsMax)
                                       : std::min(options.threads_max, kThreadsMax)) {
    const std::size_t texts_max = kTextsMax / pool_.threads_count();
    for (std::size_t i = 0; i < pool_.threads_count(); ++i) {
      workers_.push_back(std::make_unique<Worker>(RequestOptions{.fold_ids = options.fold_ids,
                                                                 .slowest_max = options.top_count,
                                                                 .endpoints_max = texts_max},
                                                  texts_max));
    }
  }

  Result<AnalysisResult> run() {
    sort_by_first_moment();
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      result_.files.push_back({.path = paths_[i]});
      analyze_file(i);
      if (stop_.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped before all was read");
      }
      AnalyzedFile& file = result_.files.back();
      result_.failed_files_count += file.error ? 1U : 0U;
      result_.unparsed_count += file.unparsed_count;
      std::ranges::sort(file.unparsed, {}, &UnparsedLine::line_number);
      file.unparsed.resize(std::min(file.unparsed.size(), options_.examples_max));
    }
    for (std::size_t i = 1; i < workers_.size(); ++i) {
      workers_[0]->requests += std::move(workers_[i]->requests);
      workers_[0]->messages += workers_[i]->messages;
      workers_[i].reset();
    }
    make_tables(options_, workers_[0]->requests, workers_[0]->messages, sessions_.finish(), result_);
    result_.size_bytes = read_bytes_;
    teller_.tell_now(paths_.size(), read_bytes_, lines_count_);
    result_.elapsed = teller_.elapsed();
    return std::move(result_);
  }

 private:
  /// The moment of the file's first record that has one; nothing when it cannot be read or has none.
  std::optional<std::int64_t> first_moment(const std::string& path, Worker& worker) const {
    const auto blocks = RecordBlocks::open(path, options_.format);
    if (!blocks || !(*blocks)->next(worker.buffer).value_or(false)) {
      return std::nullopt;
    }
    RecordReader reader((*blocks)->recognition(), (*blocks)->newest_micros());
    reader.start(worker.buffer.block());
    for (Record record; reader.next(record);) {
      if (record.time) {
        return record.time;
      }
    }
    return std::nullopt;
  }

  void sort_by_first_moment() {
    floors_.assign(paths_.size(), ~std::uint32_t{0});
    if (paths_.size() < 2) {
      return;
    }
    struct Timed {
      std::string path;
      std::int64_t moment = 0;
    };
    std::vector<Timed> files;
    for (const std::string& path : paths_) {
      files.push_back({path, path == "-" ? 0 : first_moment(path, *workers_[0]).value_or(0)});
    }
    std::ranges::stable_sort(files, {}, &Timed::moment);
    for (std::size_t i = 0; i < files.size(); ++i) {
      paths_[i] = files[i].path;
      if (i > 0) {
        floors_[i - 1] = static_cast<std::uint32_t>(files[i].moment / kMicrosPerSecond);
      }
    }
  }

  void analyze_file(std::size_t index) {
    AnalyzedFile& file = result_.files.back();
    auto opened = RecordBlocks::open(paths_[index], options_.format);
    if (!opened) {
      file.error = std::move(opened).error();
      return;
    }
    RecordBlocks& blocks = **opened;
    file.format = blocks.recognition().name();
    sessions_.start_file(floors_[index]);
    FileState state;
    state.file = &file;
    for (const auto& worker : workers_) {
      pool_.submit([&, this] { read_blocks(blocks, index, *worker, state); });
    }
    pool_.wait();
    read_bytes_ += blocks.read_bytes();
    lines_count_ += state.lines_count;
  }

  void read_blocks(RecordBlocks& blocks, std::size_t index, Worker& worker, FileState& state) {
    RecordReader reader(blocks.recognition(), blocks.newest_micros());
    while (!stop_.stop_requested()) {
      auto more = blocks.next(worker.buffer);
      if (!more || !*more) {
        if (!more) {
          const std::lock_guard lock(state.mutex);
          state.file->error = std::move(more).error();
        }
        return;
      }
      const RecordBlock& block = worker.buffer.block();
      reader.start(block);
      std::uint64_t records_count = 0;
      std::uint64_t unparsed_count = 0;
      std::vector<UnparsedLine> unparsed;
      for (Record record; reader.next(record);) {
        if (!record.is_parsed) {
          ++unparsed_count;
          if (unparsed.size() < options_.examples_max) {
            unparsed.push_back({.line_number = record.line_number, .text = excerpt(record.raw, 160)});
          }
          continue;
        }
        ++records_count;
        if (record.is_request) {
          worker.requests.add(record, index, worker.visits);
        } else {
          worker.messages.add(record);
        }
      }
      sessions_.add(block.number, worker.visits);
      const std::lock_guard lock(state.mutex);
      state.lines_count += block.newlines.size();
      state.file->records_count += records_count;
      state.file->unparsed_count += unparsed_count;
      state.file->unparsed.insert(state.file->unparsed.end(), unparsed.begin(), unparsed.end());
      teller_.tell(index, read_bytes_ + blocks.read_bytes(), lines_count_ + state.lines_count);
    }
  }

  const AnalyzeOptions& options_;
  std::stop_token stop_;
  std::vector<std::string> paths_;
  std::vector<std::uint32_t> floors_;  ///< by file: when the next one begins
  Teller teller_;
  Sessions sessions_;
  std::vector<std::unique_ptr<Worker>> workers_;
  AnalysisResult result_;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t lines_count_ = 0;
  ThreadPool pool_;
};
}  // namespace

Result<AnalysisResult> analyze_logs(const AnalyzeOptions& options, const CountProgressCallback& progress,
                                    std::stop_token stop) {
  if (options.inputs.empty()) {
    return fail(ErrorCode::kInvalid, "no files; name some, or \"-\" for standard input");
  }
  WEIR_TRY_ASSIGN(std::vector<std::string> paths, expand_inputs(options.inputs));
  return Analyzer(options, std::move(paths), progress, std::move(stop)).run();
}
}  // namespace weir::logs
