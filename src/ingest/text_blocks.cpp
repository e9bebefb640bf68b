#include "ingest/text_blocks.h"

namespace weir::ingest {
Result<std::optional<TextBlock>> BlockTurns::next(std::size_t& file) {
  for (;;) {
    if (options_.stop.stop_requested()) {
      return fail(ErrorCode::kCancelled, "stopped");
    }
    if (file == kNone || files_[file].ended) {
      file = choose();
      if (file == kNone) {
        return std::nullopt;
      }
    }
    WEIR_TRY_ASSIGN(std::optional<TextBlock> block, take(file));
    if (block) {
      return block;
    }
  }
}

// A file that nobody has begun, else one that is not at its end.
std::size_t BlockTurns::choose() {
  const std::size_t fresh = next_fresh_.fetch_add(1);
  if (fresh < files_.size()) {
    return fresh;
  }
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (!files_[i].ended) {
      return i;
    }
  }
  return kNone;
}

Result<std::optional<TextBlock>> BlockTurns::take(std::size_t index) {
  File& file = files_[index];
  const std::scoped_lock lock(file.mutex);
  if (file.ended) {
    return std::nullopt;
  }
  if (!file.reader) {
    WEIR_TRY_ASSIGN(file.reader, options_.open(index));
  }
  WEIR_TRY_ASSIGN(std::optional<TextBlock> block, file.reader->next());
  const std::uint64_t read = file.reader->stream().file_bytes_read();
  const std::uint64_t fresh = read - file.bytes_reported;
  const std::uint64_t total = bytes_read_.fetch_add(fresh) + fresh;
  file.bytes_reported = read;
  if (options_.progress) {
    options_.progress(total);
  }
  if (!block) {
    file.encoding = file.reader->stream().encoding();
    file.reader.reset();
    file.ended = true;
  }
  return block;
}

std::string BlockTurns::encoding(std::size_t file) const { return files_[file].ended ? files_[file].encoding : std::string(); }
}  // namespace weir::ingest
