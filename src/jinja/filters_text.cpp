#include <fmt/format.h>

#include <algorithm>

#include "jinja/attribute_getter.h"
#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/format.h"
#include "jinja/operators.h"
#include "jinja/pretty_print.h"
#include "jinja/renderer.h"
#include "jinja/repr.h"
#include "jinja/text_split.h"
#include "jinja/text_wrap.h"
#include "jinja/unicode.h"

/// Filters that make text from text.
namespace weir::jinja {
namespace {
bool is_markup(const Value& value) {
  return value.is_string() && static_cast<Str*>(value.object())->is_markup();
}

/// Text that is markup when the value it was made of is.
Value like(const Value& model, std::string_view text) {
  return is_markup(model) ? Value(Str::make_markup(text)) : Value(text);
}

/// The value as text; markup stays markup.
Result<Value> soft_text(const Value& value) {
  if (value.is_string()) {
    return value;
  }
  WEIR_TRY_ASSIGN(const std::string text, value.text());
  return Value(text);
}

template <std::string (*change)(std::string_view)>
Result<Value> changed(Call& call) {
  WEIR_TRY_ASSIGN(const Value text, soft_text(call.self()));
  return like(text, change(text.string()));
}

// Words begin after blanks, hyphens and opening brackets, not after every sign as in str.title.
std::string title_text(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  const auto is_divider = [](char32_t code) {
    return code == '-' || code == '(' || code == '{' || code == '[' || code == '<' || unicode::is_space(code);
  };
  while (at < text.size()) {
    std::size_t size = 0;
    const bool divides = is_divider(unicode::decode(text, at, size));
    std::size_t end = at;
    std::size_t first_size = size;
    while (end < text.size() && is_divider(unicode::decode(text, end, size)) == divides) {
      end += size;
    }
    if (divides) {
      out += text.substr(at, end - at);
    } else {
      out += unicode::to_upper(text.substr(at, first_size));
      out += unicode::to_lower(text.substr(at + first_size, end - at - first_size));
    }
    at = end;
  }
  return out;
}

Result<Value> to_string(Call& call) {
  return soft_text(call.self());
}

Result<Value> center(Call& call) {
  WEIR_TRY_ASSIGN(const Value text, soft_text(call.self()));
  WEIR_TRY_ASSIGN(const std::int64_t width, call.integer(1, 80));
  WEIR_TRY_ASSIGN(const std::string out,
                  center_text(text.string(), static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), " "));
  return like(text, out);
}

Result<Value> trim(Call& call) {
  WEIR_TRY_ASSIGN(const Value text, soft_text(call.self()));
  if (!call.has(1) || call.values[1].is_none()) {
    return like(text, unicode::strip(text.string()));
  }
  WEIR_TRY_ASSIGN(const std::string_view set, call.text(1));
  return like(text, strip_characters(text.string(), set, true, true));
}

Result<Value> replace(Call& call) {
  std::int64_t times = -1;
  if (call.has(3) && !call.values[3].is_none()) {
    WEIR_TRY_ASSIGN(times, call.integer(3, -1));
  }
  if (call.renderer.autoescapes() &&
      (is_markup(call.values[1]) || is_markup(call.values[2]) || is_markup(call.self()))) {
    WEIR_TRY_ASSIGN(const Value text, escape_value(call.self()));
    WEIR_TRY_ASSIGN(const Value from, escape_value(call.values[1]));
    WEIR_TRY_ASSIGN(const Value to, escape_value(call.values[2]));
    WEIR_TRY_ASSIGN(const std::string out, replace_text(text.string(), from.string(), to.string(), times));
    return Value(Str::make_markup(out));
  }
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  WEIR_TRY_ASSIGN(const std::string from, call.values[1].text());
  WEIR_TRY_ASSIGN(const std::string to, call.values[2].text());
  WEIR_TRY_ASSIGN(const std::string out, replace_text(text, from, to, times));
  return Value(out);
}

Result<Value> format(Call& call) {
  WEIR_TRY_ASSIGN(const Value text, soft_text(call.self()));
  const auto values = call.rest.positional();
  const auto keywords = call.rest.keywords();
  if (!values.empty() && !keywords.empty()) {
    return fail(ErrorCode::kInvalid, "can't handle positional and keyword arguments at the same time");
  }
  if (keywords.empty()) {
    return format_percent(text, Value::tuple(std::vector<Value>(values.begin(), values.end())));
  }
  auto dict = make_ref<Dict>();
  for (const Keyword& keyword : keywords) {
    std::ignore = dict->set(keyword.name, keyword.value);
  }
  return format_percent(text, Value::dict(dict));
}

Result<Value> indent(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view text, call.text(0));
  WEIR_TRY_ASSIGN(const bool first, call.flag(2));
  WEIR_TRY_ASSIGN(const bool blank, call.flag(3));
  std::string margin = "    ";
  if (call.has(1) && call.values[1].is_string()) {
    margin = call.values[1].string();
  } else {
    WEIR_TRY_ASSIGN(const std::int64_t width, call.integer(1, 4));
    WEIR_TRY(check_string_size(static_cast<std::size_t>(std::max<std::int64_t>(width, 0))));
    margin = std::string(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
  }
  // A newline at the end makes the last line whole, so that it is not lost.
  const std::string with_end = std::string(text) + "\n";
  const auto lines = split_lines(with_end, false);
  std::string out = first ? margin : "";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) {
      out += '\n';
      out += blank || !lines[i].empty() ? margin : "";
    }
    out += lines[i];
    WEIR_TRY(check_string_size(out.size()));
  }
  return like(call.self(), out);
}

