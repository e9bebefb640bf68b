// Any bytes: must not crash, every record must lie within its block, and the records must be those that the lines say.
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "logs/block_scan.h"
#include "logs/moment.h"
#include "logs/record_fields.h"
#include "logs/record_reader.h"
#include "logs/templates.h"

namespace weir::logs {
namespace {
/// A block of all of `text`.
struct WholeText {
  explicit WholeText(std::string_view text) : padded(text) {
    padded.append(BlockScanner::kPaddingBytes, '\0');
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') {
        newlines.push_back(static_cast<std::uint32_t>(i));
      }
    }
    block = {.data = padded.data(), .size = text.size(), .newlines = newlines};
  }
  std::string padded;
  std::vector<std::uint32_t> newlines;
  RecordBlock block;
};

std::uint64_t length_of(const Record& record) {
  std::uint64_t length = 0;
  for (const std::string_view text : {record.thread, record.logger, record.message, record.host, record.stream, record.user, record.method, record.path,
                                      record.query, record.protocol, record.referer, record.user_agent}) {
    for (const char c : text) {
      length += c == '\0' ? 1U : 2U;  // reads every byte
    }
  }
  return length;
}

void read_all(std::string_view text, const FormatChoice& format) {
  const Recognition recognition = Recognition::recognise(text, format);
  const WholeText whole(text);
  RecordReader reader(recognition, 1'700'000'000'000'000);
  reader.start(whole.block);
  std::uint64_t line = 0;
  std::uint64_t length = 0;
  std::string scratch;
  const char* end = whole.block.data;
  for (Record record; reader.next(record);) {
    WEIR_ASSERT(record.line_number > line, "lines go on");
    line = record.line_number;
    WEIR_ASSERT(record.raw.data() >= end && record.raw.data() + record.raw.size() <= whole.block.data + whole.block.size, "records follow each other");
    end = record.raw.data() + record.raw.size();
    length += length_of(record) + mask_variables(record.message, scratch).size();
  }
  WEIR_ASSERT(length < ~std::uint64_t{0}, "used");
}
}  // namespace
}  // namespace weir::logs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::logs;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Format format : {Format::kAuto, Format::kAccess, Format::kSyslog, Format::kJson, Format::kLogfmt, Format::kGlog, Format::kCri, Format::kText}) {
    read_all(text, format);
  }
  static const FormatChoice own = parse_format("$remote_addr \\\"$request\\\" $status $body_bytes_sent $request_time [$time_iso8601]").value();
  read_all(text, own);
  // What the line formats take for a request is one, and the other way round.
  MomentReader moments(1'700'000'000'000'000);
  const std::string_view line = text.substr(0, text.find('\n'));
  Record record;
  WEIR_ASSERT(read_access_fields(line, moments, record) == parse_access(line).has_value(), "both readers of access logs agree");
  WEIR_ASSERT(own.pattern->read(line, moments, record) == own.pattern->parse(line).has_value(), "both ways of a pattern agree");
  if (const auto compiled = AccessPattern::compile(line); compiled) {
    static_cast<void>(compiled->read(text, moments, record));
  }
  moments.read(line);
  return 0;
}
