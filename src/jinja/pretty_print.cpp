#include "jinja/pretty_print.h"

#include <fmt/format.h>

#include <algorithm>

#include "jinja/dict.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/sorting.h"
#include "jinja/text_split.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
constexpr std::size_t kWidth = 80;
constexpr int kDepthMax = 200;

/// Keys in order where they have one, else as they are.
std::vector<Value> sorted_keys(const Dict& dict) {
  std::vector<Value> keys;
  for (const auto& entry : dict.entries()) {
    if (!entry.key.is_missing()) {
      keys.push_back(entry.key);
    }
  }
  auto sorted = sort_by_keys(keys, keys, false);
  return sorted ? std::move(*sorted) : keys;
}

Result<std::string> one_line(const Value& value, int depth) {
  if (depth > kDepthMax) {
    return fail(ErrorCode::kInvalid, "the value is nested too deeply to be printed");
  }
  const auto join = [&](std::string_view open, std::span<const Value> items,
                        std::string_view close) -> Result<std::string> {
    std::string out(open);
    for (std::size_t i = 0; i < items.size(); ++i) {
      WEIR_TRY_ASSIGN(const std::string text, one_line(items[i], depth + 1));
      out += i > 0 ? ", " : "";
      out += text;
    }
    return out + std::string(close);
  };
  if (value.is_list()) {
    return join("[", value.items(), "]");
  }
  if (value.is(Kind::kTuple)) {
    return join("(", value.items(), value.items().size() == 1 ? ",)" : ")");
  }
  if (!value.is_dict()) {
    return value.repr();
  }
  std::string out = "{";
  for (const Value& key : sorted_keys(value.dictionary())) {
    WEIR_TRY_ASSIGN(const std::string key_text, one_line(key, depth + 1));
    WEIR_TRY_ASSIGN(const std::string text, one_line(*value.dictionary().find(key), depth + 1));
    out += fmt::format("{}{}: {}", out.size() > 1 ? ", " : "", key_text, text);
    WEIR_TRY(check_string_size(out.size()));
  }
  return out + "}";
}

class PrettyPrinter {
 public:
  Result<std::string> run(const Value& value) {
    WEIR_TRY(format(value, 0, 0, 1));
    return std::move(out_);
  }

 private:
  // `allowance` is how much room what stands behind the value needs on its last line.
  Status format(const Value& value, std::size_t indent, std::size_t allowance, int level) {
    WEIR_TRY_ASSIGN(const std::string line, one_line(value, 0));
    const std::size_t room = kWidth > indent + allowance ? kWidth - indent - allowance : 0;
    if (unicode::length(line) <= room || level > kDepthMax) {
      out_ += line;
      return {};
    }
    switch (value.kind()) {
      case Kind::kDict:
        return format_dict(value.dictionary(), indent, allowance, level);
      case Kind::kList:
        return format_items("[", value.items(), "]", indent, allowance, level);
      case Kind::kTuple:
        return format_items("(", value.items(), value.items().size() == 1 ? ",)" : ")", indent, allowance, level);
      case Kind::kSet: {
        const auto keys = sorted_keys(value.dictionary());
        return format_items("{", keys, "}", indent, allowance, level);
      }
      case Kind::kStr:
        return format_text(value.string(), indent, allowance, level);
      default:
        out_ += line;
        return {};
    }
  }

  Status format_items(std::string_view open, std::span<const Value> items, std::string_view close, std::size_t indent,
                      std::size_t allowance, int level) {
    out_ += open;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) {
        out_ += fmt::format(",\n{}", std::string(indent + 1, ' '));
      }
      WEIR_TRY(format(items[i], indent + 1, i + 1 == items.size() ? allowance + close.size() : 1, level + 1));
    }
    out_ += close;
    return {};
  }

  Status format_dict(const Dict& dict, std::size_t indent, std::size_t allowance, int level) {
    out_ += '{';
    const auto keys = sorted_keys(dict);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) {
        out_ += fmt::format(",\n{}", std::string(indent + 1, ' '));
      }
      WEIR_TRY_ASSIGN(const std::string key, one_line(keys[i], 0));
      out_ += key + ": ";
      const Value value = *dict.find(keys[i]);
      WEIR_TRY(
          format(value, indent + 1 + unicode::length(key) + 2, i + 1 == keys.size() ? allowance + 1 : 1, level + 1));
    }
    out_ += '}';
    return {};
  }

  // Long text becomes several literals, broken at line ends and then at blanks.
  Status format_text(std::string_view text, std::size_t indent, std::size_t allowance, int level) {
    const bool in_brackets = level == 1;
    if (in_brackets) {
      ++indent;
      ++allowance;
    }
    std::vector<std::string> chunks;
    const auto lines = split_lines(text, true);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      append_chunks(lines[i], i + 1 == lines.size(), indent, allowance, chunks);
    }
    if (chunks.size() <= 1) {
      append_quoted(out_, text);
      return {};
    }
    out_ += in_brackets ? "(" : "";
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      out_ += i > 0 ? fmt::format("\n{}", std::string(indent, ' ')) : "";
      out_ += chunks[i];
    }
    out_ += in_brackets ? ")" : "";
    return {};
  }

  static void append_chunks(std::string_view line, bool is_last, std::size_t indent, std::size_t allowance,
                            std::vector<std::string>& chunks) {
    const auto quoted = [](std::string_view part) {
      std::string out;
      append_quoted(out, part);
      return out;
    };
    const std::size_t width = kWidth > indent ? kWidth - indent : 0;
    const std::size_t last_width = width > allowance ? width - allowance : 0;
    const std::string whole = quoted(line);
    if (unicode::length(whole) <= (is_last ? last_width : width)) {
      chunks.push_back(whole);
      return;
    }
    // Words with the blanks behind them.
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < line.size();) {
      std::size_t end = at;
      std::size_t size = 0;
      while (end < line.size() && !unicode::is_space(unicode::decode(line, end, size))) {
        end += size;
      }
      while (end < line.size() && unicode::is_space(unicode::decode(line, end, size))) {
        end += size;
      }
      parts.push_back(line.substr(at, end - at));
      at = end;
    }
    std::string current;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string candidate = current + std::string(parts[i]);
      const std::size_t room = i + 1 == parts.size() && is_last ? last_width : width;
      if (unicode::length(quoted(candidate)) > room) {
        if (!current.empty()) {
          chunks.push_back(quoted(current));
        }
        current = parts[i];
      } else {
        current = candidate;
      }
    }
    if (!current.empty()) {
      chunks.push_back(quoted(current));
    }
  }

  std::string out_;
};
}  // namespace

Result<std::string> pretty_print(const Value& value) {
  return PrettyPrinter().run(value);
}
}  // namespace weir::jinja
