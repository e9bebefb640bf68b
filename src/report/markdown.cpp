#include "report/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include "core/text.h"
#include "report/html.h"

namespace weir::report {
namespace {
// A mark is "\uE000" number "\uE001": characters for private use, which Markdown takes for letters.
constexpr std::string_view kMarkBegin = "\uE000";
constexpr std::string_view kMarkEnd = "\uE001";

constexpr std::array<const char*, 3> kExtensions = {"table", "strikethrough", "autolink"};
constexpr int kParseOptions = CMARK_OPT_VALIDATE_UTF8;
constexpr int kRenderOptions = CMARK_OPT_TABLE_PREFER_STYLE_ATTRIBUTES;

constexpr std::array<std::string_view, 6> kSafeTags = {"br", "sub", "sup", "kbd", "mark", "small"};

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Document = std::unique_ptr<cmark_node, NodeDeleter>;

Document parse(std::string_view markdown) {
  cmark_gfm_core_extensions_ensure_registered();
  const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(cmark_parser_new(kParseOptions),
                                                                           &cmark_parser_free);
  for (const char* name : kExtensions) {
    cmark_parser_attach_syntax_extension(parser.get(), cmark_find_syntax_extension(name));
  }
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  Document document(cmark_parser_finish(parser.get()));
  cmark_consolidate_text_nodes(document.get());
  return document;
}

/// All nodes in the order of the text, so that the tree may be changed while going through them.
std::vector<cmark_node*> nodes_of(cmark_node* root) {
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iterator(cmark_iter_new(root), &cmark_iter_free);
  std::vector<cmark_node*> nodes;
  for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    if (event == CMARK_EVENT_ENTER) {
      nodes.push_back(cmark_iter_get_node(iterator.get()));
    }
  }
  return nodes;
}

std::string_view view(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}
std::string_view literal_of(cmark_node* node) {
  return view(cmark_node_get_literal(node));
}

/// One piece of a text with marks: a fragment, or text between marks.
struct Piece {
  const Fragments::Fragment* fragment = nullptr;
  std::string_view text;
};

std::vector<Piece> pieces_of(std::string_view text, const Fragments& fragments) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  for (std::size_t at = text.find(kMarkBegin); at != std::string_view::npos; at = text.find(kMarkBegin, at + 1)) {
    const std::size_t end = text.find(kMarkEnd, at);
    if (end == std::string_view::npos) {
      break;
    }
    const std::string_view number = text.substr(at + kMarkBegin.size(), end - at - kMarkBegin.size());
    std::size_t index = fragments.all().size();
    const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    if (error != std::errc() || stop != number.data() + number.size() || index >= fragments.all().size()) {
      continue;  // somebody's own character for private use
    }
    if (at > begin) {
      pieces.push_back({nullptr, text.substr(begin, at - begin)});
    }
    pieces.push_back({&fragments.all()[index], {}});
    begin = end + kMarkEnd.size();
    at = begin - 1;
  }
  if (begin < text.size()) {
    pieces.push_back({nullptr, text.substr(begin)});
  }
  return pieces;
}

/// Puts values in the place of their marks. Errors: kInvalid when one of the marks is a chart, table or card.
Result<std::string> fill_in(std::string_view text, const Fragments& fragments) {
  std::string filled;
  for (const Piece& piece : pieces_of(text, fragments)) {
    if (piece.fragment == nullptr) {
      filled += piece.text;
    } else if (piece.fragment->kind == Fragments::Kind::kText) {
      filled += clean_text(piece.fragment->content);
    } else {
      return fail_at(
          piece.fragment->place,
          fmt::format("{}(...) stands within a line of text; put it in a paragraph of its own, with an empty "
                      "line before and after it",
                      piece.fragment->made_by));
    }
  }
  return filled;
}

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

/// The fragments of a paragraph that holds nothing but charts, tables and cards; empty for all other paragraphs.
std::vector<const Fragments::Fragment*> figures_of(cmark_node* paragraph, const Fragments& fragments) {
  std::vector<const Fragments::Fragment*> figures;
  for (cmark_node* child = cmark_node_first_child(paragraph); child != nullptr; child = cmark_node_next(child)) {
    const cmark_node_type type = cmark_node_get_type(child);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
      continue;
    }
    if (type != CMARK_NODE_TEXT) {
      return {};
    }
    for (const Piece& piece : pieces_of(literal_of(child), fragments)) {
      if (piece.fragment == nullptr ? !is_blank(piece.text) : piece.fragment->kind == Fragments::Kind::kText) {
        return {};
      }
      if (piece.fragment != nullptr) {
        figures.push_back(piece.fragment);
      }
    }
  }
  return figures;
}

Result<std::string> row_html(const std::vector<const Fragments::Fragment*>& figures) {
  const Fragments::Kind kind = figures.front()->kind;
  std::string html;
  for (const auto* figure : figures) {
    if (figure->kind != kind) {
      return fail_at(
          figure->place,
          fmt::format("{}(...) and {}(...) stand in one paragraph; put cards and charts in paragraphs of their own",
                      figures.front()->made_by, figure->made_by));
    }
    html += figure->content;
  }
  if (kind == Fragments::Kind::kCard) {
    return "<div class=\"cards\">\n" + html + "</div>\n";
  }
  return figures.size() == 1 ? html : "<div class=\"row\">\n" + html + "</div>\n";
}

bool is_fenced(cmark_node* node) {
  int length = 0;
  int offset = 0;
  char character = 0;
  return cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK &&
         cmark_node_get_fenced(node, &length, &offset, &character) != 0;
}

