#include "quality/python_text.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text.h"

namespace weir::quality {
namespace {
std::string float_text(double value) {
  if (std::isnan(value)) {
    return "nan";
  }
  if (std::isinf(value)) {
    return value > 0 ? "inf" : "-inf";
  }
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// A plain scalar that is no text, or nothing.
std::optional<std::string> typed_text(const ConfigNode& node) {
  const std::string& text = node.text();
  if (const auto flag = node.as_flag("")) {
    return *flag ? "True" : "False";
  }
  if (const auto integer = node.as_integer("")) {
    return std::to_string(*integer);
  }
  // YAML 1.1 wants a point in a float; 1e3 is a text.
  if (const auto number = node.as_number(""); number && text.contains('.')) {
    return float_text(*number);
  }
  return std::nullopt;
}

std::string repr_of(const ConfigNode& node) {
  const bool text = node.is_scalar() && (node.quoted() || !typed_text(node));
  return text ? python_repr(node.text()) : python_str(node);
}
}  // namespace

std::string python_str(const ConfigNode& node) {
  std::vector<std::string> parts;
  switch (node.kind()) {
    case ConfigNode::Kind::kNull:
      return "None";
    case ConfigNode::Kind::kScalar:
      return node.quoted() ? node.text() : typed_text(node).value_or(node.text());
    case ConfigNode::Kind::kSequence:
      for (const ConfigNode& item : node.items()) {
        parts.push_back(repr_of(item));
      }
      return "[" + join(parts, ", ") + "]";
    case ConfigNode::Kind::kMap:
      for (const ConfigNode::Entry& entry : node.entries()) {
        parts.push_back(python_repr(entry.key) + ": " + repr_of(entry.value));
      }
      return "{" + join(parts, ", ") + "}";
  }
  return {};
}

std::string python_repr(std::string_view text) {
  const char quote = text.contains('\'') && !text.contains('"') ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + quote;
}
}  // namespace weir::quality
