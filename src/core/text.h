#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Text helpers. All work on bytes and know only ASCII letters unless they say otherwise.
namespace weir {
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Puts `text` in single quotes for SQL, quotes doubled: it's -> 'it''s'.
std::string sql_string(std::string_view text);
/// Puts `name` in double quotes for SQL, quotes doubled.
std::string sql_name(std::string_view name);

/// Matches shell-like patterns: `*` (any run without `/`), `**` (any run), `?`, `[a-z]`.
bool glob_match(std::string_view pattern, std::string_view text);

/// The candidate nearest to `word` by edits, or nothing when none is near enough to be a slip of the fingers.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
/// "; did you mean \"x\"?" or an empty text: to be put at the end of a message.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// 1536 -> "1.5 KiB".
std::string human_bytes(std::uint64_t size_bytes);
/// 1234567 -> "1,234,567".
std::string human_count(std::uint64_t count);
/// "0.05 s", "3.2 s", "4 m 05 s", "2 h 03 m".
std::string human_duration(std::chrono::nanoseconds duration);

/// Parses "250ms", "5m", "2h", "1d12h", "0s". A unit is needed. Errors: kInvalid.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
/// Parses "64MiB", "1.5 GB", "512" (bytes). MB is 10^6, MiB is 2^20. Errors: kInvalid.
Result<std::uint64_t> parse_size(std::string_view text);

std::string hex(std::span<const std::byte> bytes);
/// Percent-encodes every byte but unreserved ones (RFC 3986) and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = {});
/// Turns %XX back into bytes; a `%` that starts no pair of hex digits stays as it is.
std::string percent_decode(std::string_view text);
/// The text as one line of at most `length_max` bytes for messages: control characters escaped, cut with "…".
/// Never cuts within a UTF-8 sequence.
std::string excerpt(std::string_view text, std::size_t length_max = 80);
bool is_valid_utf8(std::string_view text);
/// The number of columns a terminal needs for `utf8`: wide East Asian characters count 2, combining marks 0.
std::size_t display_width(std::string_view utf8);
}  // namespace weir
