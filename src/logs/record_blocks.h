#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "logs/byte_stream.h"
#include "logs/file_bytes.h"
#include "logs/format_choice.h"
#include "logs/recognition.h"

namespace weir::logs {
/// A part of a log that begins and ends with whole records, in memory.
///
///   |2024-01-01 … ERROR …\n|\tat c.P.x(P.java:1)\n|2024-01-01 … INFO …\n|              next block: |2024-01-01 …
///   data                  ^newlines[0]                                  data + size
struct RecordBlock {
  const char* data = nullptr;  ///< followed by BlockScanner::kPaddingBytes NULs
  std::size_t size = 0;
  std::span<const std::uint32_t> newlines;  ///< the places of '\n'; the last line may have none
  std::uint64_t number = 0;                 ///< of the block in the file, from 0
  std::uint64_t first_line = 1;             ///< the number of its first line in the file
  bool starts_record = true;  ///< else a record was too long for one block, and the first lines are the rest of it
};

/// Cuts one log into blocks that threads read at the same time: plain files by reading at different places, packed files
/// and pipes one after the other. Lines and records are kept up to kRecordBytesMax; what is longer loses its end.
/// Takes a buffer of about 2 MiB for each thread, whatever the file.
class RecordBlocks {
 public:
  static constexpr std::size_t kRecordBytesMax = 1U << 20U;

  /// A thread's memory for one block at a time.
  class Buffer {
   public:
    Buffer();
    const RecordBlock& block() const { return block_; }

   private:
    friend class RecordBlocks;
    std::unique_ptr<char[]> bytes_;
    std::vector<std::uint32_t> newlines_;
    std::unique_ptr<std::uint32_t[]> places_;
    RecordBlock block_;
  };

  /// Opens `path`, or standard input for "-", and finds out its format unless it is given.
  /// Errors: kNotFound, kIo, kInvalid for a folder, kCorrupt for a packed file without a sound beginning.
  static Result<std::unique_ptr<RecordBlocks>> open(const std::string& path, const FormatChoice& format = {});

  /// Fills `buffer` with the next block; false at the end. Any thread, each with its own buffer; the block stays valid
  /// until the buffer's next use. After an error the other threads soon get false.
  /// Errors: kIo, kCorrupt for a packed file that is broken; what was sound before came as blocks.
  Result<bool> next(Buffer& buffer);

  const std::string& path() const { return path_; }
  const Recognition& recognition() const { return recognition_; }
  /// For moments without a year: when the file was changed last, or the time of opening for a pipe.
  std::int64_t newest_micros() const { return newest_micros_; }
  /// Whether blocks can be read in parallel.
  bool is_parallel() const { return stream_ == nullptr; }
  /// Bytes taken from the file so far, as stored. Any thread may ask.
  std::uint64_t read_bytes() const { return read_bytes_; }
  /// Of the file as stored; 0 when that is not known.
  std::uint64_t size_bytes() const { return descriptor_.size_bytes(); }

 private:
  explicit RecordBlocks(std::string path, Descriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}
  /// A part of a plain file. Of the bytes from `begin` to `end`, those behind `kept_end` are left out.
  struct Range {
    std::uint64_t number = 0;
    std::uint64_t begin = 0;
    std::uint64_t kept_end = 0;
    std::uint64_t end = 0;
    bool starts_record = true;
  };
  Status start(const FormatChoice& format);
  Status start_stream(const FormatChoice& format);
  Result<std::optional<Range>> next_range();
  Result<bool> next_of_file(Buffer& buffer);
  Result<bool> next_of_stream(Buffer& buffer);
  Status fill_from_stream(char* data, std::size_t& size);
  Status skip_line_of_stream();
  void number_lines(Buffer& buffer, std::uint64_t lines_more);
  void give_up();

  std::string path_;
  Descriptor descriptor_;
  Recognition recognition_;
  std::int64_t newest_micros_ = 0;
  std::atomic<std::uint64_t> read_bytes_ = 0;
  std::atomic<bool> is_over_ = false;

  std::mutex mutex_;  // of what follows: who takes the next part
  std::uint64_t next_number_ = 0;
  bool next_starts_record_ = true;
  std::uint64_t position_ = 0;
  std::uint64_t end_ = 0;
  std::unique_ptr<ByteStream> stream_;
  std::string carried_;  // of the stream: what was read and belongs to the next block
  bool stream_has_ended_ = false;
  std::optional<Error> stream_error_;
  std::uint64_t stream_lines_ = 0;

  std::mutex lines_mutex_;  // of what follows: the lines before the block `lines_number_`
  std::condition_variable lines_known_;
  std::uint64_t lines_number_ = 0;
  std::uint64_t lines_before_ = 0;
};

/// Whether a record may be cut off in front of `second`, the line behind `first`.
bool begins_record(const Recognition& recognition, std::string_view first, std::string_view second);
}  // namespace weir::logs
