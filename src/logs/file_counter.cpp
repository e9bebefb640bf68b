#include "logs/file_counter.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/machine.h"
#include "logs/block_scan.h"
#include "logs/byte_stream.h"
#include "logs/file_bytes.h"
#include "logs/recognition.h"

namespace weir::logs {
namespace {
constexpr std::size_t kBlockBytes = 512U << 10U;
constexpr unsigned kThreadsMax = 32;  // memory is soon the limit, and each thread has its buffer

unsigned threads_count(unsigned wanted_max) {
  const unsigned cores = std::min(machine_cores_count(), kThreadsMax);
  return wanted_max == 0 ? cores : std::min(wanted_max, kThreadsMax);
}

/// Takes the blocks as they come and puts them together in their order.
class Gatherer {
 public:
  Gatherer(std::size_t examples_max, const std::function<void(std::uint64_t)>& lines_counted)
      : file_(examples_max), lines_counted_(lines_counted) {}

  void take(std::uint64_t number, BlockTally block) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(block));
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      file_.append(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
      ++next_;
    }
    lines_counted_(file_.tally().lines_count);
  }
  void take_error(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) {
      error_ = std::move(error);
    }
    has_failed_ = true;
  }
  bool has_failed() const { return has_failed_; }

  /// To be called when all threads are done.
  Status finish(FileCount& file) {
    file.tally = file_.tally();
    file.unparsed = std::move(file_.unparsed());
    return error_ ? Status(std::unexpected(std::move(*error_))) : Status();
  }

 private:
  std::mutex mutex_;
  FileTally file_;
  std::map<std::uint64_t, BlockTally> waiting_;
  std::uint64_t next_ = 0;
  std::optional<Error> error_;
  std::atomic<bool> has_failed_ = false;
  const std::function<void(std::uint64_t)>& lines_counted_;
};

/// One thread's buffer for a block of a file: the byte before it, itself, and the head of a line that goes on behind.
class BlockReader {
 public:
  BlockReader(int descriptor, std::uint64_t begin, std::uint64_t end)
      : descriptor_(descriptor),
        begin_(begin),
        end_(end),
        buffer_(std::make_unique_for_overwrite<char[]>(1 + kBlockBytes + BlockScanner::kLineHeadBytes +
                                                       BlockScanner::kPaddingBytes)) {}

  /// The block stays valid until the next call.
  Result<Block> read(std::uint64_t number) {
    const std::uint64_t from = begin_ + number * kBlockBytes;
    const std::size_t before = number > 0 ? 1 : 0;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, end_ - from));
    char* data = buffer_.get() + 1;
    WEIR_TRY_ASSIGN(std::size_t count, read_at(descriptor_, data - before, size + before, from - before));
    if (count != size + before) {
      return fail(ErrorCode::kIo, "the file became shorter while it was read");
    }
    std::size_t visible_size = size;
    // Most lines end soon; only then is more read.
    for (const std::size_t more : {std::size_t{1024}, BlockScanner::kLineHeadBytes - 1024}) {
      if (from + visible_size >= end_ || std::memchr(data + size - 1, '\n', visible_size - size + 1) != nullptr) {
        break;
      }
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(more, end_ - from - visible_size));
      WEIR_TRY_ASSIGN(count, read_at(descriptor_, data + visible_size, wanted, from + visible_size));
      visible_size += count;
    }
    std::memset(data + visible_size, 0, BlockScanner::kPaddingBytes);
    return Block{
        .data = data, .size = size, .visible_size = visible_size, .starts_line = before == 0 || data[-1] == '\n'};
  }

 private:
  int descriptor_;
  std::uint64_t begin_;
  std::uint64_t end_;
  std::unique_ptr<char[]> buffer_;
};

/// Buffers that go round between the thread that reads and those that count.
class BufferRing {
 public:
  struct Slot {
    std::unique_ptr<char[]> bytes = std::make_unique_for_overwrite<char[]>(kBlockBytes + BlockScanner::kPaddingBytes);
    std::unique_ptr<BlockScanner> scanner;
  };
  explicit BufferRing(std::size_t slots_count) : slots_(slots_count) {
    for (Slot& slot : slots_) {
      free_.push_back(&slot);
    }
  }
  Slot& take() {
    std::unique_lock lock(mutex_);
    is_free_.wait(lock, [this] { return !free_.empty(); });
    Slot* slot = free_.back();
    free_.pop_back();
    return *slot;
  }
  void give_back(Slot& slot) {
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(&slot);
    }
    is_free_.notify_one();
  }

 private:
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable is_free_;
  std::vector<Slot*> free_;
};
}  // namespace

FileCounter::FileCounter(const CountOptions& options, std::stop_token stop,
                         std::function<void(std::uint64_t)> lines_counted)
    : options_(options),
      stop_(std::move(stop)),
      lines_counted_(std::move(lines_counted)),
      pool_(threads_count(options.threads_max)) {}

