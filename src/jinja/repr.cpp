#include "jinja/repr.h"

#include <fmt/format.h>

#include <charconv>

#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "jinja/number.h"
#include "jinja/undefined.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
constexpr int kDepthMax = 300;

Status append_repr_at(std::string& out, const Value& value, int depth);

Status append_items(std::string& out, std::span<const Value> items, int depth) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      out += ", ";
    }
    // A copy: printing a host object may run code that changes the list.
    const Value item = items[i];
    WEIR_TRY(append_repr_at(out, item, depth + 1));
  }
  return {};
}

Status append_entries(std::string& out, const Dict& dict, bool with_values, int depth) {
  bool first = true;
  for (const auto& entry : dict.entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    if (!first) {
      out += ", ";
    }
    first = false;
    WEIR_TRY(append_repr_at(out, entry.key, depth + 1));
    if (with_values) {
      out += ": ";
      WEIR_TRY(append_repr_at(out, entry.value, depth + 1));
    }
  }
  return {};
}

void append_integer(std::string& out, std::int64_t integer) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, integer).ptr;
  out.append(buffer, end);
}

Status append_structure(std::string& out, const Value& value, int depth) {
  if (out.size() > kStringBytesMax) {
    return fail(ErrorCode::kInvalid, "the text of this value is too long");
  }
  switch (value.kind()) {
    case Kind::kList:
      out += '[';
      WEIR_TRY(append_items(out, value.items(), depth));
      out += ']';
      return {};
    case Kind::kTuple:
      out += '(';
      WEIR_TRY(append_items(out, value.items(), depth));
      out += value.items().size() == 1 ? ",)" : ")";
      return {};
    case Kind::kDict:
      out += '{';
      WEIR_TRY(append_entries(out, value.dictionary(), true, depth));
      out += '}';
      return {};
    default:
      if (value.dictionary().empty()) {
        out += "set()";
        return {};
      }
      out += '{';
      WEIR_TRY(append_entries(out, value.dictionary(), false, depth));
      out += '}';
      return {};
  }
}

Status append_repr_at(std::string& out, const Value& value, int depth) {
  switch (value.kind()) {
    case Kind::kStr:
      if (static_cast<Str*>(value.object())->is_markup()) {
        out += "Markup(";
        append_quoted(out, value.string());
        out += ')';
      } else {
        append_quoted(out, value.string());
      }
      return {};
    case Kind::kUndefined:
      out += "Undefined";
      return {};
    case Kind::kHost: {
      WEIR_TRY_ASSIGN(const std::string text, value.host().repr());
      out += text;
      return {};
    }
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kSet:
      if (depth > kDepthMax) {
        return fail(ErrorCode::kInvalid, "the value is nested too deeply to be printed");
      }
      return append_structure(out, value, depth);
    default:
      return append_text(out, value);
  }
}
}  // namespace

Status append_text(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::kStr:
      out += value.string();
      return {};
    case Kind::kInt:
      append_integer(out, value.integer());
      return {};
    case Kind::kNone:
      out += "None";
      return {};
    case Kind::kBool:
      out += value.boolean() ? "True" : "False";
      return {};
    case Kind::kFloat:
      out += float_repr(value.real());
      return {};
    case Kind::kBigInt:
      out += integer_text(value);
      return {};
    case Kind::kUndefined:
      if (value.undefined().is_strict()) {
        return value.undefined().failure();
      }
      out += value.undefined().printed();
      return {};
    case Kind::kHost: {
      WEIR_TRY_ASSIGN(const std::string text, value.host().text());
      out += text;
      return {};
    }
    case Kind::kMissing:
    case Kind::kUnresolved:
      return fail(ErrorCode::kInternal, "a missing value was printed");
    default:
      return append_repr_at(out, value, 0);
  }
}

Status append_repr(std::string& out, const Value& value) {
  return append_repr_at(out, value, 0);
}

Result<std::string> Value::text() const {
  std::string out;
  WEIR_TRY(append_text(out, *this));
  return out;
}

Result<std::string> Value::repr() const {
  std::string out;
  WEIR_TRY(append_repr(out, *this));
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = unicode::decode(text, at, size);
    if (code == static_cast<char32_t>(quote) || code == '\\') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '\n') {
      out += "\\n";
    } else if (code == '\r') {
      out += "\\r";
    } else if (code == '\t') {
      out += "\\t";
    } else if (unicode::is_printable(code)) {
      out += text.substr(at, size);
    } else if (code < 0x100) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code));
    } else if (code < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    } else {
      out += fmt::format("\\U{:08x}", static_cast<std::uint32_t>(code));
    }
    at += size;
  }
  out += quote;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Result<Value> escape_value(const Value& value) {
  if (value.is_string() && static_cast<Str*>(value.object())->is_markup()) {
    return value;
  }
  std::string text;
  WEIR_TRY(append_text(text, value));
  return Value(Str::make_markup(escape_html(text)));
}
}  // namespace weir::jinja
