#include <fmt/format.h>

#include <algorithm>

#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/format.h"
#include "jinja/format_number.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/text_split.h"
#include "jinja/unicode.h"

/// The methods of str.
namespace weir::jinja {
namespace {
std::string_view self_text(const Call& call) {
  return call.self().string();
}

template <std::string (*change)(std::string_view)>
Result<Value> changed(Call& call) {
  return Value(change(self_text(call)));
}

template <bool (*test)(char32_t)>
Result<Value> all_are(Call& call) {
  const std::string_view text = self_text(call);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    if (!test(unicode::decode(text, at, size))) {
      return Value(false);
    }
    at += size;
  }
  return Value(!text.empty());
}

bool is_alphanumeric(char32_t code) {
  return unicode::is_alphabetic(code) || unicode::is_decimal(code) || unicode::is_digit(code) ||
         unicode::is_numeric(code);
}

// At least one letter with a case, and none of the other one.
Result<Value> is_cased(Call& call, bool upper) {
  const std::string_view text = self_text(call);
  bool found = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = unicode::decode(text, at, size);
    const bool wanted = upper ? unicode::is_upper(code) : unicode::is_lower(code);
    const bool other = upper ? unicode::is_lower(code) : unicode::is_upper(code);
    if (other || unicode::is_title(code)) {
      return Value(false);
    }
    found |= wanted;
    at += size;
  }
  return Value(found);
}

Result<Value> is_title(Call& call) {
  const std::string_view text = self_text(call);
  bool found = false;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = unicode::decode(text, at, size);
    const bool upper = unicode::is_upper(code) || unicode::is_title(code);
    const bool lower = unicode::is_lower(code);
    if ((upper && in_word) || (lower && !in_word)) {
      return Value(false);
    }
    in_word = upper || lower;
    found |= in_word;
    at += size;
  }
  return Value(found);
}

Result<Value> is_printable(Call& call) {
  const std::string_view text = self_text(call);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    if (!unicode::is_printable(unicode::decode(text, at, size))) {
      return Value(false);
    }
    at += size;
  }
  return Value(true);
}

Result<Value> is_ascii(Call& call) {
  const std::string_view text = self_text(call);
  return Value(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

/// The part of the text that the arguments start and end choose.
struct Part {
  std::string_view text;
  std::size_t first_index;  // in code points
  bool is_valid;            // start is not behind the end of the text
};

Result<std::int64_t> bound(Call& call, std::size_t argument, std::int64_t standard, std::int64_t length) {
  if (!call.has(argument) || call.values[argument].is_none()) {
    return standard;
  }
  WEIR_TRY_ASSIGN(std::int64_t index, call.integer(argument, 0));
  return std::max<std::int64_t>(0, index < 0 ? index + length : index);
}

Result<Part> part_of(Call& call, std::size_t start_argument) {
  const std::string_view text = self_text(call);
  const auto length = static_cast<std::int64_t>(static_cast<Str*>(call.self().object())->length());
  WEIR_TRY_ASSIGN(const std::int64_t start, bound(call, start_argument, 0, length));
  WEIR_TRY_ASSIGN(std::int64_t end, bound(call, start_argument + 1, length, length));
  end = std::min(end, length);
  if (start > length || start > end) {
    return Part{{}, 0, false};
  }
  const std::size_t begin_at = unicode::offset_of(text, static_cast<std::size_t>(start));
  const std::string_view rest = text.substr(begin_at);
  return Part{rest.substr(0, unicode::offset_of(rest, static_cast<std::size_t>(end - start))),
              static_cast<std::size_t>(start), true};
}

Result<std::int64_t> find_in(Call& call, bool from_right) {
  WEIR_TRY_ASSIGN(const std::string_view wanted, call.text(1));
  WEIR_TRY_ASSIGN(const Part part, part_of(call, 2));
  const std::size_t at = !part.is_valid ? std::string_view::npos
                         : from_right   ? part.text.rfind(wanted)
                                        : part.text.find(wanted);
  if (at == std::string_view::npos) {
    return -1;
  }
  return static_cast<std::int64_t>(part.first_index + unicode::length(part.text.substr(0, at)));
}

template <bool from_right, bool must_be>
Result<Value> find(Call& call) {
  WEIR_TRY_ASSIGN(const std::int64_t at, find_in(call, from_right));
  if (must_be && at < 0) {
    return fail(ErrorCode::kInvalid, "substring not found");
  }
  return Value(at);
}

Result<Value> count(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view wanted, call.text(1));
  WEIR_TRY_ASSIGN(const Part part, part_of(call, 2));
  if (!part.is_valid) {
    return Value(0);
  }
  if (wanted.empty()) {
    return Value::size(unicode::length(part.text) + 1);
  }
  std::size_t found = 0;
  for (std::size_t at = part.text.find(wanted); at != std::string_view::npos;
       at = part.text.find(wanted, at + wanted.size())) {
    ++found;
  }
  return Value::size(found);
}

template <bool at_end>
Result<Value> has_affix(Call& call) {
  WEIR_TRY_ASSIGN(const Part part, part_of(call, 2));
  const auto matches = [&](const Value& affix) {
    return part.is_valid && (at_end ? part.text.ends_with(affix.string()) : part.text.starts_with(affix.string()));
  };
  const Value& affix = call.values[1];
  if (!affix.is(Kind::kTuple)) {
    WEIR_TRY(call.text(1));
    return Value(matches(affix));
  }
  for (const Value& one : affix.items()) {
    if (!one.is_string()) {
      return fail(ErrorCode::kInvalid, fmt::format("a tuple of str was expected, not one with '{}'", type_name(one)));
    }
    if (matches(one)) {
      return Value(true);
    }
  }
  return Value(false);
}

template <bool left, bool right>
Result<Value> strip(Call& call) {
  const std::string_view text = self_text(call);
  if (!call.has(1) || call.values[1].is_none()) {
    return Value(unicode::strip(text, left, right));
  }
  WEIR_TRY_ASSIGN(const std::string_view set, call.text(1));
  return Value(strip_characters(text, set, left, right));
}

Result<Value> replace(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view from, call.text(1));
  WEIR_TRY_ASSIGN(const std::string_view to, call.text(2));
  WEIR_TRY_ASSIGN(const std::int64_t times, call.integer(3, -1));
  WEIR_TRY_ASSIGN(const std::string out, replace_text(self_text(call), from, to, times));
  return Value(out);
}

