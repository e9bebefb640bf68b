#include <fmt/format.h>

#include "core/text.h"
#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/html_text.h"
#include "jinja/operators.h"
#include "jinja/renderer.h"
#include "jinja/repr.h"
#include "jinja/unicode.h"
#include "jinja/value_json.h"

/// Filters for HTML, URLs and JSON.
namespace weir::jinja {
namespace {
Value result_text(const Call& call, std::string_view text) {
  return call.renderer.autoescapes() ? Value(Str::make_markup(text)) : Value(text);
}

Result<Value> escape(Call& call) {
  return escape_value(call.self());
}

Result<Value> forceescape(Call& call) {
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  return Value(Str::make_markup(escape_html(text)));
}

Result<Value> safe(Call& call) {
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  return Value(Str::make_markup(text));
}

Result<Value> striptags(Call& call) {
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  return Value(strip_tags(text));
}

Result<std::string> quote_url(const Value& value, bool for_query) {
  WEIR_TRY_ASSIGN(const std::string text, value.text());
  std::string quoted = percent_encode(text, for_query ? "" : "/");
  return for_query ? replace_all(quoted, "%20", "+") : quoted;
}

Result<Value> urlencode(Call& call) {
  const Value& value = call.self();
  const bool is_iterable = !value.is_string() && Cursor::open(value).has_value();
  if (!is_iterable) {
    WEIR_TRY_ASSIGN(const std::string text, quote_url(value, false));
    return Value(text);
  }
  std::vector<std::pair<Value, Value>> pairs;
  if (value.is_dict()) {
    for (const auto& entry : value.dictionary().entries()) {
      if (!entry.key.is_missing()) {
        pairs.emplace_back(entry.key, entry.value);
      }
    }
  } else {
    WEIR_TRY_ASSIGN(const auto items, collect(value));
    for (const Value& item : items) {
      WEIR_TRY_ASSIGN(const auto pair, collect(item));
      if (pair.size() != 2) {
        return fail(ErrorCode::kInvalid, fmt::format("urlencode needs pairs, got {} values", pair.size()));
      }
      pairs.emplace_back(pair[0], pair[1]);
    }
  }
  std::string out;
  for (const auto& [key, item] : pairs) {
    WEIR_TRY_ASSIGN(const std::string name, quote_url(key, true));
    WEIR_TRY_ASSIGN(const std::string text, quote_url(item, true));
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, text);
  }
  return Value(out);
}

Result<Value> xmlattr(Call& call) {
  if (!call.self().is_dict()) {
    return fail(ErrorCode::kInvalid, fmt::format("xmlattr needs a dict, not '{}'", type_name(call.self())));
  }
  std::string out;
  for (const auto& entry : call.self().dictionary().entries()) {
    if (entry.key.is_missing() || entry.value.is_none() || entry.value.is_undefined()) {
      continue;
    }
    if (!entry.key.is_string()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the name of an attribute must be a str, not '{}'", type_name(entry.key)));
    }
    if (entry.key.string().find_first_of(" \t\n\r\f\v/>=") != std::string_view::npos) {
      return fail(ErrorCode::kInvalid, fmt::format("Invalid character in attribute name: '{}'", entry.key.string()));
    }
    WEIR_TRY_ASSIGN(const Value key, escape_value(entry.key));
    WEIR_TRY_ASSIGN(const Value value, escape_value(entry.value));
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : " ", key.string(), value.string());
  }
  bool with_blank = true;
  if (call.has(1)) {
    WEIR_TRY_ASSIGN(with_blank, call.flag(1));
  }
  return result_text(call, with_blank && !out.empty() ? " " + out : out);
}

Result<Value> urlize(Call& call) {
  WEIR_TRY_ASSIGN(const std::string_view text, call.text(0));
  UrlizeOptions options;
  if (call.has(1) && !call.values[1].is_none()) {
    WEIR_TRY_ASSIGN(const std::int64_t limit, call.integer(1, 0));
    options.url_length_max = static_cast<std::size_t>(std::max<std::int64_t>(limit, 0));
  }
  WEIR_TRY_ASSIGN(const bool nofollow, call.flag(2));
  if (call.has(3) && !call.values[3].is_none()) {
    WEIR_TRY_ASSIGN(options.target, call.text(3));
  }
  std::string_view rel;
  if (call.has(4) && !call.values[4].is_none()) {
    WEIR_TRY_ASSIGN(rel, call.text(4));
  }
  options.rel = link_relations(rel, nofollow);
  if (call.has(5) && !call.values[5].is_none()) {
    WEIR_TRY_ASSIGN(const auto schemes, collect(call.values[5]));
    for (const Value& scheme : schemes) {
      if (!scheme.is_string() || !is_url_scheme(scheme.string())) {
        WEIR_TRY_ASSIGN(const std::string shown, scheme.repr());
        return fail(ErrorCode::kInvalid, fmt::format("{} is not a valid URI scheme prefix.", shown));
      }
      options.extra_schemes.emplace_back(scheme.string());
    }
  }
  return result_text(call, linkify(text, options));
}

Result<Value> tojson(Call& call) {
  JsonOptions options;
  options.sort_keys = true;
  if (call.has(1) && !call.values[1].is_none()) {
    WEIR_TRY_ASSIGN(const std::int64_t indent, call.integer(1, 0));
    if (indent > 1'000) {
      return fail(ErrorCode::kInvalid, "the indent is too large");
    }
    options.indent = static_cast<int>(indent);
  }
  WEIR_TRY_ASSIGN(const std::string json, write_json(call.self(), options));
  // Safe between script tags as well.
  std::string out;
  for (const char c : json) {
    out += c == '<'    ? "\\u003c"
           : c == '>'  ? "\\u003e"
           : c == '&'  ? "\\u0026"
           : c == '\'' ? "\\u0027"
                       : std::string(1, c);
  }
  return Value(Str::make_markup(out));
}

constexpr BuiltinEntry kFilters[] = {
    {"e", "s", 1, escape},
    {"escape", "s", 1, escape},
    {"forceescape", "value", 1, forceescape},
    {"safe", "value", 1, safe},
    {"striptags", "value", 1, striptags},
    {"tojson", "value indent", 1, tojson},
    {"urlencode", "value", 1, urlencode},
    {"urlize", "value trim_url_limit nofollow target rel extra_schemes", 1, urlize},
    {"xmlattr", "d autospace", 1, xmlattr},
};
}  // namespace

std::span<const BuiltinEntry> html_filters() {
  return kFilters;
}
}  // namespace weir::jinja
