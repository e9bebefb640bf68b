#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "logs/access_pattern.h"

namespace weir::logs {
namespace {
using enum AccessField;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

AccessField nginx_field(std::string_view name) {
  struct Known {
    std::string_view name;
    AccessField field;
  };
  constexpr std::array<Known, 19> kKnown = {{{"remote_addr", kHost},
                                             {"remote_user", kUser},
                                             {"time_local", kTimeLocal},
                                             {"time_iso8601", kTime},
                                             {"msec", kTimeNumber},
                                             {"request", kRequest},
                                             {"request_method", kMethod},
                                             {"request_uri", kTarget},
                                             {"uri", kPath},
                                             {"document_uri", kPath},
                                             {"args", kQuery},
                                             {"query_string", kQuery},
                                             {"server_protocol", kProtocol},
                                             {"status", kStatus},
                                             {"body_bytes_sent", kBytes},
                                             {"bytes_sent", kBytes},
                                             {"http_referer", kReferer},
                                             {"http_user_agent", kUserAgent},
                                             {"request_time", kSeconds}}};
  const auto* known = std::ranges::find(kKnown, name, &Known::name);
  return known != kKnown.end() ? known->field : kNone;
}

/// The field of a directive of Apache, by its letter and the word in braces; nothing for a letter that it does not have.
std::optional<AccessField> apache_field(char letter, std::string_view argument) {
  switch (letter) {
    case 'a':
    case 'h':
      return kHost;
    case 'u':
      return kUser;
    case 'r':
      return kRequest;
    case 'm':
      return kMethod;
    case 'U':
      return kPath;
    case 'q':
      return kQuery;
    case 'H':
      return kProtocol;
    case 's':
      return kStatus;
    case 'b':
    case 'B':
    case 'O':
      return kBytes;
    case 'D':
      return kMicroseconds;
    case 'T':
      return argument == "us" ? kMicroseconds : argument == "ms" ? kMilliseconds : kSeconds;
    case 'i':
      return equals_ignoring_case(argument, "referer")      ? kReferer
             : equals_ignoring_case(argument, "user-agent") ? kUserAgent
                                                            : kNone;
    case 't': {
      const std::string_view format = argument.starts_with("begin:") ? argument.substr(6) : argument;
      if (argument.starts_with("end:") || format.ends_with("_frac")) {
        return kNone;
      }
      return format.empty()                                             ? kTimeLocal
             : format == "sec" || format == "msec" || format == "usec" ? kTimeNumber
                                                                        : kTime;
    }
    default:
      return std::string_view("ACefIklLnopPRSvVX").find(letter) != std::string_view::npos ? std::optional(kNone)
                                                                                         : std::nullopt;
  }
}
}  // namespace

/// Walks over a format string from its front.
class AccessPatternCompiler {
 public:
  explicit AccessPatternCompiler(std::string_view format) : format_(format) {}

  Result<AccessPattern> run() {
    const bool is_nginx = format_[std::min(format_.find_first_of("$%"), format_.size() - 1)] == '$';
    while (at_ < format_.size()) {
      const char c = format_[at_];
      if (is_nginx && c == '$') {
        WEIR_TRY(take_variable());
      } else if (!is_nginx && c == '%') {
        WEIR_TRY(take_directive());
      } else if (c == '\\' && at_ + 1 < format_.size()) {
        const char escaped = format_[at_ + 1];
        text_ += escaped == 't' ? '\t' : escaped;
        at_ += 2;
      } else {
        text_ += c;
        ++at_;
      }
    }
    end_text();
    return finish();
  }

 private:
  std::unexpected<Error> wrong(std::size_t at, std::string_view what) const {
    return fail(ErrorCode::kInvalid, fmt::format("column {} of the log format: {}", at + 1, what), format_);
  }

  /// "$name" or "${name}".
  Status take_variable() {
    const std::size_t begin = at_;
    const bool has_braces = at_ + 1 < format_.size() && format_[at_ + 1] == '{';
    const std::size_t name_begin = at_ + (has_braces ? 2 : 1);
    std::size_t end = name_begin;
    while (end < format_.size() && is_name_char(format_[end])) {
      ++end;
    }
    const std::string_view name = format_.substr(name_begin, end - name_begin);
    if (name.empty()) {
      return wrong(begin, "the name of a variable is missing behind $");
    }
    if (has_braces && (end == format_.size() || format_[end] != '}')) {
      return wrong(begin, fmt::format("the brace of ${{{} is not closed", name));
    }
    at_ = end + (has_braces ? 1 : 0);
    if (name == "is_args" && text_.empty() && last_field() == kPath) {
      return {};  // $uri$is_args$args
    }
    return add(nginx_field(name), begin);
  }

