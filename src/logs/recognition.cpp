#include "logs/recognition.h"

#include <algorithm>
#include <array>

namespace weir::logs {
namespace {
constexpr std::size_t kSampleLinesMax = 2000;
constexpr std::size_t kShareOfLines = 50;  // a format has 1/50 of the lines at least

/// The formats that a line tells by itself, the surest first.
constexpr std::array kSelfEvident = {Format::kJson, Format::kAccess, Format::kGlog, Format::kSyslog, Format::kLogfmt};

std::optional<LineVerdict> parse_as(Format format, std::string_view line) {
  switch (format) {
    case Format::kAccess:
      return parse_access(line);
    case Format::kSyslog:
      return parse_syslog(line);
    case Format::kJson:
      return parse_json_line(line);
    case Format::kLogfmt:
      return parse_logfmt(line);
    case Format::kGlog:
      return parse_glog(line);
    case Format::kAuto:
    case Format::kCri:
    case Format::kText:
      break;
  }
  return std::nullopt;
}

/// Without the '\r' at the end, and without the NULs that truncating a file leaves which is still written to.
std::string_view content_of(std::string_view line) {
  if (!line.empty() && line.front() == '\0') {
    const std::size_t begin = line.find_first_not_of('\0');
    line.remove_prefix(std::min(begin, line.size()));
  }
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// Lines that cannot begin a record in any format.
bool goes_on(std::string_view line) {
  return line.front() == ' ' || line.front() == '\t' || line.starts_with("Caused by:");
}

std::vector<std::string_view> lines_of(std::string_view sample) {
  std::vector<std::string_view> lines;
  while (!sample.empty() && lines.size() < kSampleLinesMax) {
    const std::size_t end = std::min(sample.find('\n'), sample.size());
    const std::string_view line = content_of(sample.substr(0, end));
    if (!is_blank(line)) {
      lines.push_back(line);
    }
    sample.remove_prefix(std::min(end + 1, sample.size()));
  }
  return lines;
}
}  // namespace

Recognition Recognition::recognise(std::string_view sample, const FormatChoice& wanted) {
  const std::vector<std::string_view> lines = lines_of(sample);
  std::vector<std::string_view> contents;
  if (wanted.format == Format::kAuto || wanted.format == Format::kCri) {
    for (const std::string_view line : lines) {
      if (const auto cri = parse_cri(line); cri && !is_blank(cri->text)) {
        contents.push_back(cri->text);
      }
    }
  }
  if (wanted.format == Format::kCri || (!contents.empty() && contents.size() * 2 >= lines.size())) {
    Recognition inner = recognise_lines(contents, Format::kAuto);
    inner.is_cri_ = true;
    return inner;
  }
  return recognise_lines(lines, wanted);
}

Recognition Recognition::recognise_lines(std::span<const std::string_view> lines, const FormatChoice& wanted) {
  Recognition result;
  std::vector<std::string_view> left(lines.begin(), lines.end());
  struct Found {
    Pattern pattern;
    std::size_t lines_count = 0;
  };
  std::vector<Found> found;  // the most frequent first
  const auto insert = [&found](Found one) {
    found.insert(std::ranges::upper_bound(found, one.lines_count, std::ranges::greater{}, &Found::lines_count),
                 std::move(one));
  };
  for (const Format format : kSelfEvident) {
    if (wanted.format == format) {
      result.patterns_.push_back({.format = format, .layout = {}, .fields = {}, .access = wanted.pattern});
      return result;
    }
    if (wanted.format != Format::kAuto) {
      continue;
    }
    std::vector<std::string_view> others;
    std::ranges::copy_if(left, std::back_inserter(others),
                         [format](std::string_view line) { return !parse_as(format, line); });
    const std::size_t count = left.size() - others.size();
    if (count > 0 && count * kShareOfLines >= lines.size()) {
      insert({.pattern = {.format = format, .layout = {}, .fields = {}}, .lines_count = count});
      left = std::move(others);
    }
  }
  for (const TextLayout& layout : TextLayout::learn(left)) {
    const auto count = static_cast<std::size_t>(std::ranges::count_if(left, [&layout](std::string_view line) {
      const auto verdict = layout.parse(line);
      return verdict && verdict->kind == LineKind::kRecord;
    }));
    if (found.empty() || count * kShareOfLines >= lines.size()) {
      insert({.pattern = {.format = Format::kText, .layout = layout, .fields = TextFields::learn(layout, left)},
              .lines_count = count});
    }
  }
  for (Found& one : found) {
    result.patterns_.push_back(std::move(one.pattern));
  }
  result.decide_continuations();
  return result;
}

void Recognition::decide_continuations() {
  const bool is_one_format = !patterns_.empty() && std::ranges::all_of(patterns_, [this](const Pattern& pattern) {
    return pattern.format == patterns_.front().format;
  });
  has_multi_line_records_ =
      is_one_format && (patterns_.front().format == Format::kText || patterns_.front().format == Format::kGlog);
}

const TextLayout* Recognition::fast_layout() const {
  const bool has_one = !is_cri_ && !patterns_.empty() && patterns_.front().format == Format::kText &&
                       patterns_.front().layout.has_fast_path();
  return has_one ? &patterns_.front().layout : nullptr;
}

bool Recognition::begins_with_access() const {
  return !is_cri_ && !patterns_.empty() && patterns_.front().format == Format::kAccess && patterns_.front().access == nullptr;
}

std::string Recognition::name() const {
  std::string names;
  for (const Pattern& pattern : patterns_) {
    const std::string_view name = format_name(pattern.format);
    if (names.find(name) == std::string::npos) {
      names += names.empty() ? "" : "+";
      names += name;
    }
  }
  if (is_cri_) {
    return names.empty() ? "cri" : "cri(" + names + ")";
  }
  return names.empty() ? "none" : names;
}

LineVerdict Recognition::classify(std::string_view line) const {
  return match(line).verdict;
}

Recognition::Match Recognition::match(std::string_view line) const {
  line = content_of(line);
  if (is_blank(line)) {
    return {.verdict = {.kind = LineKind::kBlank}, .pattern = nullptr, .text = line, .runtime_part = {}};
  }
  if (!is_cri_) {
    return match_content(line);
  }
  const auto cri = parse_cri(line);
  if (!cri) {
    return {.verdict = {.kind = LineKind::kUnparsed}, .pattern = nullptr, .text = line, .runtime_part = {}};
  }
  Match found = is_blank(cri->text) ? Match{.verdict = {.kind = LineKind::kBlank}, .pattern = nullptr, .text = cri->text, .runtime_part = {}}
                                    : match_content(cri->text);
  if (found.verdict.kind == LineKind::kUnparsed) {
    // The runtime's part is sound; what the container writes is its own affair.
    found.verdict.kind = LineKind::kRecord;
    found.pattern = nullptr;
  }
  found.verdict.is_partial = cri->is_partial;
  found.runtime_part = line.substr(0, line.size() - cri->text.size());
  return found;
}

Recognition::Match Recognition::match_content(std::string_view line) const {
  Match best{.verdict = {}, .pattern = nullptr, .text = line, .runtime_part = {}};
  for (const Pattern& pattern : patterns_) {
    const auto verdict = pattern.format == Format::kText ? pattern.layout.parse(line)
                         : pattern.access != nullptr     ? pattern.access->parse(line)
                                                         : parse_as(pattern.format, line);
    if (!verdict) {
      continue;
    }
    const bool is_better =
        best.pattern == nullptr || (best.verdict.kind == LineKind::kUnparsed && verdict->kind == LineKind::kRecord);
    if (is_better) {
      best.verdict = *verdict;
      best.pattern = &pattern;
    }
    if (verdict->kind == LineKind::kRecord && (verdict->level != Level::kNone || pattern.format == Format::kAccess)) {
      best.verdict = *verdict;
      best.pattern = &pattern;
      return best;
    }
  }
  if (best.pattern == nullptr && !patterns_.empty() && (has_multi_line_records_ || goes_on(line))) {
    best.verdict.kind = LineKind::kContinuation;
  }
  return best;
}
}  // namespace weir::logs
