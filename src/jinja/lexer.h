#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "jinja/syntax.h"

namespace weir::jinja {
/// A template's text with line ends made "\n", and the file it came from.
struct Source {
  std::string text;
  std::string file;
  Place place(std::size_t offset) const;
};

enum class Token : std::uint8_t {
  kData,
  kVariableBegin,
  kVariableEnd,
  kBlockBegin,
  kBlockEnd,
  kName,
  kString,
  kInteger,
  kFloat,
  kAdd,
  kAssign,
  kColon,
  kComma,
  kDiv,
  kDot,
  kEqual,
  kFloorDiv,
  kGreater,
  kGreaterEqual,
  kLeftBrace,
  kLeftBracket,
  kLeftParen,
  kLess,
  kLessEqual,
  kMod,
  kMul,
  kNotEqual,
  kPipe,
  kPow,
  kRightBrace,
  kRightBracket,
  kRightParen,
  kSemicolon,
  kSub,
  kTilde,
  kEnd,
};

struct Lexeme {
  Token token;
  std::uint32_t offset;   ///< where its text begins in the source
  std::string_view text;  ///< a part of the source; what is left of data after white space was taken away
};

/// Templates beyond this size are refused.
inline constexpr std::size_t kTemplateBytesMax = std::size_t{1} << 28;

/// Makes the line ends "\n" and drops the last one unless it is to be kept.
std::shared_ptr<const Source> make_source(std::string_view text, std::string file, const Syntax& syntax);

/// Cuts the source into lexemes, the last one kEnd; comments are left out. The views point into `source`.
/// Errors: kInvalid with a place: an unexpected character, a bracket without its partner, a comment without end.
Result<std::vector<Lexeme>> tokenize(const Source& source, const Syntax& syntax);

/// "name", "end of print statement", ",": a token in messages.
std::string describe(const Lexeme& lexeme);
std::string_view token_name(Token token);
}  // namespace weir::jinja