Value to_list(const std::vector<std::string_view>& parts) {
  std::vector<Value> items;
  items.reserve(parts.size());
  for (const auto part : parts) {
    items.emplace_back(part);
  }
  return Value::list(std::move(items));
}

template <bool from_right>
Result<Value> split(Call& call) {
  WEIR_TRY_ASSIGN(const std::int64_t times, call.integer(2, -1));
  if (!call.has(1) || call.values[1].is_none()) {
    return to_list(split_blanks(self_text(call), times, from_right));
  }
  WEIR_TRY_ASSIGN(const std::string_view separator, call.text(1));
  if (separator.empty()) {
    return fail(ErrorCode::kInvalid, "empty separator");
  }
  return to_list(split_text(self_text(call), separator, times, from_right));
}

Result<Value> splitlines(Call& call) {
  WEIR_TRY_ASSIGN(const bool keep_ends, call.flag(1));
  return to_list(split_lines(self_text(call), keep_ends));
}

template <bool from_right>
Result<Value> partition(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view separator, call.text(1));
  if (separator.empty()) {
    return fail(ErrorCode::kInvalid, "empty separator");
  }
  const std::string_view text = self_text(call);
  const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
  if (at == std::string_view::npos) {
    return from_right ? Value::tuple({Value(""), Value(""), call.self()})
                      : Value::tuple({call.self(), Value(""), Value("")});
  }
  return Value::tuple({Value(text.substr(0, at)), call.values[1], Value(text.substr(at + separator.size()))});
}

Result<Value> join(Call& call) {
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(call.values[1], "can only join an iterable"));
  std::string out;
  Value item;
  for (std::size_t i = 0;; ++i) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(item));
    if (!more) {
      return Value(out);
    }
    if (!item.is_string()) {
      if (item.is_undefined()) {
        return item.undefined().failure();
      }
      return fail(ErrorCode::kInvalid,
                  fmt::format("sequence item {}: expected str instance, {} found", i, type_name(item)));
    }
    out += i > 0 ? self_text(call) : std::string_view();
    out += item.string();
    WEIR_TRY(check_string_size(out.size()));
  }
}

Result<FormatSpec> padding(Call& call) {
  FormatSpec spec;
  WEIR_TRY_ASSIGN(const std::int64_t width, call.integer(1, 0));
  spec.width = static_cast<std::size_t>(std::max<std::int64_t>(width, 0));
  if (call.has(2)) {
    WEIR_TRY_ASSIGN(const std::string_view fill, call.text(2));
    if (unicode::length(fill) != 1) {
      return fail(ErrorCode::kInvalid, "The fill character must be exactly one character long");
    }
    spec.fill = fill;
  }
  return spec;
}

template <bool left>
Result<Value> justify(Call& call) {
  WEIR_TRY_ASSIGN(const FormatSpec spec, padding(call));
  WEIR_TRY_ASSIGN(const std::string out, pad_text(spec, self_text(call), left ? '<' : '>'));
  return Value(out);
}

Result<Value> center(Call& call) {
  WEIR_TRY_ASSIGN(const FormatSpec spec, padding(call));
  WEIR_TRY_ASSIGN(const std::string out, center_text(self_text(call), spec.width, spec.fill));
  return Value(out);
}

Result<Value> zfill(Call& call) {
  WEIR_TRY_ASSIGN(const FormatSpec spec, padding(call));
  const std::string_view text = self_text(call);
  const std::size_t length = unicode::length(text);
  if (length >= spec.width) {
    return call.self();
  }
  WEIR_TRY(check_string_size(spec.width));
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return Value(std::string(text.substr(0, sign)) + std::string(spec.width - length, '0') +
               std::string(text.substr(sign)));
}