  /// "%h", "%>s", "%!200,304{Referer}i", "%{us}T", "%^ti", "%%".
  Status take_directive() {
    const std::size_t begin = at_++;
    if (at_ < format_.size() && format_[at_] == '%') {
      text_ += '%';
      ++at_;
      return {};
    }
    at_ = std::min(format_.find_first_not_of("!,<>0123456789", at_), format_.size());
    std::string_view argument;
    if (at_ < format_.size() && format_[at_] == '{') {
      const std::size_t close = format_.find('}', at_);
      if (close == std::string_view::npos) {
        return wrong(begin, "the brace is not closed");
      }
      argument = format_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      at_ = std::min(format_.find_first_not_of("<>", at_), format_.size());
    }
    if (at_ == format_.size()) {
      return wrong(begin, "the letter of a directive is missing behind %; a percent sign is %%");
    }
    if (format_[at_] == '^') {
      const std::string_view name = format_.substr(at_, 3);
      at_ += name.size();
      return name == "^FB" || name == "^ti" || name == "^to" ? add(kNone, begin) : unknown(begin);
    }
    const char letter = format_[at_++];
    const auto field = apache_field(letter, argument);
    if (!field) {
      return unknown(begin);
    }
    const bool has_brackets = letter == 't' && argument.empty();
    text_ += has_brackets ? "[" : "";
    WEIR_TRY(add(*field, begin));
    last_time_format_ = letter == 't' ? argument : std::string_view();
    text_ += has_brackets ? "]" : "";
    return {};
  }

  Status unknown(std::size_t begin) const {
    return wrong(begin, fmt::format("Apache has no directive {}", format_.substr(begin, at_ - begin)));
  }

  AccessField last_field() const { return pattern_.steps_.empty() ? kNone : pattern_.steps_.back().field; }

  Status add(AccessField field, std::size_t begin) {
    if (!pattern_.steps_.empty() && text_.empty()) {
      if (last_field() == kPath && field == kQuery) {
        pattern_.steps_.back().field = kTarget;  // %U%q
        return {};
      }
      return wrong(begin, fmt::format("{} follows {} without a text between, so that nothing tells where one ends",
                                      format_.substr(begin, at_ - begin),
                                      format_.substr(last_begin_, last_end_ - last_begin_)));
    }
    end_text();
    pattern_.steps_.push_back({.field = field, .is_quoted = false, .behind = {}});
    last_begin_ = begin;
    last_end_ = at_;
    return {};
  }

  /// What was read of a text belongs to the field before it.
  void end_text() {
    if (pattern_.steps_.empty()) {
      pattern_.front_ = std::move(text_);
    } else {
      AccessPattern::Step& step = pattern_.steps_.back();
      for (std::size_t at = last_time_format_.find(text_); !text_.empty() && at != std::string_view::npos;
           at = last_time_format_.find(text_, at + text_.size())) {
        ++step.inner_count;
      }
      step.behind = std::move(text_);
    }
    last_time_format_ = {};
    text_.clear();
  }

  Result<AccessPattern> finish() {
    std::vector<AccessPattern::Step>& steps = pattern_.steps_;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::string& before = i == 0 ? pattern_.front_ : steps[i - 1].behind;
      steps[i].is_quoted = before.ends_with('"') && steps[i].behind.starts_with('"');
    }
    // Of several durations the finest counts, of other fields given twice the first.
    for (const AccessField finer : {kMicroseconds, kMilliseconds}) {
      if (std::ranges::find(steps, finer, &AccessPattern::Step::field) != steps.end()) {
        for (AccessPattern::Step& step : steps) {
          const bool is_coarser = step.field == kSeconds || (step.field == kMilliseconds && finer == kMicroseconds);
          step.field = is_coarser ? kNone : step.field;
        }
      }
    }
    std::vector<AccessField> taken;
    for (AccessPattern::Step& step : steps) {
      const bool is_time = step.field == kTimeLocal || step.field == kTime || step.field == kTimeNumber;
      const AccessField field = is_time ? kTime : step.field;
      if (std::ranges::find(taken, field) != taken.end()) {
        step.field = kNone;
      } else if (field != kNone) {
        taken.push_back(field);
      }
    }
    if (taken.empty()) {
      return fail(ErrorCode::kInvalid, "the log format has no variable that weir knows", format_);
    }
    return std::move(pattern_);
  }

  std::string_view format_;
  std::size_t at_ = 0;
  std::string text_;
  std::size_t last_begin_ = 0;  // of the variable read last
  std::size_t last_end_ = 0;
  std::string_view last_time_format_;  // of the directive read last: "%F %T"
  AccessPattern pattern_;
};

Result<AccessPattern> AccessPattern::compile(std::string_view format) {
  if (format.empty()) {
    return fail(ErrorCode::kInvalid, "the log format is empty");
  }
  return AccessPatternCompiler(format).run();
}
}  // namespace weir::logs
