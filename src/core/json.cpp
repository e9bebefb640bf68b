#include "core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace weir {
namespace {
constexpr int kDepthMax = 500;
}

Result<Json> parse_json(std::string_view text, std::string_view file) {
  try {
    const Json::parser_callback_t bounded = [](int depth, Json::parse_event_t, Json&) {
      if (depth > kDepthMax) {
        throw std::length_error("nested deeper than 500 levels");
      }
      return true;
    };
    return Json::parse(text, bounded);
  } catch (const Json::parse_error& error) {
    const std::size_t at = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
    const std::string_view before = text.substr(0, at);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    std::string message = error.what();
    // The library puts its own number and position in front: "[json...101] parse error at line 1, column 2: reason".
    if (const std::size_t colon = message.find(": "); colon != std::string::npos) {
      message = message.substr(colon + 2);
    }
    return fail_at({std::string(file), static_cast<int>(line), static_cast<int>(at - line_start) + 1}, "not JSON: " + message);
  } catch (const std::exception& error) {
    return fail_at({std::string(file), 0, 0}, fmt::format("not JSON: {}", error.what()));
  }
}
}  // namespace weir
