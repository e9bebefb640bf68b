#include <fmt/format.h>

#include "jinja/dict.h"
#include "jinja/format.h"
#include "jinja/format_number.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/undefined.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
bool is_align(char c) {
  return c == '<' || c == '>' || c == '=' || c == '^';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Result<std::size_t> read_number(std::string_view spec, std::size_t& at) {
  std::size_t number = 0;
  while (at < spec.size() && is_digit(spec[at])) {
    number = number * 10 + static_cast<std::size_t>(spec[at++] - '0');
    if (number > kStringBytesMax) {
      return fail(ErrorCode::kInvalid, "Too many decimal digits in format string");
    }
  }
  return number;
}

Result<FormatSpec> parse_spec(std::string_view text) {
  FormatSpec spec;
  std::size_t at = 0;
  std::size_t fill_size = 0;
  if (!text.empty()) {
    unicode::decode(text, 0, fill_size);
    if (fill_size < text.size() && is_align(text[fill_size])) {
      spec.fill = text.substr(0, fill_size);
      spec.align = text[fill_size];
      at = fill_size + 1;
    } else if (is_align(text[0])) {
      spec.align = text[0];
      at = 1;
    }
  }
  const auto take = [&](std::string_view any) {
    return at < text.size() && any.find(text[at]) != std::string_view::npos ? text[at++] : '\0';
  };
  const char sign = take("+- ");
  spec.sign = sign != 0 ? sign : '-';
  spec.alternate = take("#") != 0;
  if (take("0") != 0) {
    if (spec.align == 0) {
      spec.align = '=';
    }
    if (fill_size == 0 || at < 2 || !is_align(text[fill_size < text.size() ? fill_size : 0])) {
      spec.fill = "0";
    }
  }
  WEIR_TRY_ASSIGN(spec.width, read_number(text, at));
  spec.grouping = take(",_");
  if (take(".") != 0) {
    if (at >= text.size() || !is_digit(text[at])) {
      return fail(ErrorCode::kInvalid, "Format specifier missing precision");
    }
    WEIR_TRY_ASSIGN(const std::size_t precision, read_number(text, at));
    spec.precision = static_cast<int>(precision);
  }
  if (at + 1 == text.size()) {
    spec.type = text[at++];
  }
  if (at != text.size()) {
    return fail(ErrorCode::kInvalid, fmt::format("Invalid format specifier '{}'", text));
  }
  return spec;
}

std::unexpected<Error> unknown_code(char type, const Value& value) {
  return fail(ErrorCode::kInvalid,
              fmt::format("Unknown format code '{}' for object of type '{}'", type, type_name(value)));
}

Result<std::string> format_string(const FormatSpec& spec, const Value& value) {
  if (spec.type != 0 && spec.type != 's') {
    return unknown_code(spec.type, value);
  }
  if (spec.sign != '-' || spec.alternate || spec.align == '=' || spec.grouping != 0) {
    return fail(ErrorCode::kInvalid, "signs, '#', '=' and grouping are not allowed in a format of text");
  }
  std::string_view text = value.string();
  if (spec.precision) {
    text = text.substr(0, unicode::offset_of(text, static_cast<std::size_t>(*spec.precision)));
  }
  return pad_text(spec, text, '<');
}

Result<std::string> format_number(const FormatSpec& spec, const Value& value) {
  constexpr std::string_view kFloatTypes = "eEfFgG%";
  if (value.is(Kind::kFloat) || (spec.type != 0 && kFloatTypes.find(spec.type) != std::string_view::npos)) {
    if (spec.type != 0 && spec.type != 'n' && kFloatTypes.find(spec.type) == std::string_view::npos) {
      return unknown_code(spec.type, value);
    }
    const auto real = value.is(Kind::kFloat) ? std::optional(value.real()) : integer_to_double(value);
    if (!real) {
      return fail(ErrorCode::kInvalid, "int too large to convert to float");
    }
    return format_float(spec, *real);
  }
  if (spec.precision) {
    return fail(ErrorCode::kInvalid, "Precision not allowed in integer format specifier");
  }
  if (spec.type == 'c') {
    if (!value.as_integer() || *value.as_integer() < 0 || *value.as_integer() > 0x10FFFF) {
      return fail(ErrorCode::kInvalid, "%c arg not in range(0x110000)");
    }
    std::string text;
    unicode::append(text, static_cast<char32_t>(*value.as_integer()));
    return pad_text(spec, text, '<');
  }
  if (spec.type != 0 && std::string_view("bdnoxX").find(spec.type) == std::string_view::npos) {
    return unknown_code(spec.type, value);
  }
  return format_integer(spec, value);
}

/// Walks over a format in braces.
class BraceFormatter {
 public:
  explicit BraceFormatter(const Arguments& arguments) : arguments_(arguments) {}

  Result<std::string> run(std::string_view format, int depth) {
    if (depth > 2) {
      return fail(ErrorCode::kInvalid, "Max string recursion exceeded");
    }
    std::string out;
    for (std::size_t at = 0; at < format.size();) {
      const char c = format[at++];
      if (c != '{' && c != '}') {
        out += c;
        continue;
      }
      if (at < format.size() && format[at] == c) {
        out += c;
        ++at;
        continue;
      }
      if (c == '}') {
        return fail(ErrorCode::kInvalid, "Single '}' encountered in format string");
      }
      WEIR_TRY_ASSIGN(const std::string_view field, read_field(format, at));
      WEIR_TRY_ASSIGN(const std::string text, format_field(field, depth));
      WEIR_TRY(check_string_size(out.size() + text.size()));
      out += text;
    }
    return out;
  }

 private:
  static Result<std::string_view> read_field(std::string_view format, std::size_t& at) {
    const std::size_t begin = at;
    for (int nesting = 1; at < format.size(); ++at) {
      nesting += format[at] == '{' ? 1 : format[at] == '}' ? -1 : 0;
      if (nesting == 0) {
        return format.substr(begin, at++ - begin);
      }
    }
    return fail(ErrorCode::kInvalid, begin == format.size() ? "Single '{' encountered in format string"
                                                            : "expected '}' before end of string");
  }

  Result<std::string> format_field(std::string_view field, int depth) {
    std::size_t name_end = 0;
    for (bool in_brackets = false; name_end < field.size(); ++name_end) {
      const char c = field[name_end];
      in_brackets = c == '[' || (in_brackets && c != ']');
      if (!in_brackets && (c == ':' || c == '!')) {
        break;
      }
    }
    WEIR_TRY_ASSIGN(Value value, find(field.substr(0, name_end)));
    std::string_view rest = field.substr(name_end);
    if (rest.starts_with('!')) {
      if (rest.size() < 2 || (rest.size() > 2 && rest[2] != ':')) {
        return fail(ErrorCode::kInvalid, "expected ':' after conversion specifier");
      }
      std::string text;
      if (rest[1] == 's') {
        WEIR_TRY(append_text(text, value));
      } else if (rest[1] == 'r' || rest[1] == 'a') {
        WEIR_TRY(append_repr(text, value));
      } else {
        return fail(ErrorCode::kInvalid, fmt::format("Unknown conversion specifier '{}'", rest[1]));
      }
      value = Value(text);
      rest.remove_prefix(2);
    }
    std::string spec;
    if (rest.starts_with(':')) {
      WEIR_TRY_ASSIGN(spec, run(rest.substr(1), depth + 1));
    }
    return format_value(value, spec);
  }

  Result<Value> find(std::string_view name) {
    const std::size_t head_end = std::min(name.find_first_of(".["), name.size());
    const std::string_view head = name.substr(0, head_end);
    WEIR_TRY_ASSIGN(Value value, find_argument(head));
    std::size_t at = head_end;
    while (at < name.size()) {
      if (name[at] == '.') {
        const std::size_t end = std::min(name.find_first_of(".[", at + 1), name.size());
        WEIR_TRY_ASSIGN(value, attribute(value, name.substr(at + 1, end - at - 1)));
        at = end;
        continue;
      }
      const std::size_t end = name.find(']', at);
      if (name[at] != '[' || end == std::string_view::npos) {
        return fail(ErrorCode::kInvalid, "Missing ']' in format string");
      }
      const std::string_view key = name.substr(at + 1, end - at - 1);
      const bool is_index = !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
      WEIR_TRY_ASSIGN(const auto item,
                      find_item(value, is_index ? parse_integer(key).value_or(Value(key)) : Value(key)));
      if (!item) {
        return fail(ErrorCode::kInvalid, fmt::format("the format names item '{}', which is not there", key));
      }
      value = *item;
      at = end + 1;
    }
    return value;
  }

  static Result<Value> attribute(const Value& value, std::string_view name) {
    if (value.is_undefined()) {
      return value.undefined().failure();
    }
    if (value.is(Kind::kHost) && !name.starts_with('_')) {
      WEIR_TRY_ASSIGN(const auto found, value.host().attribute(name));
      if (found) {
        return *found;
      }
    }
    return fail(ErrorCode::kInvalid, fmt::format("'{}' object has no attribute '{}'", type_name(value), name));
  }

  Result<Value> find_argument(std::string_view head) {
    const bool is_number = head.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number) {
      const Value* found = arguments_.keyword(head);
      if (found == nullptr) {
        return fail(ErrorCode::kInvalid, fmt::format("the format names '{}', which was not given", head));
      }
      return *found;
    }
    if ((head.empty() ? counts_ : numbers_) == Use::kNever) {
      return fail(ErrorCode::kInvalid, "cannot mix automatic field numbering and numbered fields");
    }
    (head.empty() ? numbers_ : counts_) = Use::kNever;
    std::size_t index = next_;
    if (head.empty()) {
      ++next_;
    } else {
      std::size_t at = 0;
      WEIR_TRY_ASSIGN(index, read_number(head, at));
    }
    if (index >= arguments_.positional().size()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("Replacement index {} out of range for positional args tuple", index));
    }
    return arguments_.positional()[index];
  }

  enum class Use { kPossible, kNever };
  const Arguments& arguments_;
  Use counts_ = Use::kPossible;
  Use numbers_ = Use::kPossible;
  std::size_t next_ = 0;
};
}  // namespace

Result<std::string> format_value(const Value& value, std::string_view spec) {
  if (spec.empty()) {
    return value.text();
  }
  if (value.is_string()) {
    WEIR_TRY_ASSIGN(const FormatSpec parsed, parse_spec(spec));
    return format_string(parsed, value);
  }
  if (value.is_integer() || value.is(Kind::kFloat)) {
    WEIR_TRY_ASSIGN(const FormatSpec parsed, parse_spec(spec));
    return format_number(parsed, value);
  }
  return fail(ErrorCode::kInvalid, fmt::format("unsupported format string passed to {}.__format__", type_name(value)));
}

Result<std::string> format_braces(std::string_view format, const Arguments& arguments) {
  return BraceFormatter(arguments).run(format, 0);
}
}  // namespace weir::jinja
