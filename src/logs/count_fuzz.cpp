// Any bytes: must not crash, every line must be counted once, and cutting into blocks must not change the counts.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "logs/block_scan.h"
#include "logs/byte_stream.h"

namespace weir::logs {
namespace {
constexpr std::size_t kTextBytesMax = 1U << 20U;

Tally count_in_blocks(const Recognition& recognition, std::string_view text, std::size_t block_size,
                      FindNewlines find_newlines) {
  FileTally file(3);
  BlockScanner scanner(recognition, 3, find_newlines);
  const std::string padded = std::string(text) + std::string(BlockScanner::kPaddingBytes, '\0');
  for (std::size_t at = 0; at < text.size(); at += block_size) {
    const std::size_t size = std::min(block_size, text.size() - at);
    file.append(scanner.scan({.data = padded.data() + at,
                              .size = size,
                              .visible_size = text.size() - at,
                              .starts_line = at == 0 || text[at - 1] == '\n'}));
  }
  return file.tally();
}

// The same without any shortcut. Parts of records under a container runtime are left to the scanner.
Tally count_line_by_line(const Recognition& recognition, std::string_view text) {
  Tally tally{.size_bytes = text.size()};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    LineVerdict verdict = recognition.classify(text.substr(0, std::min(end, BlockScanner::kLineHeadBytes)));
    if (verdict.kind == LineKind::kContinuation && tally.records_count == 0) {
      verdict.kind = LineKind::kUnparsed;
    }
    add_line(tally, verdict);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tally;
}

std::string unpacked(std::string_view bytes) {
  std::string text;
  auto stream = unpack(make_memory_stream(bytes));
  std::vector<char> buffer(4096);
  while (stream && text.size() < kTextBytesMax) {
    const auto count = (*stream)->read(buffer);
    if (!count || *count == 0) {
      break;
    }
    text.append(buffer.data(), *count);
  }
  return text;
}
}  // namespace
}  // namespace weir::logs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::logs;
  const std::string text = unpacked({reinterpret_cast<const char*>(data), size});
  const Recognition recognition = Recognition::recognise(text);
  const auto kernels = newline_kernels();
  const Tally whole = count_in_blocks(recognition, text, text.size() + 1, kernels.front().find);
  WEIR_ASSERT(whole.lines_count == whole.records_count + whole.continuation_lines_count + whole.blank_lines_count +
                                       whole.unparsed_lines_count,
              "a line is one thing");
  WEIR_ASSERT(recognition.is_cri() || whole == count_line_by_line(recognition, text), "shortcuts change nothing");
  const std::size_t block_size = 1 + size % 97;
  WEIR_ASSERT(whole == count_in_blocks(recognition, text, block_size, kernels.back().find), "blocks change nothing");
  return 0;
}