FileCount FileCounter::count(const std::string& path) {
  FileCount file;
  file.path = path;
  const auto descriptor = Descriptor::open(path);
  Status status = descriptor ? count_descriptor(*descriptor, file) : std::unexpected(descriptor.error());
  if (!status) {
    file.error = std::move(status).error().within(path == "-" ? "standard input" : path);
  }
  return file;
}

Status FileCounter::count_descriptor(const Descriptor& opened, FileCount& file) {
  const int descriptor = opened.number();
  const std::uint64_t size = opened.size_bytes();
  if (size == 0) {
    return count_stream(descriptor, file);
  }
  std::string first(kPackingBytes, '\0');
  WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor, first.data(), first.size(), 0));
  first.resize(count);
  switch (packing_of(first)) {
    case Packing::kPlain:
      return count_blocks(descriptor, 0, size, file);
    case Packing::kUtf8Mark:
      return count_blocks(descriptor, 3, size, file);
    case Packing::kUtf16:
    case Packing::kGzip:
    case Packing::kZstd:
      break;
  }
  return count_stream(descriptor, file);
}

Status FileCounter::count_blocks(int descriptor, std::uint64_t begin, std::uint64_t end, FileCount& file) {
  WEIR_TRY_ASSIGN(begin, skip_nuls(descriptor, begin, end));
  std::string beginning(static_cast<std::size_t>(std::min<std::uint64_t>(kSampleBytes, end - begin)), '\0');
  WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor, beginning.data(), beginning.size(), begin));
  const Recognition recognition =
      Recognition::recognise(sample_of(std::string_view(beginning).substr(0, count)), options_.format);
  file.format = recognition.name();

  Gatherer gatherer(options_.examples_max, lines_counted_);
  const std::uint64_t blocks_count = (end - begin + kBlockBytes - 1) / kBlockBytes;
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    BlockReader reader(descriptor, begin, end);
    BlockScanner scanner(recognition, options_.examples_max, newline_kernels().front().find);
    for (std::uint64_t number = next++; number < blocks_count && !stop_.stop_requested() && !gatherer.has_failed();
         number = next++) {
      auto block = reader.read(number);
      if (!block) {
        gatherer.take_error(std::move(block).error());
        return;
      }
      read_bytes_ += block->size;
      gatherer.take(number, scanner.scan(*block));
    }
  };
  const auto workers = std::min<std::uint64_t>(pool_.threads_count(), blocks_count);
  if (workers == 1) {
    work();
  } else {
    for (std::uint64_t i = 0; i < workers; ++i) {
      pool_.submit(work);
    }
    pool_.wait();
  }
  return gatherer.finish(file);
}

Status FileCounter::count_stream(int descriptor, FileCount& file) {
  WEIR_TRY_ASSIGN(const auto stream, unpack(make_descriptor_stream(descriptor, read_bytes_)));
  Recognition recognition;
  Gatherer gatherer(options_.examples_max, lines_counted_);
  BufferRing ring(pool_.threads_count() + 1);
  std::string carried;  // the beginning of a line whose end has not come yet
  bool starts_line = true;
  bool at_end = false;
  for (std::uint64_t number = 0; !at_end && !stop_.stop_requested(); ++number) {
    BufferRing::Slot& slot = ring.take();
    char* data = slot.bytes.get();
    std::size_t size = carried.copy(data, carried.size());
    while (size < kBlockBytes && !at_end) {
      auto count = stream->read({data + size, kBlockBytes - size});
      if (!count) {
        gatherer.take_error(std::move(count).error());
      }
      at_end = !count || *count == 0;
      size += count.value_or(0);
    }
    const std::size_t newline = std::string_view(data, size).rfind('\n');
    const std::size_t block_size = at_end || newline == std::string_view::npos ? size : newline + 1;
    carried.assign(data + block_size, size - block_size);
    std::memset(data + block_size, 0, BlockScanner::kPaddingBytes);
    if (number == 0) {
      recognition = Recognition::recognise(sample_of({data, block_size}), options_.format);
      file.format = recognition.name();
    }
    if (slot.scanner == nullptr) {
      slot.scanner = std::make_unique<BlockScanner>(recognition, options_.examples_max, newline_kernels().front().find);
    }
    const Block block{.data = data, .size = block_size, .visible_size = block_size, .starts_line = starts_line};
    starts_line = block_size == 0 ? starts_line : data[block_size - 1] == '\n';
    pool_.submit([&gatherer, &ring, &slot, block, number] {
      gatherer.take(number, slot.scanner->scan(block));
      ring.give_back(slot);
    });
  }
  pool_.wait();
  return gatherer.finish(file);
}
}  // namespace weir::logs
