#include "ingest/sources/json/json_blocks.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "core/text.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kBlockBytes = 2U << 20U;
constexpr std::size_t kValueBytesMax = 256U << 20U;
constexpr std::size_t kWholeBytesMax = 1U << 30U;
constexpr auto kNone = std::string_view::npos;

bool is_space(char character) { return character == ' ' || character == '\t' || character == '\n' || character == '\r'; }

std::size_t skip_space(std::string_view text, std::size_t position) {
  while (position < text.size() && is_space(text[position])) {
    ++position;
  }
  return position;
}

std::uint64_t lines_in(std::string_view text) { return static_cast<std::uint64_t>(std::ranges::count(text, '\n')); }

// Behind the string that begins at `start`.
std::size_t string_end(std::string_view text, std::size_t start) {
  for (std::size_t position = start + 1;;) {
    position = text.find_first_of("\"\\", position);
    if (position == kNone) {
      return kNone;
    }
    if (text[position] == '"') {
      return position + 1;
    }
    position += 2;
  }
}

bool is_json(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

// The value of a key in the object that begins at `start`: where it begins, or kNone.
std::size_t find_member(std::string_view text, std::size_t start, std::string_view key) {
  std::size_t position = start + 1;
  for (;;) {
    position = skip_space(text, position);
    if (position >= text.size() || text[position] != '"') {
      return kNone;
    }
    const std::size_t end = string_end(text, position);
    if (end == kNone) {
      return kNone;
    }
    const bool found = text.substr(position + 1, end - position - 2) == key;
    position = skip_space(text, end);
    if (position >= text.size() || text[position] != ':') {
      return kNone;
    }
    position = skip_space(text, position + 1);
    if (found) {
      return position < text.size() ? position : kNone;
    }
    position = json_value_end(text, position);
    position = position == kNone ? kNone : skip_space(text, position);
    if (position == kNone || position >= text.size() || text[position] != ',') {
      return kNone;
    }
    ++position;
  }
}
}  // namespace

std::size_t json_value_end(std::string_view text, std::size_t start) {
  if (start >= text.size()) {
    return kNone;
  }
  if (text[start] == '"') {
    return string_end(text, start);
  }
  if (text[start] != '{' && text[start] != '[') {
    std::size_t position = start;
    while (position < text.size() && !is_space(text[position]) && text[position] != ',' && text[position] != ']' && text[position] != '}') {
      ++position;
    }
    return position == text.size() ? kNone : position;
  }
  std::size_t depth = 0;
  for (std::size_t position = start; position != kNone && position < text.size();) {
    switch (text[position]) {
      case '{':
      case '[':
        ++depth;
        ++position;
        break;
      case '}':
      case ']':
        ++position;
        if (--depth == 0) {
          return position;
        }
        break;
      case '"':
        position = string_end(text, position);
        break;
      default:
        ++position;
        break;
    }
  }
  return kNone;
}

JsonForm find_json_form(std::string_view sample, bool whole) {
  const std::size_t start = skip_space(sample, 0);
  if (start == sample.size()) {
    return JsonForm::kLines;
  }
  const std::size_t line_end = std::min(sample.find('\n', start), sample.size());
  const std::string_view first_line = sample.substr(start, line_end - start);
  const std::size_t next = skip_space(sample, line_end);
  if (sample[start] == '[') {
    // Lines of arrays begin with a whole array and go on with another.
    return next < sample.size() && sample[next] == '[' && is_json(first_line) ? JsonForm::kLines : JsonForm::kArray;
  }
  if (is_json(first_line) || sample[start] != '{') {
    return JsonForm::kLines;
  }
  // A bad first line, or an object over several lines: the second line tells.
  const std::size_t next_end = std::min(sample.find('\n', next), sample.size());
  if (next < sample.size() && sample[next] == '{' && is_json(sample.substr(next, next_end - next))) {
    return JsonForm::kLines;
  }
  const std::size_t end = json_value_end(sample, start);
  const bool spans_lines = end == kNone ? line_end < sample.size() || !whole : end > line_end;
  return spans_lines ? JsonForm::kDocuments : JsonForm::kLines;
}

