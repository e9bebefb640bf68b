#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Strings as Python sees them: sequences of code points, kept in UTF-8.
/// A byte that belongs to no valid sequence counts as a code point of its own and is kept as it is.
namespace weir::jinja::unicode {
/// The code point at `at` and how many bytes it takes (at least 1). A stray byte gives 0xDC00 plus the byte, as
/// Python's surrogateescape does.
char32_t decode(std::string_view text, std::size_t at, std::size_t& size_bytes);
void append(std::string& out, char32_t code);
std::size_t length(std::string_view text);
/// Where code point `index` begins, in bytes; the size of the text when there are fewer.
std::size_t offset_of(std::string_view text, std::size_t index);
/// The code points as pieces of the text.
std::vector<std::string_view> characters(std::string_view text);

bool is_space(char32_t code);
bool is_alphabetic(char32_t code);
bool is_decimal(char32_t code);
bool is_digit(char32_t code);
bool is_numeric(char32_t code);
bool is_printable(char32_t code);
bool is_lower(char32_t code);
bool is_upper(char32_t code);
bool is_title(char32_t code);
/// A letter, digit or underscore: \w of a regular expression.
bool is_word(char32_t code);
bool is_name_start(char32_t code);
bool is_name_rest(char32_t code);
bool is_name(std::string_view text);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
/// The first letter of each run of letters in title case, the others lower: str.title().
std::string to_title(std::string_view text);
/// The first code point in title case, the others lower: str.capitalize().
std::string capitalize(std::string_view text);
std::string swap_case(std::string_view text);
/// For comparing without regard to case: str.casefold().
std::string fold_case(std::string_view text);

/// Without the blanks at both ends, or at one.
std::string_view strip(std::string_view text, bool left = true, bool right = true);
}  // namespace weir::jinja::unicode
