#include "logs/endpoint.h"

#include <algorithm>

namespace weir::logs {
namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_id(std::string_view segment) {
  constexpr std::size_t kHexLengthMin = 8;
  constexpr std::size_t kUuidLength = 36;
  if (segment.empty()) {
    return false;
  }
  if (std::ranges::all_of(segment, is_digit)) {
    return true;
  }
  const bool is_uuid = segment.size() == kUuidLength && segment[8] == '-' && segment[13] == '-' && segment[18] == '-' &&
                       segment[23] == '-';
  const bool is_hexadecimal =
      std::ranges::all_of(segment, [is_uuid](char c) { return is_hex(c) || (is_uuid && c == '-'); });
  return is_hexadecimal && (is_uuid || (segment.size() >= kHexLengthMin && std::ranges::any_of(segment, is_digit)));
}
}  // namespace

std::string_view fold_ids(std::string_view path, std::string& scratch) {
  if (std::ranges::none_of(path, is_digit)) {
    return path;
  }
  scratch.clear();
  bool is_folded = false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (is_id(segment)) {
      scratch += "{id}";
      is_folded = true;
    } else {
      scratch += segment;
    }
    if (end < path.size()) {
      scratch += '/';
    }
    at = end + 1;
  }
  return is_folded ? std::string_view(scratch) : path;
}

std::string_view asset_endings() {
  return "css|js|mjs|map|png|jpg|jpeg|gif|svg|ico|webp|avif|bmp|woff|woff2|ttf|eot|otf|mp3|mp4|webm|txt|xml|json";
}

bool is_page(const Record& record) {
  constexpr std::int32_t kClientError = 400;
  if (record.method != "GET" || record.status >= kClientError) {
    return false;
  }
  constexpr std::size_t kEndingMax = 5;
  const std::string_view tail = record.path.substr(record.path.size() - std::min(record.path.size(), kEndingMax + 1));
  const std::size_t point = tail.rfind('.');
  if (point == std::string_view::npos || tail.find('/', point) != std::string_view::npos) {
    return true;
  }
  const std::string_view ending = tail.substr(point + 1);
  for (std::string_view rest = asset_endings(); !rest.empty();) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    if (rest.substr(0, bar) == ending) {
      return false;
    }
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return true;
}
}  // namespace weir::logs
