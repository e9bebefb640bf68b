#include "jinja/value_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/sorting.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
constexpr int kDepthMax = 300;

class JsonWriter {
 public:
  explicit JsonWriter(const JsonOptions& options) : options_(options) {}

  Result<std::string> run(const Value& value) {
    WEIR_TRY(write(value, 0));
    return std::move(out_);
  }

 private:
  Status write(const Value& value, int depth) {
    if (depth > kDepthMax) {
      return fail(ErrorCode::kInvalid, "the value is nested too deeply for JSON");
    }
    WEIR_TRY(check_string_size(out_.size()));
    switch (value.kind()) {
      case Kind::kNone:
        out_ += "null";
        return {};
      case Kind::kBool:
        out_ += value.boolean() ? "true" : "false";
        return {};
      case Kind::kInt:
      case Kind::kBigInt:
        out_ += integer_text(value);
        return {};
      case Kind::kFloat:
        out_ += float_text(value.real());
        return {};
      case Kind::kStr:
        write_text(value.string());
        return {};
      case Kind::kList:
      case Kind::kTuple:
        return write_list(value.items(), depth);
      case Kind::kDict:
        return write_dict(value.dictionary(), depth);
      default:
        return fail(ErrorCode::kInvalid, fmt::format("Object of type {} is not JSON serializable", type_name(value)));
    }
  }

  static std::string float_text(double real) {
    return std::isnan(real) ? "NaN" : std::isinf(real) ? (real < 0 ? "-Infinity" : "Infinity") : float_repr(real);
  }

  void write_unit(char32_t unit) { out_ += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(unit)); }

  void write_text(std::string_view text) {
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
      std::size_t size = 0;
      const char32_t code = unicode::decode(text, at, size);
      constexpr std::string_view kSimple = "\"\\\n\r\t\f\b";
      const std::size_t simple = code < 0x80 ? kSimple.find(static_cast<char>(code)) : std::string_view::npos;
      if (simple != std::string_view::npos) {
        out_ += '\\';
        out_ += "\"\\nrtfb"[simple];
      } else if (code < 0x20 || (code >= 0x7F && code < 0x10000 && options_.escape_beyond_ascii && code != 0x7F)) {
        write_unit(code);
      } else if (code >= 0x10000 && options_.escape_beyond_ascii) {
        write_unit(0xD800 + ((code - 0x10000) >> 10));
        write_unit(0xDC00 + ((code - 0x10000) & 0x3FF));
      } else {
        out_ += text.substr(at, size);
      }
      at += size;
    }
    out_ += '"';
  }

  void new_line(int depth) {
    if (options_.indent) {
      out_ += '\n';
      out_.append(static_cast<std::size_t>(std::max(0, *options_.indent * depth)), ' ');
    }
  }

  void divide(bool first, int depth) {
    if (!first) {
      out_ += options_.indent ? "," : ", ";
    }
    new_line(depth);
  }

  Status write_list(std::span<const Value> items, int depth) {
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      divide(i == 0, depth + 1);
      WEIR_TRY(write(items[i], depth + 1));
    }
    if (!items.empty()) {
      new_line(depth);
    }
    out_ += ']';
    return {};
  }

  Result<std::string> key_text(const Value& key) {
    switch (key.kind()) {
      case Kind::kStr:
        return std::string(key.string());
      case Kind::kNone:
        return std::string("null");
      case Kind::kBool:
        return std::string(key.boolean() ? "true" : "false");
      case Kind::kInt:
      case Kind::kBigInt:
        return integer_text(key);
      case Kind::kFloat:
        return float_text(key.real());
      default:
        return fail(ErrorCode::kInvalid,
                    fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
    }
  }

  Status write_dict(const Dict& dict, int depth) {
    std::vector<Value> keys;
    for (const auto& entry : dict.entries()) {
      if (!entry.key.is_missing()) {
        keys.push_back(entry.key);
      }
    }
    if (options_.sort_keys) {
      WEIR_TRY_ASSIGN(keys, sort_by_keys(keys, keys, false));
    }
    out_ += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
      divide(i == 0, depth + 1);
      WEIR_TRY_ASSIGN(const std::string key, key_text(keys[i]));
      write_text(key);
      out_ += ": ";
      WEIR_TRY(write(*dict.find(keys[i]), depth + 1));
    }
    if (!keys.empty()) {
      new_line(depth);
    }
    out_ += '}';
    return {};
  }

  const JsonOptions& options_;
  std::string out_;
};

Value from_json(const nlohmann::ordered_json& json) {
  switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
      return Value(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer:
      return Value(json.get<std::int64_t>());
    case nlohmann::ordered_json::value_t::number_unsigned:
      return parse_integer(std::to_string(json.get<std::uint64_t>())).value_or(Value());
    case nlohmann::ordered_json::value_t::number_float:
      return Value(json.get<double>());
    case nlohmann::ordered_json::value_t::string:
      return Value(json.get_ref<const std::string&>());
    case nlohmann::ordered_json::value_t::array: {
      std::vector<Value> items;
      for (const auto& item : json) {
        items.push_back(from_json(item));
      }
      return Value::list(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
      auto dict = make_ref<Dict>();
      for (const auto& [key, item] : json.items()) {
        dict->set(key, from_json(item));
      }
      return Value::dict(dict);
    }
    default:
      return Value();
  }
}
}  // namespace

Result<std::string> write_json(const Value& value, const JsonOptions& options) {
  return JsonWriter(options).run(value);
}

Result<Value> read_json(std::string_view text) {
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return fail(ErrorCode::kInvalid, "this is not JSON");
  }
  return from_json(json);
}
}  // namespace weir::jinja
