// Any bytes as a commit: both readers must agree on what is damaged enough to refuse, and what one reads it must write
// again.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "delta/actions.h"
#include "delta/deletion_vector.h"
#include "delta/file_pruning.h"
#include "delta/log_replay.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto actions = delta::parse_commit(text, "fuzz")) {
    const auto again = delta::parse_commit(delta::commit_json(*actions), "fuzz");
    WEIR_ASSERT(again.has_value() && again->size() == actions->size(), "what was written can be read");
  }
  auto padded = std::make_shared<std::string>(text);
  padded->reserve(size + 64);
  delta::LogReplay replay;
  if (replay.add_lines(padded, "fuzz", delta::LogReplay::Source::kCommit)) {
    const delta::FileList files = replay.take_files();
    for (std::size_t i = 0; i < files.size(); ++i) {
      const delta::AddFile file = files.add_file(i);
      delta::StatsReader stats;
      if (stats.open(file.stats.value_or(""))) {
        (void)stats.range({"a"}, delta::DataType::decimal(10, 2));
      }
    }
  }
  (void)delta::decode_deletion_vector(text, 100'000);
  return 0;
}
