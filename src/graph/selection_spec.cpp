#include "graph/selection_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/text.h"

namespace weir::graph {
namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_method_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

/// `whole` is what the user wrote; `part` points into it and says where.
std::unexpected<Error> fail_in(std::string_view whole, std::string_view part, std::string_view message) {
  return fail(ErrorCode::kInvalid,
              fmt::format("\"{}\", character {}: {}", whole, part.data() - whole.data() + 1, message));
}

/// Reads the depth of `2+` or `+2`; without digits it is unlimited.
Result<std::uint32_t> parse_depth(std::string_view whole, std::string_view digits) {
  std::uint32_t depth = UINT32_MAX;
  if (!digits.empty() && std::from_chars(digits.data(), digits.data() + digits.size(), depth).ec != std::errc()) {
    return fail_in(whole, digits, "that number of steps is too large");
  }
  return depth;
}

Result<Criterion> parse_criterion_in(std::string_view whole, std::string_view rest) {
  Criterion out;
  const std::string_view start = rest;
  if (rest.starts_with('@')) {
    out.children_parents = true;
    rest.remove_prefix(1);
  }
  const auto digits_end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  if (digits_end < rest.size() && rest[digits_end] == '+') {
    WEIR_TRY_ASSIGN(out.parents_depth, parse_depth(whole, rest.substr(0, digits_end)));
    rest.remove_prefix(digits_end + 1);
  }
  const auto method_end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_method_character) - rest.begin());
  if (method_end < rest.size() && rest[method_end] == ':') {
    if (method_end == 0) {
      return fail_in(whole, rest, "the method before \":\" is missing; write method:value, such as tag:daily");
    }
    out.arguments = split(rest.substr(0, method_end), '.');
    out.method = out.arguments[0];
    out.arguments.erase(out.arguments.begin());
    rest.remove_prefix(method_end + 1);
  }
  const std::size_t plus = rest.find_last_not_of("0123456789");
  if (plus != std::string_view::npos && rest[plus] == '+') {
    if (out.children_parents) {
      return fail_in(whole, rest.substr(plus),
                     "\"@\" in front and \"+\" behind do not go together; @ already has the children");
    }
    WEIR_TRY_ASSIGN(out.children_depth, parse_depth(whole, rest.substr(plus + 1)));
    rest = rest.substr(0, plus);
  }
  if (rest.empty()) {
    return fail_in(whole, start, out.method.empty() ? "a name is missing" : "the value after \":\" is missing");
  }
  out.value = rest;
  return out;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Parses `a,b`; one part alone is an intersection too, which does no harm.
Result<SelectionSpec> parse_intersection(std::string_view whole, std::string_view word, IndirectSelection indirect) {
  SelectionSpec out{.operation = SelectionSpec::Operation::kIntersection,
                    .text = std::string(word),
                    .warn_when_empty = true,
                    .indirect = indirect};
  for (std::size_t start = 0; start <= word.size();) {
    const std::size_t end = std::min(word.find(',', start), word.size());
    const std::string_view part = word.substr(start, end - start);
    if (part.empty()) {
      return fail_in(whole, part,
                     "a selector is missing beside the comma; write a,b without blanks for what is in both");
    }
    WEIR_TRY_ASSIGN(Criterion criterion, parse_criterion_in(whole, part));
    out.parts.push_back({.operation = SelectionSpec::Operation::kCriterion,
                         .criterion = std::move(criterion),
                         .text = std::string(part),
                         .indirect = indirect});
    start = end + 1;
  }
  return out;
}

Result<SelectionSpec> parse_union(std::span<const std::string> texts, IndirectSelection indirect) {
  SelectionSpec out{.operation = SelectionSpec::Operation::kUnion, .text = join(texts, " "), .indirect = indirect};
  for (const std::string_view text : texts) {
    for (auto at = text.begin(); at != text.end();) {
      const auto begin = std::find_if_not(at, text.end(), is_blank);
      at = std::find_if(begin, text.end(), is_blank);
      if (begin != at) {
        WEIR_TRY_ASSIGN(auto part, parse_intersection(text, std::string_view(begin, at), indirect));
        out.parts.push_back(std::move(part));
      }
    }
  }
  return out;
}
}  // namespace

Result<IndirectSelection> indirect_selection_from_name(std::string_view name) {
  static const std::array<std::string, 4> names = {"eager", "cautious", "buildable", "empty"};
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("unknown indirect selection \"{}\"; it is one of {}{}", name,
                                                 join(names, ", "), did_you_mean(name, names)));
  }
  return static_cast<IndirectSelection>(found - names.begin());
}

Result<Criterion> parse_criterion(std::string_view text) {
  return parse_criterion_in(text, text);
}

Result<SelectionSpec> parse_selection(std::span<const std::string> select, std::span<const std::string> exclude,
                                      IndirectSelection indirect) {
  auto included = parse_union(select, indirect);
  if (!included) {
    return std::unexpected(std::move(included.error()).within("--select"));
  }
  auto excluded = parse_union(exclude, indirect);
  if (!excluded) {
    return std::unexpected(std::move(excluded.error()).within("--exclude"));
  }
  if (included->parts.empty()) {
    included->operation = SelectionSpec::Operation::kEverything;
  }
  SelectionSpec out{.operation = SelectionSpec::Operation::kDifference, .text = included->text};
  out.parts.push_back(*std::move(included));
  out.parts.push_back(*std::move(excluded));
  return out;
}
}  // namespace weir::graph