Result<std::unique_ptr<JsonBlockReader>> JsonBlockReader::open(const std::filesystem::path& file, JsonForm form, std::string_view path) {
  WEIR_TRY_ASSIGN(std::unique_ptr<TextStream> stream, TextStream::open(file, "unicode"));
  std::vector<std::string> steps = path.empty() ? std::vector<std::string>() : split(path, '.');
  return std::unique_ptr<JsonBlockReader>(new JsonBlockReader(std::move(stream), form, std::move(steps)));
}

Result<std::optional<TextBlock>> JsonBlockReader::next() {
  if (!path_.empty()) {
    return whole();
  }
  return form_ == JsonForm::kLines ? next_lines() : next_values();
}

TextBlock JsonBlockReader::finish(TextBlock block, std::string text) {
  block.text = std::move(text);
  block.text.reserve(block.text.size() + simdjson::SIMDJSON_PADDING);
  block.offset = offset_;
  offset_ += block.text.size();
  line_ += lines_in(block.text);
  return block;
}

Result<std::optional<TextBlock>> JsonBlockReader::next_lines() {
  std::string text = std::move(carry_);
  carry_.clear();
  std::size_t end = kNone;
  while (end == kNone) {
    if (stream_->at_end()) {
      end = text.size();
      break;
    }
    WEIR_TRY(stream_->read(text, std::max(kBlockBytes, text.size())));
    end = stream_->at_end() ? text.size() : text.rfind('\n');
    if (end == kNone && text.size() > kValueBytesMax) {
      TextBlock block{.first_line = line_, .broken = "the line is longer than 256 MiB"};
      done_ = true;  // what follows is the rest of this line
      return finish(std::move(block), text.substr(0, 1024));
    }
  }
  if (text.empty() || done_) {
    return std::nullopt;
  }
  end = std::min(end + 1, text.size());
  carry_ = text.substr(end);
  text.resize(end);
  TextBlock block{.first_line = line_};
  std::uint64_t line = line_;
  for (std::size_t position = 0; position < text.size(); ++line) {
    const std::size_t newline = std::min(text.find('\n', position), text.size());
    const std::string_view record = trim(std::string_view(text).substr(position, newline - position));
    if (!record.empty()) {
      block.pieces.push_back({static_cast<std::size_t>(record.data() - text.data()), record.size(), line});
    }
    position = newline + 1;
  }
  return finish(std::move(block), std::move(text));
}

std::size_t JsonBlockReader::cut_values(std::string_view text, std::size_t position, bool last, TextBlock& block) {
  std::uint64_t line = line_;
  std::size_t counted = 0;
  const auto add = [&](std::size_t from, std::size_t to) {
    line += lines_in(text.substr(counted, from - counted));
    counted = from;
    while (to > from && is_space(text[to - 1])) {
      --to;
    }
    block.pieces.push_back({from, to - from, line});
  };
  std::size_t consumed = position;
  for (;;) {
    position = skip_space(text, position);
    if (position == text.size()) {
      return last ? position : consumed;
    }
    if (state_ == State::kStart && form_ == JsonForm::kArray) {
      ++position;  // the opening bracket
      state_ = State::kElement;
      consumed = position;
      continue;
    }
    if (state_ == State::kEnd) {
      if (!last || !block.pieces.empty()) {
        return consumed;
      }
      block.broken = "there is text behind the array";
      return text.size();
    }
    if (form_ == JsonForm::kArray && state_ == State::kElement && text[position] == ']' && block.pieces.empty() && !done_) {
      state_ = State::kEnd;  // an empty array
      consumed = ++position;
      continue;
    }
    std::size_t end = json_value_end(text, position);
    if (form_ == JsonForm::kDocuments) {
      if (end == kNone || end == position) {
        end = end == position ? position + 1 : text.size();
        if (!last && end == text.size()) {
          return consumed;
        }
      }
      add(position, end);
      consumed = position = end;
      continue;
    }
    // An element reaches to the comma or bracket behind it; what else stands there makes it no JSON.
    const std::size_t stop = end == kNone ? kNone : text.find_first_of(",]", end);
    if (stop == kNone) {
      if (last) {
        add(position, text.size());
        block.pieces.back().length = text.size() - position;  // with its end missing it cannot be JSON
        return text.size();
      }
      return consumed;
    }
    add(position, stop);
    done_ = true;
    state_ = text[stop] == ']' ? State::kEnd : State::kElement;
    consumed = position = stop + 1;
  }
}