Result<Value> expandtabs(Call& call) {
  WEIR_TRY_ASSIGN(const std::int64_t width, call.integer(1, 8));
  std::string out;
  std::int64_t column = 0;
  for (const auto character : unicode::characters(self_text(call))) {
    if (character == "\t") {
      if (width > 0) {
        const std::int64_t missing = width - column % width;
        WEIR_TRY(check_string_size(out.size() + static_cast<std::size_t>(missing)));
        out.append(static_cast<std::size_t>(missing), ' ');
        column += missing;
      }
      continue;
    }
    out += character;
    column = character == "\n" || character == "\r" ? 0 : column + 1;
  }
  return Value(out);
}

template <bool at_end>
Result<Value> remove_affix(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view affix, call.text(1));
  std::string_view text = self_text(call);
  if (at_end && !affix.empty() && text.ends_with(affix)) {
    text.remove_suffix(affix.size());
  } else if (!at_end && text.starts_with(affix)) {
    text.remove_prefix(affix.size());
  }
  return Value(text);
}

Result<Value> format(Call& call) {
  WEIR_TRY_ASSIGN(const std::string out, format_braces(self_text(call), call.rest));
  return Value(out);
}

Result<Value> format_map(Call& call) {
  if (!call.values[1].is_dict()) {
    return fail(ErrorCode::kInvalid, fmt::format("format_map() takes a dict, not '{}'", type_name(call.values[1])));
  }
  std::vector<Keyword> keywords;
  for (const auto& entry : call.values[1].dictionary().entries()) {
    if (entry.key.is_string()) {
      keywords.push_back({entry.key, entry.value});
    }
  }
  const Arguments arguments(call.renderer, {}, keywords);
  WEIR_TRY_ASSIGN(const std::string out, format_braces(self_text(call), arguments));
  return Value(out);
}

constexpr BuiltinEntry kMethods[] = {
    {"capitalize", "self", 1, changed<unicode::capitalize>},
    {"casefold", "self", 1, changed<unicode::fold_case>},
    {"center", "self width fillchar", 2, center},
    {"count", "self sub start end", 2, count},
    {"endswith", "self suffix start end", 2, has_affix<true>},
    {"expandtabs", "self tabsize", 1, expandtabs},
    {"find", "self sub start end", 2, find<false, false>},
    {"format", "self *", 1, format},
    {"format_map", "self mapping", 2, format_map},
    {"index", "self sub start end", 2, find<false, true>},
    {"isalnum", "self", 1, all_are<is_alphanumeric>},
    {"isalpha", "self", 1, all_are<unicode::is_alphabetic>},
    {"isascii", "self", 1, is_ascii},
    {"isdecimal", "self", 1, all_are<unicode::is_decimal>},
    {"isdigit", "self", 1, all_are<unicode::is_digit>},
    {"isidentifier", "self", 1, [](Call& call) -> Result<Value> { return Value(unicode::is_name(self_text(call))); }},
    {"islower", "self", 1, [](Call& call) { return is_cased(call, false); }},
    {"isnumeric", "self", 1, all_are<unicode::is_numeric>},
    {"isprintable", "self", 1, is_printable},
    {"isspace", "self", 1, all_are<unicode::is_space>},
    {"istitle", "self", 1, is_title},
    {"isupper", "self", 1, [](Call& call) { return is_cased(call, true); }},
    {"join", "self iterable", 2, join},
    {"ljust", "self width fillchar", 2, justify<true>},
    {"lower", "self", 1, changed<unicode::to_lower>},
    {"lstrip", "self chars", 1, strip<true, false>},
    {"partition", "self sep", 2, partition<false>},
    {"removeprefix", "self prefix", 2, remove_affix<false>},
    {"removesuffix", "self suffix", 2, remove_affix<true>},
    {"replace", "self old new count", 3, replace},
    {"rfind", "self sub start end", 2, find<true, false>},
    {"rindex", "self sub start end", 2, find<true, true>},
    {"rjust", "self width fillchar", 2, justify<false>},
    {"rpartition", "self sep", 2, partition<true>},
    {"rsplit", "self sep maxsplit", 1, split<true>},
    {"rstrip", "self chars", 1, strip<false, true>},
    {"split", "self sep maxsplit", 1, split<false>},
    {"splitlines", "self keepends", 1, splitlines},
    {"startswith", "self prefix start end", 2, has_affix<false>},
    {"strip", "self chars", 1, strip<true, true>},
    {"swapcase", "self", 1, changed<unicode::swap_case>},
    {"title", "self", 1, changed<unicode::to_title>},
    {"upper", "self", 1, changed<unicode::to_upper>},
    {"zfill", "self width", 2, zfill},
};
}  // namespace

std::span<const BuiltinEntry> string_methods() {
  return kMethods;
}
}  // namespace weir::jinja
