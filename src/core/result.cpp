#include "core/result.h"

#include <cstdio>
#include <cstdlib>

namespace weir {
std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kExists:
      return "exists";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

std::string Place::text() const {
  std::string out = file;
  if (line > 0) {
    out += ':' + std::to_string(line);
    if (column > 0) {
      out += ':' + std::to_string(column);
    }
  }
  return out;
}

std::string Error::text() const {
  std::string out;
  if (place) {
    out += place->text() + ": ";
  }
  if (!subject.empty()) {
    out += subject + ": ";
  }
  return out + message;
}

Error Error::within(std::string_view outer) && {
  subject = subject.empty() ? std::string(outer) : std::string(outer) + ": " + subject;
  return std::move(*this);
}

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string_view subject) {
  return std::unexpected(Error{code, std::move(message), std::string(subject), std::nullopt});
}

std::unexpected<Error> fail_at(Place place, std::string message, ErrorCode code) {
  return std::unexpected(Error{code, std::move(message), {}, std::move(place)});
}

namespace detail {
void assertion_failed(const char* condition, const char* reason, const char* file, int line) {
  std::fprintf(stderr, "weir: a bug: %s (%s) at %s:%d\n", reason, condition, file, line);
  std::abort();
}
}  // namespace detail
}  // namespace weir
