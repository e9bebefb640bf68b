#include "test_file.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <charconv>

#include "core/text.h"

namespace weir::test {
namespace {
class Parser {
 public:
  Parser(std::string_view path, std::string_view text) : lines_(split(text, '\n')) { file_.path = path; }

  Result<TestFile> parse() {
    while (at_ < lines_.size()) {
      const std::string line(trim(lines_[at_]));
      if (line.empty() || line.starts_with('#')) {
        if (line.starts_with("# description:")) {
          file_.description = trim(std::string_view(line).substr(14));
        }
        ++at_;
        continue;
      }
      WEIR_TRY(parse_block(line));
    }
    if (file_.description.empty()) {
      return fail_at({file_.path, 1, 1}, "a test begins with # description:");
    }
    return std::move(file_);
  }

 private:
  Status parse_block(const std::string& line) {
    Block block;
    block.line = static_cast<int>(at_) + 1;
    const std::string word = line.substr(0, line.find(' '));
    block.argument = trim(std::string_view(line).substr(word.size()));
    ++at_;
    if (word == "file") {
      block.kind = Block::Kind::kFile;
      if (at_ >= lines_.size() || lines_[at_] != "----") {
        return fail_at({file_.path, block.line, 1}, "---- must follow");
      }
      for (++at_; at_ < lines_.size() && lines_[at_] != "----"; ++at_) {
        block.body.push_back(lines_[at_]);
      }
      ++at_;
    } else if (word == "copy" || word == "need" || word == "shell") {
      block.kind = word == "copy" ? Block::Kind::kCopy : word == "need" ? Block::Kind::kNeed : Block::Kind::kShell;
      take_expected(block);
    } else if (word == "weir") {
      WEIR_TRY(take_exit_code(block));
      take_expected(block);
    } else if (word == "query") {
      block.kind = Block::Kind::kQuery;
      for (; at_ < lines_.size() && lines_[at_] != "----" && !trim(lines_[at_]).empty(); ++at_) {
        block.body.push_back(lines_[at_]);
      }
      take_expected(block);
      if (!block.checks_output) {
        return fail_at({file_.path, block.line, 1}, "a query needs ---- and its rows");
      }
    } else {
      return fail_at({file_.path, block.line, 1}, fmt::format("unknown word \"{}\"", word));
    }
    file_.blocks.push_back(std::move(block));
    return {};
  }

  Status take_exit_code(Block& block) const {
    if (!block.argument.starts_with("error ")) {
      return {};
    }
    const char* begin = block.argument.data() + 6;
    const auto [end, error] = std::from_chars(begin, block.argument.data() + block.argument.size(), block.exit_code);
    if (error != std::errc()) {
      return fail_at({file_.path, block.line, 1}, "error needs an exit code");
    }
    block.argument = trim(std::string_view(end));
    return {};
  }

  void take_expected(Block& block) {
    if (at_ >= lines_.size() || lines_[at_] != "----") {
      return;
    }
    block.checks_output = true;
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      block.expected.push_back(lines_[at_]);
    }
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  TestFile file_;
};

bool line_matches(const std::string& expected, const std::string& actual) {
  constexpr std::string_view kPattern = "<REGEX>:";
  return expected.starts_with(kPattern) ? RE2::FullMatch(actual, expected.substr(kPattern.size())) : expected == actual;
}

bool match_from(const std::vector<std::string>& expected, std::size_t e, const std::vector<std::string>& actual, std::size_t a) {
  for (; e < expected.size(); ++e, ++a) {
    if (expected[e] == "...") {
      for (std::size_t next = a; next <= actual.size(); ++next) {
        if (match_from(expected, e + 1, actual, next)) {
          return true;
        }
      }
      return false;
    }
    if (a >= actual.size() || !line_matches(expected[e], actual[a])) {
      return false;
    }
  }
  return a == actual.size();
}
}  // namespace

Result<TestFile> parse_test_file(std::string_view path, std::string_view text) { return Parser(path, text).parse(); }

std::vector<std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool any = false;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      any = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      any = true;
    } else if (c == ' ') {
      if (any) {
        words.push_back(std::move(word));
      }
      word.clear();
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) {
    words.push_back(std::move(word));
  }
  return words;
}

bool lines_match(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  return match_from(expected, 0, actual, 0);
}
}  // namespace weir::test
