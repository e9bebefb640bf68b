#include "logs/record_reader.h"

#include <algorithm>

#include "logs/block_scan.h"
#include "logs/record_fields.h"

namespace weir::logs {
namespace {
bool goes_on_or_blank(LineKind kind) {
  return kind == LineKind::kContinuation || kind == LineKind::kBlank;
}

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}
}  // namespace

RecordReader::RecordReader(const Recognition& recognition, std::int64_t newest_micros)
    : recognition_(recognition),
      fast_layout_(recognition.fast_layout()),
      fast_fields_(fast_layout_ != nullptr ? &recognition.patterns().front().fields : nullptr),
      is_access_(!recognition.is_cri() && !recognition.patterns().empty() &&
                 recognition.patterns().front().format == Format::kAccess),
      access_pattern_(is_access_ ? recognition.patterns().front().access.get() : nullptr),
      moments_(newest_micros) {}

void RecordReader::start(const RecordBlock& block) {
  block_ = &block;
  line_index_ = 0;
  at_ = 0;
  has_ahead_ = false;
  if (!block.starts_record) {
    Line line;
    while (read_line(line)) {
      if (line.is_access || line.fast_level != Level::kNone || !goes_on_or_blank(line.match.verdict.kind)) {
        ahead_ = line;
        has_ahead_ = true;
        --line_index_;
        return;
      }
    }
  }
}

/// Reads the next line; false when there is none.
bool RecordReader::read_line(Line& line) {
  if (at_ >= block_->size) {
    return false;
  }
  const char* begin = block_->data + at_;
  const std::size_t end = line_index_ < block_->newlines.size() ? block_->newlines[line_index_] : block_->size;
  line.text = {begin, end - at_};
  line.is_access = false;
  line.fast_level = Level::kNone;
  ++line_index_;
  at_ = end + 1;
  if (is_access_) {
    record_ahead_ = Record();
    const std::string_view text = without_return(line.text);
    line.is_access = access_pattern_ != nullptr ? access_pattern_->read(text, moments_, record_ahead_)
                                                : read_access_fields(text, moments_, record_ahead_);
    if (line.is_access) {
      return true;
    }
  } else if (fast_layout_ != nullptr) {
    line.fast_level = fast_layout_->parse_fast(begin);
    if (line.fast_level != Level::kNone) {
      return true;
    }
  }
  line.match = recognition_.match(line.text);
  return true;
}

bool RecordReader::next(Record& record) {
  Line line;
  do {
    if (has_ahead_) {
      line = ahead_;
      has_ahead_ = false;
      ++line_index_;
    } else if (!read_line(line)) {
      return false;
    }
  } while (!line.is_access && line.fast_level == Level::kNone && line.match.verdict.kind == LineKind::kBlank);

  const std::uint64_t line_number = block_->first_line + line_index_ - 1;
  record = line.is_access ? record_ahead_ : Record();
  record.line_number = line_number;
  std::string_view lines = without_return(line.text);
  bool is_partial = !line.is_access && line.fast_level == Level::kNone && line.match.verdict.is_partial;
  // The lines that go on; blank ones only when more of the record follows.
  while (at_ < block_->size) {
    const char* begin = block_->data + at_;
    if (!is_partial && is_access_ && !may_go_on(begin)) {
      break;
    }
    Line further;
    read_line(further);
    const bool is_record = further.is_access || further.fast_level != Level::kNone;
    if (!is_partial && (is_record || !goes_on_or_blank(further.match.verdict.kind))) {
      ahead_ = further;
      has_ahead_ = true;
      --line_index_;
      break;
    }
    is_partial = !is_record && further.match.verdict.is_partial;
    if (is_record || further.match.verdict.kind != LineKind::kBlank) {
      const std::string_view text = without_return(further.text);
      lines = {lines.data(), static_cast<std::size_t>(text.data() + text.size() - lines.data())};
    }
  }
  record.raw = lines;
  set_fields(line, lines, record);
  return true;
}

/// Whether the line that begins at `begin` may belong to the record above, in formats of one line.
bool RecordReader::may_go_on(const char* begin) const {
  return *begin == ' ' || *begin == '\t' || *begin == 'C' || *begin == '\n' || *begin == '\r' || *begin == '\0';
}

void RecordReader::set_fields(const Line& line, std::string_view lines, Record& record) {
  if (line.is_access) {
    return;
  }
  if (line.fast_level != Level::kNone) {
    const std::string_view text = without_return(line.text);
    const std::size_t begin = fast_layout_->fast_level_column();
    std::size_t end = begin;
    while (end < text.size() && text[end] != ' ') {
      ++end;
    }
    record.level = line.fast_level;
    fast_fields_->read(text, lines, {.begin = begin, .end = end}, moments_, record);
    return;
  }
  const Recognition::Match& match = line.match;
  const auto kind = match.verdict.kind;
  if (kind == LineKind::kUnparsed || (kind == LineKind::kContinuation && !recognition_.is_cri())) {
    record.is_parsed = false;
    return;
  }
  arena_.clear();
  arena_.reserve(2 * lines.size() + 1);
  record.level = match.verdict.level;
  // Of the record's text, without what the container runtime writes before each line.
  std::string_view content = match.text;
  if (recognition_.is_cri()) {
    if (const auto moment = moments_.read(match.runtime_part)) {
      record.time = moment->micros;
    }
    const std::size_t space = match.runtime_part.find(' ');
    record.stream = match.runtime_part.substr(std::min(space + 1, match.runtime_part.size()), 6);
    if (lines.size() > without_return(line.text).size()) {
      join_container_lines(match.text, lines, record);
      content = arena_;
    }
  } else {
    const auto skipped = static_cast<std::size_t>(match.text.data() - line.text.data());
    content = lines.substr(skipped);
  }
  const std::string_view first = content.substr(0, match.text.size());
  const auto runtime_time = record.time;
  switch (match.pattern != nullptr ? match.pattern->format : Format::kAuto) {
    case Format::kAccess:
      if (match.pattern->access != nullptr) {
        match.pattern->access->read(first, moments_, record);
      } else {
        read_access_fields(first, moments_, record);
      }
      break;
    case Format::kSyslog:
      read_syslog_fields(content, moments_, record);
      break;
    case Format::kGlog:
      read_glog_fields(content, moments_, record);
      break;
    case Format::kJson:
      read_json_fields(first, moments_, arena_, record);
      break;
    case Format::kLogfmt:
      read_logfmt_fields(first, moments_, arena_, record);
      break;
    case Format::kText:
      if (const auto place = match.pattern->layout.level_place(first)) {
        match.pattern->fields.read(first, content, *place, moments_, record);
      }
      break;
    case Format::kAuto:
    case Format::kCri:
      record.message = content;
      break;
  }
  if (runtime_time) {
    record.time = runtime_time;
  }
}

/// Puts the texts of the container's lines together in the arena: parts of a line as they are, other lines with line
/// breaks.
void RecordReader::join_container_lines(std::string_view first, std::string_view lines, Record& record) {
  static_cast<void>(record);
  arena_ = first;
  arena_.reserve(2 * lines.size() + 1);
  bool is_partial = recognition_.match(lines.substr(0, lines.find('\n'))).verdict.is_partial;
  for (std::size_t at = lines.find('\n'); at != std::string_view::npos;) {
    const std::size_t end = lines.find('\n', at + 1);
    const Recognition::Match match =
        recognition_.match(lines.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    if (!is_partial) {
      arena_ += '\n';
    }
    arena_ += match.text;
    is_partial = match.verdict.is_partial;
    at = end;
  }
}
}  // namespace weir::logs
