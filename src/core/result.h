#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
/// What kind of failure an `Error` is; callers decide by it, people read the message.
enum class ErrorCode : std::uint8_t {
  kInvalid,      ///< the command, a file of the project or a statement is wrong; the user can mend it
  kNotFound,     ///< something that was named is not there
  kExists,       ///< something is there already that must not be
  kUnsupported,  ///< valid, but weir does not do it; the message names the feature
  kCorrupt,      ///< stored bytes are not what their format demands
  kConflict,     ///< another writer won, and the work cannot be rebased
  kIo,           ///< disk, network or database failed; trying again may help
  kTimeout,      ///< took longer than allowed; trying again may help
  kCancelled,    ///< the user or the caller stopped it
  kInternal,     ///< a bug of weir
};

/// Returns the name of `code` without its `k`, in lower case: "not_found".
std::string_view error_code_name(ErrorCode code);

/// A place in a text that people edit. Lines and columns count from 1, columns in bytes; 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  /// "file:12:7", "file:12" or "file", as far as known.
  std::string text() const;
  bool operator==(const Place&) const = default;
};

/// A failure as a value.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;         ///< what is wrong and what to do, no trailing period or newline
  std::string subject;         ///< what it is about: a path, table, column; may be empty
  std::optional<Place> place;  ///< where the user can mend it
  std::optional<std::chrono::milliseconds> retry_after{};  ///< how long a server asks to wait before the next try

  /// Whether the same call may go well later: kIo and kTimeout, and whatever says when to come back.
  bool may_pass() const { return code == ErrorCode::kIo || code == ErrorCode::kTimeout || retry_after.has_value(); }

  /// One line for people: "models/a.sql:3:6: unknown source; did you mean ... ?" or "lake/raw/x: no such table".
  std::string text() const;
  /// Puts `outer` in front of the subject, so that each border adds where it was: "raw.orders: part-1.parquet".
  Error within(std::string_view outer) &&;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Makes the failure side of a Result: `return fail(ErrorCode::kNotFound, "no such table", name);`
std::unexpected<Error> fail(ErrorCode code, std::string message, std::string_view subject = {});
/// The same with a place in a file that the user edits.
std::unexpected<Error> fail_at(Place place, std::string message, ErrorCode code = ErrorCode::kInvalid);

namespace detail {
[[noreturn]] void assertion_failed(const char* condition, const char* reason, const char* file, int line);
}
}  // namespace weir

#define WEIR_CONCAT_INNER(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_INNER(a, b)

/// Returns the error of a Status or Result from the current function; the value is dropped.
#define WEIR_TRY(expression)                                            \
  do {                                                                  \
    if (auto weir_try_result = (expression); !weir_try_result) {        \
      return std::unexpected(std::move(weir_try_result).error());       \
    }                                                                   \
  } while (false)

/// `WEIR_TRY_ASSIGN(auto rows, count_rows());` declares or assigns the value, or returns the error.
#define WEIR_TRY_ASSIGN(declaration, expression) WEIR_TRY_ASSIGN_AS(WEIR_CONCAT(weir_result_, __LINE__), declaration, expression)
#define WEIR_TRY_ASSIGN_AS(name, declaration, expression) \
  auto name = (expression);                               \
  if (!name) {                                            \
    return std::unexpected(std::move(name).error());      \
  }                                                       \
  declaration = std::move(*name)

/// Ends the process with the reason and the place: for bugs of weir, never for input. Also on in release builds.
#define WEIR_ASSERT(condition, reason)                                               \
  do {                                                                               \
    if (!(condition)) [[unlikely]] {                                                 \
      ::weir::detail::assertion_failed(#condition, reason, __FILE__, __LINE__);      \
    }                                                                                \
  } while (false)