Result<Value> truncate(Call& call) {
  WEIR_TRY_ASSIGN(const std::int64_t length, call.integer(1, 255));
  WEIR_TRY_ASSIGN(const bool cut_words, call.flag(2));
  std::string_view end = "...";
  if (call.has(3)) {
    WEIR_TRY_ASSIGN(end, call.text(3));
  }
  std::int64_t leeway = 5;
  if (call.has(4) && !call.values[4].is_none()) {
    WEIR_TRY_ASSIGN(leeway, call.integer(4, 5));
  }
  const auto end_length = static_cast<std::int64_t>(unicode::length(end));
  if (length < end_length) {
    return fail(ErrorCode::kInvalid, fmt::format("expected length >= {}, got {}", end_length, length));
  }
  if (leeway < 0) {
    return fail(ErrorCode::kInvalid, fmt::format("expected leeway >= 0, got {}", leeway));
  }
  // Whatever has a length and is short enough stays as it is.
  const auto size = length_of(call.self());
  if (size && static_cast<std::int64_t>(*size) - leeway <= length) {
    return call.self();
  }
  WEIR_TRY_ASSIGN(const std::string_view text, call.text(0));
  std::string_view kept = text.substr(0, unicode::offset_of(text, static_cast<std::size_t>(length - end_length)));
  if (!cut_words) {
    kept = kept.substr(0, std::min(kept.rfind(' '), kept.size()));
  }
  return like(call.self(), std::string(kept) + std::string(end));
}

Result<Value> wordcount(Call& call) {
  WEIR_TRY_ASSIGN(const Value value, soft_text(call.self()));
  const std::string_view text = value.string();
  std::int64_t count = 0;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const bool is_word = unicode::is_word(unicode::decode(text, at, size));
    count += is_word && !in_word ? 1 : 0;
    in_word = is_word;
    at += size;
  }
  return Value(count);
}

Result<Value> wordwrap(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view text, call.text(0));
  WEIR_TRY_ASSIGN(const std::int64_t width, call.integer(1, 79));
  WrapOptions options;
  options.width = width;
  if (call.has(2)) {
    WEIR_TRY_ASSIGN(options.break_long_words, call.flag(2));
  }
  std::string_view line_end = "\n";
  if (call.has(3) && !call.values[3].is_none()) {
    WEIR_TRY_ASSIGN(line_end, call.text(3));
  }
  if (call.has(4)) {
    WEIR_TRY_ASSIGN(options.break_on_hyphens, call.flag(4));
  }
  if (width <= 0) {
    return fail(ErrorCode::kInvalid, fmt::format("invalid width {} (must be > 0)", width));
  }
  std::string out;
  const auto lines = split_lines(text, false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += i > 0 ? line_end : std::string_view();
    const auto wrapped = wrap_line(lines[i], options);
    for (std::size_t j = 0; j < wrapped.size(); ++j) {
      out += j > 0 ? line_end : std::string_view();
      out += wrapped[j];
    }
    WEIR_TRY(check_string_size(out.size()));
  }
  return Value(out);
}

Result<Value> join(Call& call) {
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(call.self()));
  const AttributeGetter getter(call.values[2]);
  const bool escapes = call.renderer.autoescapes();
  std::vector<Value> items;
  bool any_markup = call.has(1) && is_markup(call.values[1]);
  Value item;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(item));
    if (!more) {
      break;
    }
    WEIR_TRY_ASSIGN(Value value, getter.get(call.renderer, item));
    any_markup |= is_markup(value);
    items.push_back(std::move(value));
  }
  std::string divider;
  if (call.has(1)) {
    WEIR_TRY(append_text(divider, call.values[1]));
    divider = escapes && any_markup && !is_markup(call.values[1]) ? escape_html(divider) : divider;
  }
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    out += i > 0 ? divider : "";
    if (escapes && any_markup) {
      WEIR_TRY_ASSIGN(const Value escaped, escape_value(items[i]));
      out += escaped.string();
    } else {
      WEIR_TRY(append_text(out, items[i]));
    }
    WEIR_TRY(check_string_size(out.size()));
  }
  return escapes && any_markup ? Value(Str::make_markup(out)) : Value(out);
}

Result<Value> pprint(Call& call) {
  WEIR_TRY_ASSIGN(const std::string out, pretty_print(call.self()));
  return Value(out);
}

constexpr BuiltinEntry kFilters[] = {
    {"capitalize", "s", 1, changed<unicode::capitalize>},
    {"center", "value width", 1, center},
    {"format", "value *", 1, format},
    {"indent", "s width first blank", 1, indent},
    {"join", "value d attribute", 1, join},
    {"lower", "s", 1, changed<unicode::to_lower>},
    {"pprint", "value", 1, pprint},
    {"replace", "s old new count", 3, replace},
    {"string", "object", 1, to_string},
    {"title", "s", 1, changed<title_text>},
    {"trim", "value chars", 1, trim},
    {"truncate", "s length killwords end leeway", 1, truncate},
    {"upper", "s", 1, changed<unicode::to_upper>},
    {"wordcount", "s", 1, wordcount},
    {"wordwrap", "s width break_long_words wrapstring break_on_hyphens", 1, wordwrap},
};
}  // namespace

std::span<const BuiltinEntry> text_filters() {
  return kFilters;
}
}  // namespace weir::jinja
