#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// HTML in text and text in HTML.
namespace weir::jinja {
/// Takes out comments and tags, makes runs of white space one blank and replaces entities: numbers, and the common
/// names (amp, lt, gt, quot, apos, nbsp, copy, reg, hellip, mdash, ndash, laquo, raquo, euro).
std::string strip_tags(std::string_view html);

struct UrlizeOptions {
  std::optional<std::size_t> url_length_max;  ///< of the shown text, in code points
  std::string rel;
  std::string_view target;
  std::vector<std::string> extra_schemes;
};
/// Escapes the text and makes links of the URLs and mail addresses in it.
std::string linkify(std::string_view text, const UrlizeOptions& options);
/// The words of `rel` and those that links get always, sorted.
std::string link_relations(std::string_view rel, bool nofollow);
/// "tel:", "ftp://": letters and signs up to a colon, and maybe slashes.
bool is_url_scheme(std::string_view text);
}  // namespace weir::jinja
