#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ingest/text_blocks.h"

/// Files of JSON values, cut into the texts of single records without looking into them.
namespace weir::ingest {
enum class JsonForm : std::uint8_t {
  kLines,      ///< one value a line
  kArray,      ///< one array; its elements are the records
  kDocuments,  ///< values one behind another, over several lines
};

/// Finds out from the first bytes of a file. `whole`: they are all there is.
JsonForm find_json_form(std::string_view sample, bool whole);

/// Where the value that begins at `start` ends: the position behind it; std::string_view::npos when the text ends before. Brackets
/// and quotes are counted, nothing is checked. A plain value ends at a comma, a closing bracket or white space.
std::size_t json_value_end(std::string_view text, std::size_t start);

/// Cuts a file. The pieces of its blocks are the records: texts that may yet be no JSON. Blocks have room behind them for simdjson.
class JsonBlockReader : public BlockReader {
 public:
  /// With `path` ("data.items"; steps by dots) the records are the elements of the array that stands there in each value of the
  /// file, or the value itself where it is no array; such a file is read as a whole, up to 1 GiB.
  /// Errors: as of TextStream::open.
  static Result<std::unique_ptr<JsonBlockReader>> open(const std::filesystem::path& file, JsonForm form, std::string_view path);
  Result<std::optional<TextBlock>> next() override;
  const TextStream& stream() const override { return *stream_; }

 private:
  JsonBlockReader(std::unique_ptr<TextStream> stream, JsonForm form, std::vector<std::string> path)
      : stream_(std::move(stream)), form_(form), path_(std::move(path)) {}
  Result<std::optional<TextBlock>> next_lines();
  Result<std::optional<TextBlock>> next_values();
  Result<std::optional<TextBlock>> whole();
  /// Adds records of `text` from `position` on; returns the position behind the last whole one. The state is kept between calls.
  std::size_t cut_values(std::string_view text, std::size_t position, bool last, TextBlock& block);
  std::size_t cut_array(std::string_view text, std::size_t start, std::uint64_t line, TextBlock& block) const;
  TextBlock finish(TextBlock block, std::string text);

  enum class State : std::uint8_t { kStart, kElement, kComma, kEnd };
  std::unique_ptr<TextStream> stream_;
  JsonForm form_;
  std::vector<std::string> path_;
  std::string carry_;
  std::uint64_t line_ = 1;
  std::uint64_t offset_ = 0;
  State state_ = State::kStart;
  bool done_ = false;
};
}  // namespace weir::ingest
