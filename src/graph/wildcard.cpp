#include "graph/wildcard.h"

#include <cstddef>

namespace weir::graph {
namespace {
/// Where the class that starts with `[` at `start` ends: the place after its `]`, or npos without one.
std::size_t class_end(std::string_view pattern, std::size_t start) {
  std::size_t at = start + 1;
  if (at < pattern.size() && pattern[at] == '!') {
    ++at;
  }
  const std::size_t close = pattern.find(']', at + 1);  // a `]` that comes first is a member
  return close == std::string_view::npos ? close : close + 1;
}

/// `members` is what stands between the brackets.
bool in_class(std::string_view members, char c) {
  const bool negated = members.starts_with('!');
  if (negated) {
    members.remove_prefix(1);
  }
  const auto byte = [](char character) { return static_cast<unsigned char>(character); };
  bool found = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      found = found || (byte(members[i]) <= byte(c) && byte(c) <= byte(members[i + 2]));
      i += 2;
    } else {
      found = found || members[i] == c;
    }
  }
  return found != negated;
}

/// Matches one byte against the item of `pattern` at `at`, which is not `*`, and moves `at` behind that item.
bool match_one(std::string_view pattern, std::size_t& at, char c) {
  if (pattern[at] == '[') {
    const std::size_t end = class_end(pattern, at);
    if (end != std::string_view::npos) {
      const bool matches = in_class(pattern.substr(at + 1, end - at - 2), c);
      at = end;
      return matches;
    }
  }
  const bool matches = pattern[at] == '?' || pattern[at] == c;
  ++at;
  return matches;
}
}  // namespace

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[]") != std::string_view::npos;
}

bool wildcard_match(std::string_view pattern, std::string_view text) {
  // On a mismatch only the last `*` need take one byte more: an earlier one could not do better.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
      continue;
    }
    if (p < pattern.size() && match_one(pattern, p, text[t])) {
      ++t;
      continue;
    }
    if (star == std::string_view::npos) {
      return false;
    }
    p = star + 1;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}
}  // namespace weir::graph
