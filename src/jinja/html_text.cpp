#include "jinja/html_text.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <set>

#include "core/text.h"
#include "jinja/number.h"
#include "jinja/repr.h"
#include "jinja/text_split.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
struct Entity {
  std::string_view name;
  std::string_view text;
};

constexpr std::array kEntities = {
    Entity{"amp", "&"},    Entity{"lt", "<"},        Entity{"gt", ">"},        Entity{"quot", "\""},
    Entity{"apos", "'"},   Entity{"nbsp", "\u00a0"}, Entity{"copy", "\u00a9"}, Entity{"reg", "\u00ae"},
    Entity{"hellip", "…"}, Entity{"mdash", "—"},     Entity{"ndash", "–"},     Entity{"laquo", "«"},
    Entity{"raquo", "»"},  Entity{"euro", "€"},
};

std::string remove_between(std::string_view text, std::string_view open, std::string_view close) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find(open);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
    if (end == std::string_view::npos) {
      return out + std::string(text);
    }
    out += text.substr(0, begin);
    text.remove_prefix(end + close.size());
  }
}

/// The text of the entity between "&" and ";", or nothing.
std::optional<std::string> entity_text(std::string_view name) {
  if (!name.starts_with('#')) {
    for (const Entity& entity : kEntities) {
      if (entity.name == name) {
        return std::string(entity.text);
      }
    }
    return std::nullopt;
  }
  const bool is_hex = name.size() > 1 && (name[1] | 0x20) == 'x';
  const auto code = parse_integer(name.substr(is_hex ? 2 : 1), is_hex ? 16 : 10);
  const auto number = code ? code->as_integer() : std::nullopt;
  if (!number || *number <= 0 || *number > 0x10FFFF || (*number >= 0xD800 && *number <= 0xDFFF)) {
    return std::nullopt;
  }
  std::string out;
  unicode::append(out, static_cast<char32_t>(*number));
  return out;
}

