#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "ingest/text_stream.h"

/// Files of records, cut into blocks that several threads work on.
namespace weir::ingest {
/// A record within a block.
struct TextPiece {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::uint64_t line = 0;
};

/// Some whole records of a file.
struct TextBlock {
  std::string text;
  std::uint64_t first_line = 1;   ///< of the file, from 1
  std::uint64_t offset = 0;       ///< bytes of text before it; only where there are pieces
  bool valid_utf8 = true;
  std::vector<TextPiece> pieces;  ///< where the reader of the format cuts records too
  /// Not nullptr: `text` is no records but something that cannot be read, and this is why. A constant.
  const char* broken = nullptr;
};

/// Cuts one file. One thread at a time.
class BlockReader {
 public:
  virtual ~BlockReader() = default;
  /// The next block, or nothing at the end. Errors: kIo, kCorrupt.
  virtual Result<std::optional<TextBlock>> next() = 0;
  virtual const TextStream& stream() const = 0;
};

/// Hands out the blocks of many files to many threads: each thread has a file of its own as long as there are files, then they share.
class BlockTurns {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Options {
    std::size_t files_count = 0;
    std::function<Result<std::unique_ptr<BlockReader>>(std::size_t file)> open;
    std::function<void(std::uint64_t bytes)> progress;  ///< may be empty
    std::stop_token stop;
  };
  explicit BlockTurns(Options options) : options_(std::move(options)), files_(options_.files_count) {}

  /// The next block for a thread that was last busy with `file` (kNone at first), which is changed when another file's turn
  /// comes; nothing at the end of all. `file` also says whose error it is. Errors: kCancelled, and those of the readers.
  Result<std::optional<TextBlock>> next(std::size_t& file);
  /// Ends the turns of a file that cannot be read on.
  void give_up(std::size_t file) { files_[file].ended = true; }
  /// The encoding in which a file was read, once it was read to its end; else empty.
  std::string encoding(std::size_t file) const;

 private:
  struct File {
    std::mutex mutex;
    std::unique_ptr<BlockReader> reader;
    std::uint64_t bytes_reported = 0;
    std::atomic<bool> ended = false;
    std::string encoding;
  };
  std::size_t choose();
  Result<std::optional<TextBlock>> take(std::size_t file);
  Options options_;
  std::vector<File> files_;
  std::atomic<std::size_t> next_fresh_ = 0;
  std::atomic<std::uint64_t> bytes_read_ = 0;
};
}  // namespace weir::ingest