void replace(cmark_node* node, cmark_node* by) {
  const int replaced = cmark_node_replace(node, by);
  WEIR_ASSERT(replaced == 1, "a block may stand where a block stood, an inline where an inline stood");
  cmark_node_free(node);
}

cmark_node* raw_html(cmark_node_type type, const std::string& enter) {
  cmark_node* node = cmark_node_new(type);
  cmark_node_set_on_enter(node, enter.c_str());
  return node;
}

cmark_node* plain_text(std::string_view text) {
  cmark_node* node = cmark_node_new(CMARK_NODE_TEXT);
  cmark_node_set_literal(node, std::string(text).c_str());
  return node;
}

/// "<br>", "<br/>", "<sub>", "</sub>": a known tag without attributes.
bool is_safe_tag(std::string_view tag) {
  tag.remove_prefix(tag.starts_with("</") ? 2 : 1);
  tag = tag.substr(0, tag.find_last_not_of(" />") + 1);
  return std::ranges::find(kSafeTags, tag) != kSafeTags.end();
}

bool is_comment(std::string_view html) {
  return html.starts_with("<!--") && trim(html).ends_with("-->");
}

/// The text of a reader's page never holds raw HTML: what somebody wrote as HTML is shown as it was written.
Status disarm_html(cmark_node* node, bool is_block, const Fragments& fragments) {
  const std::string html(literal_of(node));
  if (is_comment(html)) {
    cmark_node_free(node);  // unlinks it
    return {};
  }
  if (!is_block && is_safe_tag(html)) {
    replace(node, raw_html(CMARK_NODE_CUSTOM_INLINE, html));
    return {};
  }
  WEIR_TRY_ASSIGN(const std::string filled, fill_in(trim(html), fragments));
  if (!is_block) {
    replace(node, plain_text(filled));
    return {};
  }
  cmark_node* paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
  cmark_node_append_child(paragraph, plain_text(filled));
  replace(node, paragraph);
  return {};
}

Status fill_in_literal(cmark_node* node, const Fragments& fragments) {
  if (literal_of(node).find(kMarkBegin) == std::string_view::npos) {
    return {};
  }
  WEIR_TRY_ASSIGN(const std::string filled, fill_in(literal_of(node), fragments));
  cmark_node_set_literal(node, filled.c_str());
  return {};
}

Status fill_in_address(cmark_node* node, const Fragments& fragments) {
  WEIR_TRY_ASSIGN(const std::string url, fill_in(view(cmark_node_get_url(node)), fragments));
  WEIR_TRY_ASSIGN(const std::string title, fill_in(view(cmark_node_get_title(node)), fragments));
  if (cmark_node_get_type(node) == CMARK_NODE_IMAGE && !url.starts_with("data:")) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("the picture \"{}\" would have to be fetched when the report is read; put it into the text as "
                    "data:image/png;base64,... or leave it out",
                    excerpt(url)));
  }
  cmark_node_set_url(node, url.c_str());
  cmark_node_set_title(node, title.c_str());
  return {};
}

/// A wide table scrolls within itself instead of widening the page.
void wrap_table(cmark_node* table) {
  cmark_node* wrapper = raw_html(CMARK_NODE_CUSTOM_BLOCK, "<div class=\"scroll\" tabindex=\"0\">");
  cmark_node_set_on_exit(wrapper, "</div>");
  cmark_node_insert_before(table, wrapper);
  cmark_node_append_child(wrapper, table);
}

/// Paragraphs come first: what stands in them is gone afterwards.
Status place_figures(cmark_node* document, const Fragments& fragments) {
  for (cmark_node* node : nodes_of(document)) {
    if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH) {
      continue;
    }
    const auto figures = figures_of(node, fragments);
    if (!figures.empty()) {
      WEIR_TRY_ASSIGN(const std::string html, row_html(figures));
      // The node's children went through nodes_of already, but are not paragraphs.
      replace(node, raw_html(CMARK_NODE_CUSTOM_BLOCK, html));
    }
  }
  return {};
}

Status change_node(cmark_node* node, const Fragments& fragments) {
  const cmark_node_type type = cmark_node_get_type(node);
  if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
    return disarm_html(node, type == CMARK_NODE_HTML_BLOCK, fragments);
  }
  if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK) {
    return fill_in_literal(node, fragments);
  }
  if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
    return fill_in_address(node, fragments);
  }
  if (view(cmark_node_get_type_string(node)) == "table") {
    wrap_table(node);
  }
  return {};
}
}  // namespace

std::vector<FencedBlock> fenced_blocks(std::string_view markdown) {
  const Document document = parse(markdown);
  std::vector<FencedBlock> blocks;
  for (cmark_node* node : nodes_of(document.get())) {
    if (is_fenced(node)) {
      blocks.push_back({.info = std::string(view(cmark_node_get_fence_info(node))),
                        .content = std::string(literal_of(node)),
                        .line_first = cmark_node_get_start_line(node),
                        .line_last = cmark_node_get_end_line(node)});
    }
  }
  return blocks;
}

std::string Fragments::add(Fragment fragment) {
  fragments_.push_back(std::move(fragment));
  return fmt::format("{}{}{}", kMarkBegin, fragments_.size() - 1, kMarkEnd);
}

Result<std::string> markdown_html(std::string_view markdown, const Fragments& fragments) {
  const Document document = parse(markdown);
  WEIR_TRY(place_figures(document.get(), fragments));
  for (cmark_node* node : nodes_of(document.get())) {
    WEIR_TRY(change_node(node, fragments));
  }
  const std::unique_ptr<char, decltype(&std::free)> html(cmark_render_html(document.get(), kRenderOptions, nullptr),
                                                         &std::free);
  return std::string(html.get());
}
}  // namespace weir::report
