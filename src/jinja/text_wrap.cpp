#include "jinja/text_wrap.h"

#include <algorithm>

#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
bool is_blank(std::string_view character) {
  // Only ASCII white space divides words.
  return character == " " || (character.size() == 1 && character[0] >= '\t' && character[0] <= '\r');
}

bool is_letter(std::string_view character) {
  std::size_t size = 0;
  const char32_t code = unicode::decode(character, 0, size);
  return unicode::is_word(code) && !unicode::is_decimal(code);
}

bool is_word_or_mark(std::string_view character) {
  std::size_t size = 0;
  return unicode::is_word(unicode::decode(character, 0, size)) ||
         std::string_view("!\"'&.,?").find(character) != std::string_view::npos;
}

std::string text_of(const std::vector<std::string_view>& characters, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) {
    out += characters[i];
  }
  return out;
}

/// Where a word without blanks may be broken: after hyphens between letters and around long dashes.
void split_word(const std::vector<std::string_view>& word, std::vector<std::string>& out) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != "-") {
      continue;
    }
    std::size_t dashes_end = i;
    while (dashes_end < word.size() && word[dashes_end] == "-") {
      ++dashes_end;
    }
    const bool follows_word = i > 0 && is_word_or_mark(word[i - 1]);
    if (dashes_end - i >= 2 && follows_word && dashes_end < word.size() && is_word_or_mark(word[dashes_end])) {
      if (i > begin) {
        out.push_back(text_of(word, begin, i));
      }
      out.push_back(text_of(word, i, dashes_end));
      begin = dashes_end;
    } else if (dashes_end == i + 1 && i > begin) {
      // "well-known" breaks; "-x", "x-", "1-2" and the end of an option do not.
      const bool two_before = i >= begin + 2 && is_letter(word[i - 1]) && is_letter(word[i - 2]);
      const bool letter_hyphen_before =
          i >= begin + 3 && is_letter(word[i - 1]) && word[i - 2] == "-" && is_letter(word[i - 3]);
      const bool two_after = i + 2 < word.size() && is_letter(word[i + 1]) && is_letter(word[i + 2]);
      const bool letter_hyphen_after =
          i + 3 < word.size() && is_letter(word[i + 1]) && word[i + 2] == "-" && is_letter(word[i + 3]);
      if ((two_before || letter_hyphen_before) && (two_after || letter_hyphen_after)) {
        out.push_back(text_of(word, begin, i + 1));
        begin = i + 1;
      }
    }
    i = dashes_end - 1;
  }
  if (begin < word.size()) {
    out.push_back(text_of(word, begin, word.size()));
  }
}

std::vector<std::string> split_chunks(std::string_view line, bool break_on_hyphens) {
  std::vector<std::string> chunks;
  const auto characters = unicode::characters(line);
  for (std::size_t at = 0; at < characters.size();) {
    std::size_t end = at;
    const bool blank = is_blank(characters[at]);
    while (end < characters.size() && is_blank(characters[end]) == blank) {
      ++end;
    }
    const std::vector<std::string_view> piece(characters.begin() + static_cast<std::ptrdiff_t>(at),
                                              characters.begin() + static_cast<std::ptrdiff_t>(end));
    if (blank || !break_on_hyphens) {
      chunks.push_back(text_of(piece, 0, piece.size()));
    } else {
      split_word(piece, chunks);
    }
    at = end;
  }
  return chunks;
}

bool is_all_blank(std::string_view chunk) {
  return unicode::strip(chunk).empty();
}

/// Cuts the first part off a chunk that fits no line: after a hyphen if there is one, else at the width.
std::string cut_long_chunk(std::string& chunk, std::size_t room, bool break_on_hyphens) {
  std::size_t end = unicode::offset_of(chunk, room);
  if (break_on_hyphens && unicode::length(chunk) > room) {
    const std::size_t hyphen = std::string_view(chunk).substr(0, end).rfind('-');
    if (hyphen != std::string_view::npos && hyphen > 0 &&
        chunk.substr(0, hyphen).find_first_not_of('-') != std::string::npos) {
      end = hyphen + 1;
    }
  }
  std::string cut = chunk.substr(0, end);
  chunk.erase(0, end);
  return cut;
}
}  // namespace

std::vector<std::string> wrap_line(std::string_view line, const WrapOptions& options) {
  std::vector<std::string> lines;
  auto chunks = split_chunks(line, options.break_on_hyphens);
  std::reverse(chunks.begin(), chunks.end());
  const auto width = static_cast<std::size_t>(options.width);
  while (!chunks.empty()) {
    if (!lines.empty() && is_all_blank(chunks.back())) {
      chunks.pop_back();
    }
    std::vector<std::string> current;
    std::size_t length = 0;
    while (!chunks.empty()) {
      const std::size_t size = unicode::length(chunks.back());
      if (length + size > width) {
        break;
      }
      length += size;
      current.push_back(std::move(chunks.back()));
      chunks.pop_back();
    }
    if (!chunks.empty() && unicode::length(chunks.back()) > width) {
      if (options.break_long_words) {
        current.push_back(cut_long_chunk(chunks.back(), std::max<std::size_t>(width - length, width == length ? 0 : 1),
                                         options.break_on_hyphens));
        length += unicode::length(current.back());
      } else if (current.empty()) {
        current.push_back(std::move(chunks.back()));
        chunks.pop_back();
      }
    }
    if (!current.empty() && is_all_blank(current.back())) {
      current.pop_back();
    }
    if (!current.empty()) {
      std::string text;
      for (const auto& chunk : current) {
        text += chunk;
      }
      lines.push_back(std::move(text));
    }
  }
  return lines;
}
}  // namespace weir::jinja
