#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "logs/newlines.h"
#include "logs/recognition.h"
#include "logs/tally.h"

namespace weir::logs {
/// A part of a file in memory. Lines that start in the first `size` bytes are its own.
///
///   |rest of a line\n|whole line\n|whole line\n|begin of the last li|ne\n      |................|
///   data                                                        size       visible     kPaddingBytes
struct Block {
  const char* data = nullptr;    ///< followed by kPaddingBytes NULs behind `visible_size` bytes
  std::size_t size = 0;          ///< below 4 GiB
  std::size_t visible_size = 0;  ///< at least `size`: what of the last line may be looked at
  bool starts_line = true;       ///< `data` is where a line starts, not the rest of one
};

/// Classifies the lines of blocks. Not to be shared between threads; make one for each.
class BlockScanner {
 public:
  static constexpr std::size_t kPaddingBytes = 128;
  /// So much of a line is looked at.
  static constexpr std::size_t kLineHeadBytes = 16U << 10U;

  /// `recognition` must outlive the scanner.
  BlockScanner(const Recognition& recognition, std::size_t examples_max, FindNewlines find_newlines);
  BlockTally scan(const Block& block);

 private:
  void add(BlockTally& result, std::string_view line, const LineVerdict& verdict) const;
  void take_line(BlockTally& result, const char* begin, const char* end);

  const Recognition& recognition_;
  const TextLayout* fast_layout_;
  bool continues_fast_layout_;
  bool begins_with_access_;
  std::size_t examples_max_;
  FindNewlines find_newlines_;
  std::unique_ptr<std::uint32_t[]> places_;
};
}  // namespace weir::logs