Result<std::optional<TextBlock>> JsonBlockReader::next_values() {
  std::string text = std::move(carry_);
  carry_.clear();
  for (;;) {
    if (stream_->at_end() && text.empty()) {
      if (form_ == JsonForm::kArray && state_ != State::kEnd && state_ != State::kStart) {
        state_ = State::kEnd;
        return TextBlock{.first_line = line_, .broken = "the array is never closed"};
      }
      return std::nullopt;
    }
    WEIR_TRY(stream_->read(text, std::max(kBlockBytes, text.size())));
    const bool last = stream_->at_end();
    TextBlock block{.first_line = line_};
    const std::size_t consumed = cut_values(text, 0, last, block);
    if (consumed == 0 && !last) {
      if (text.size() > kValueBytesMax) {
        return fail(ErrorCode::kInvalid, "a value is longer than 256 MiB; name the array inside it with `records:`");
      }
      continue;
    }
    carry_ = text.substr(consumed);
    text.resize(consumed);
    return finish(std::move(block), std::move(text));
  }
}

// The elements of the array at `start`, whose line is `line`. Returns the position behind it.
std::size_t JsonBlockReader::cut_array(std::string_view text, std::size_t start, std::uint64_t line, TextBlock& block) const {
  const std::size_t array_end = json_value_end(text, start);
  if (text[start] != '[' || array_end == kNone) {
    const std::size_t end = std::min(array_end, text.size());
    block.pieces.push_back({start, end - start, line});
    return end;
  }
  std::size_t counted = start;
  for (std::size_t position = skip_space(text, start + 1); position < array_end - 1;) {
    const std::size_t end = json_value_end(text, position);
    const std::size_t stop = std::min(text.find_first_of(",]", end), array_end - 1);
    line += lines_in(text.substr(counted, position - counted));
    counted = position;
    block.pieces.push_back({position, trim(text.substr(position, stop - position)).size(), line});
    position = skip_space(text, stop + 1);
  }
  return array_end;
}

Result<std::optional<TextBlock>> JsonBlockReader::whole() {
  if (done_) {
    return std::nullopt;
  }
  done_ = true;
  std::string text;
  while (!stream_->at_end()) {
    WEIR_TRY(stream_->read(text, std::max(kBlockBytes, text.size())));
    if (text.size() > kWholeBytesMax) {
      return fail(ErrorCode::kInvalid, "the file is larger than 1 GiB, which is too much to look for `records:` in");
    }
  }
  TextBlock block;
  std::size_t position = skip_space(text, 0);
  std::size_t counted = 0;
  std::uint64_t line = 1;
  while (position < text.size()) {
    const std::size_t end = json_value_end(text, position);
    std::size_t at = position;
    for (const std::string& step : path_) {
      at = text[at] == '{' ? find_member(text, at, step) : kNone;
      if (at == kNone) {
        return fail(ErrorCode::kInvalid, fmt::format("there is no \"{}\" on the way to `records: {}`", step, join(path_, ".")));
      }
    }
    line += lines_in(std::string_view(text).substr(counted, at - counted));
    counted = at;
    cut_array(text, at, line, block);
    position = end == kNone ? text.size() : skip_space(text, end);
  }
  return finish(std::move(block), std::move(text));
}
}  // namespace weir::ingest