std::string replace_entities(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
    if (end != std::string_view::npos) {
      if (const auto replaced = entity_text(text.substr(at + 1, end - at - 1))) {
        out += *replaced;
        at = end + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

const RE2& url_pattern() {
  // A scheme or www., a name with a known end, or an address; then maybe a port and a path. Parts of names are word
  // characters, "%" and "-"; beyond ASCII everything counts as a word character.
#define WEIR_LABEL "[^\\x00-\\x24\\x26-\\x2c./:-@\\[-^`{-\\x7f]"
  static const RE2 pattern(
      "(?i)(?:"
      "(?:https?://|www\\.)(?:" WEIR_LABEL "+\\.)*(?:[a-z]{2,63}|xn--" WEIR_LABEL
      "{2,59})"
      "|(?:" WEIR_LABEL
      "{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)"
      "|https?://(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[(?:[0-9a-f]{0,4}:){2}(?:[0-9a-f]{0,4}:?){1,6}\\])"
      ")(?::[0-9]{1,5})?(?:[/?#]\\S*)?");
#undef WEIR_LABEL
  return pattern;
}

bool is_mail_address(std::string_view text) {
  static const RE2 pattern("\\S+@[\\pL\\pN_][\\pL\\pN_.-]*\\.[\\pL\\pN_]+");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

/// A word divided into brackets in front of it, itself, and signs behind it.
struct Word {
  std::string head;
  std::string middle;
  std::string tail;
};

Word divide(std::string_view text) {
  Word word;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::string_view rest = text.substr(begin);
    const std::size_t size = rest[0] == '(' || rest[0] == '<' ? 1 : rest.starts_with("&lt;") ? 4 : 0;
    if (size == 0) {
      break;
    }
    begin += size;
  }
  word.head = text.substr(0, begin);
  std::size_t end = text.size();
  while (end > begin) {
    const std::string_view rest = text.substr(begin, end - begin);
    const std::size_t size = std::string_view(")>.,\n").find(rest.back()) != std::string_view::npos ? 1
                             : rest.ends_with("&gt;")                                               ? 4
                                                                                                    : 0;
    if (size == 0) {
      break;
    }
    end -= size;
  }
  word.middle = text.substr(begin, end - begin);
  word.tail = text.substr(end);
  // A closing bracket whose partner is within the word belongs to the word.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPairs = {
      {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}}};
  for (const auto& [open, close] : kPairs) {
    const std::size_t opened = count_of(word.middle, open);
    if (opened <= count_of(word.middle, close)) {
      continue;
    }
    for (std::size_t i = std::min(opened, count_of(word.tail, close)); i > 0; --i) {
      const std::size_t taken = word.tail.find(close) + close.size();
      word.middle += word.tail.substr(0, taken);
      word.tail.erase(0, taken);
    }
  }
  return word;
}

std::string link_word(const std::string& word, const UrlizeOptions& options, const std::string& attributes) {
  const auto shown = [&](const std::string& url) {
    if (options.url_length_max && unicode::length(url) > *options.url_length_max) {
      return url.substr(0, unicode::offset_of(url, *options.url_length_max)) + "...";
    }
    return url;
  };
  if (RE2::FullMatch(word, url_pattern())) {
    const bool has_scheme = word.starts_with("https://") || word.starts_with("http://");
    return fmt::format("<a href=\"{}{}\"{}>{}</a>", has_scheme ? "" : "https://", word, attributes, shown(word));
  }
  if (word.starts_with("mailto:") && is_mail_address(std::string_view(word).substr(7))) {
    return fmt::format("<a href=\"{}\">{}</a>", word, word.substr(7));
  }
  if (word.find('@') != std::string::npos && !word.starts_with("www.") && word.find(':') == std::string::npos &&
      is_mail_address(word)) {
    return fmt::format("<a href=\"mailto:{}\">{}</a>", word, word);
  }
  std::string out = word;
  for (const std::string& scheme : options.extra_schemes) {
    if (out != scheme && out.starts_with(scheme)) {
      out = fmt::format("<a href=\"{}\"{}>{}</a>", out, attributes, out);
    }
  }
  return out;
}
}  // namespace

std::string strip_tags(std::string_view html) {
  const std::string text = remove_between(remove_between(html, "<!--", "-->"), "<", ">");
  std::string joined;
  for (const auto word : split_blanks(text, -1, false)) {
    joined += joined.empty() ? "" : " ";
    joined += word;
  }
  return replace_entities(joined);
}

std::string linkify(std::string_view text, const UrlizeOptions& options) {
  std::string attributes;
  if (!options.rel.empty()) {
    attributes += fmt::format(" rel=\"{}\"", escape_html(options.rel));
  }
  if (!options.target.empty()) {
    attributes += fmt::format(" target=\"{}\"", escape_html(options.target));
  }
  const std::string escaped = escape_html(text);
  std::string out;
  for (std::size_t at = 0; at < escaped.size();) {
    std::size_t end = at;
    std::size_t size = 0;
    const bool blank = unicode::is_space(unicode::decode(escaped, at, size));
    while (end < escaped.size() && unicode::is_space(unicode::decode(escaped, end, size)) == blank) {
      end += size;
    }
    const std::string_view piece = std::string_view(escaped).substr(at, end - at);
    if (blank) {
      out += piece;
    } else {
      const Word word = divide(piece);
      out += word.head + link_word(word.middle, options, attributes) + word.tail;
    }
    at = end;
  }
  return out;
}

std::string link_relations(std::string_view rel, bool nofollow) {
  std::set<std::string, std::less<>> words{"noopener"};
  for (const auto word : split_blanks(rel, -1, false)) {
    words.emplace(word);
  }
  if (nofollow) {
    words.emplace("nofollow");
  }
  const std::vector<std::string> sorted(words.begin(), words.end());
  return join(sorted, " ");
}

bool is_url_scheme(std::string_view text) {
  static const RE2 pattern("[\\pL\\pN_.+-]{2,}:/{0,2}");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}
}  // namespace weir::jinja
