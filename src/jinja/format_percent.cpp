#include <fmt/format.h>

#include "jinja/dict.h"
#include "jinja/format.h"
#include "jinja/format_number.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/undefined.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
/// Walks over a %-format and its values.
class PercentFormatter {
 public:
  PercentFormatter(const Value& format, const Value& values)
      : text_(format.string()), escapes_(static_cast<Str*>(format.object())->is_markup()), values_(values) {}

  Result<std::string> run() {
    while (at_ < text_.size()) {
      const std::size_t percent = std::min(text_.find('%', at_), text_.size());
      out_ += text_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent < text_.size()) {
        WEIR_TRY(conversion());
      }
    }
    const bool all_used =
        values_.is(Kind::kTuple) ? used_ >= values_.items().size() : used_ > 0 || takes_many_or_none();
    if (!all_used && !named_) {
      return fail(ErrorCode::kInvalid, "not all arguments converted during string formatting");
    }
    return std::move(out_);
  }

 private:
  // A dict, a list and other containers on the right need not be used; a plain value must.
  bool takes_many_or_none() const { return values_.is_dict() || values_.is_list(); }

  Result<Value> next_value() {
    if (named_value_) {
      return *std::exchange(named_value_, std::nullopt);
    }
    if (values_.is(Kind::kTuple)) {
      if (used_ < values_.items().size()) {
        return values_.items()[used_++];
      }
    } else if (used_++ == 0) {
      return values_;
    }
    return fail(ErrorCode::kInvalid, "not enough arguments for format string");
  }

  Status read_name() {
    int depth = 1;
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && depth > 0) {
      depth += text_[at_] == '(' ? 1 : text_[at_] == ')' ? -1 : 0;
      ++at_;
    }
    if (depth > 0) {
      return fail(ErrorCode::kInvalid, "incomplete format key");
    }
    if (!values_.is_dict()) {
      return fail(ErrorCode::kInvalid, "format requires a mapping");
    }
    const std::string_view name = text_.substr(begin, at_ - 1 - begin);
    const Value* found = values_.dictionary().find(name);
    if (found == nullptr) {
      return fail(ErrorCode::kInvalid, fmt::format("the format names '{}', which the values do not hold", name));
    }
    named_value_ = *found;
    named_ = true;
    return {};
  }

  Result<std::int64_t> read_count() {
    if (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      WEIR_TRY_ASSIGN(const Value count, next_value());
      if (!count.as_integer() || *count.as_integer() > static_cast<std::int64_t>(kStringBytesMax)) {
        return fail(ErrorCode::kInvalid, "* wants int");
      }
      return *count.as_integer();
    }
    std::int64_t count = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      count = count * 10 + (text_[at_++] - '0');
      if (count > static_cast<std::int64_t>(kStringBytesMax)) {
        return fail(ErrorCode::kInvalid, "width or precision too big");
      }
    }
    return count;
  }

  Result<FormatSpec> read_spec() {
    FormatSpec spec;
    bool left = false;
    bool zero = false;
    for (; at_ < text_.size() && std::string_view("#0- +").find(text_[at_]) != std::string_view::npos; ++at_) {
      const char flag = text_[at_];
      left |= flag == '-';
      zero |= flag == '0';
      spec.alternate |= flag == '#';
      spec.sign = flag == '+' || (flag == ' ' && spec.sign != '+') ? flag : spec.sign;
    }
    WEIR_TRY_ASSIGN(std::int64_t width, read_count());
    if (width < 0) {
      left = true;
      width = -width;
    }
    spec.width = static_cast<std::size_t>(width);
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      WEIR_TRY_ASSIGN(const std::int64_t precision, read_count());
      spec.precision = static_cast<int>(std::max<std::int64_t>(precision, 0));
    }
    if (at_ < text_.size() && std::string_view("hlL").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
    if (at_ >= text_.size()) {
      return fail(ErrorCode::kInvalid, "incomplete format");
    }
    spec.type = text_[at_++];
    spec.align = left ? '<' : zero ? '=' : '>';
    spec.fill = zero && !left ? "0" : " ";
    return spec;
  }

  Status conversion() {
    if (at_ < text_.size() && text_[at_] == '(') {
      WEIR_TRY(read_name());
    }
    WEIR_TRY_ASSIGN(FormatSpec spec, read_spec());
    if (spec.type == '%') {
      out_ += '%';
      return {};
    }
    WEIR_TRY_ASSIGN(const Value value, next_value());
    WEIR_TRY_ASSIGN(const std::string text, format(spec, value));
    WEIR_TRY(check_string_size(out_.size() + text.size()));
    out_ += text;
    return {};
  }

  Result<std::string> format(FormatSpec& spec, const Value& value) {
    switch (spec.type) {
      case 's':
      case 'r':
      case 'a':
        return format_text(spec, value);
      case 'c':
        return format_character(spec, value);
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return format_int(spec, value);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return format_real(spec, value);
      default:
        return fail(ErrorCode::kInvalid, fmt::format("unsupported format character '{}'", spec.type));
    }
  }

  Result<std::string> format_text(FormatSpec& spec, const Value& value) {
    std::string text;
    if (spec.type == 's' && escapes_) {
      WEIR_TRY_ASSIGN(const Value escaped, escape_value(value));
      text = escaped.string();
    } else if (spec.type == 's') {
      WEIR_TRY(append_text(text, value));
    } else {
      WEIR_TRY(append_repr(text, value));
      text = escapes_ ? escape_html(text) : text;
    }
    if (spec.precision) {
      text.resize(unicode::offset_of(text, static_cast<std::size_t>(*spec.precision)));
    }
    spec.fill = " ";
    spec.align = spec.align == '=' ? '>' : spec.align;
    return pad_text(spec, text, '>');
  }

  Result<std::string> format_character(FormatSpec& spec, const Value& value) {
    std::string text;
    if (value.is_string() && unicode::length(value.string()) == 1) {
      text = value.string();
    } else if (value.as_integer() && *value.as_integer() >= 0 && *value.as_integer() <= 0x10FFFF) {
      unicode::append(text, static_cast<char32_t>(*value.as_integer()));
    } else {
      return fail(ErrorCode::kInvalid, "%c requires int or char");
    }
    spec.fill = " ";
    spec.align = spec.align == '=' ? '>' : spec.align;
    return pad_text(spec, text, '>');
  }

  Result<std::string> format_int(FormatSpec& spec, const Value& value) {
    Value integer = value;
    const bool is_decimal = spec.type == 'd' || spec.type == 'i' || spec.type == 'u';
    if (value.is(Kind::kFloat) && is_decimal) {
      WEIR_TRY_ASSIGN(integer, double_to_integer(value.real()));
    }
    if (value.is_undefined()) {
      return value.undefined().failure();
    }
    if (!integer.is_integer()) {
      return fail(ErrorCode::kInvalid, fmt::format("%{} format: {} is required, not {}", spec.type,
                                                   is_decimal ? "a real number" : "an integer", type_name(value)));
    }
    if (is_decimal) {
      spec.type = 'd';
    }
    if (!spec.precision) {
      return format_integer(spec, integer);
    }
    // A precision is the least number of digits; the sign and the prefix come in front of these.
    FormatSpec digits;
    digits.type = spec.type;
    digits.sign = spec.sign;
    digits.alternate = spec.alternate;
    digits.fill = "0";
    digits.align = '=';
    const std::size_t head =
        (integer_is_negative(integer) || spec.sign != '-' ? 1U : 0U) + (spec.alternate && spec.type != 'd' ? 2U : 0U);
    digits.width = head + static_cast<std::size_t>(*spec.precision);
    WEIR_TRY_ASSIGN(const std::string text, format_integer(digits, integer));
    if (spec.align == '=' && spec.width > text.size()) {
      digits.width = spec.width;
      return format_integer(digits, integer);
    }
    return pad_text(spec, text, '>');
  }

  Result<std::string> format_real(FormatSpec& spec, const Value& value) {
    std::optional<double> real;
    if (value.is(Kind::kFloat)) {
      real = value.real();
    } else if (value.is_integer()) {
      real = integer_to_double(value);
    } else if (value.is_undefined()) {
      return value.undefined().failure();
    }
    if (!real) {
      return fail(ErrorCode::kInvalid, fmt::format("must be real number, not {}", type_name(value)));
    }
    return format_float(spec, *real);
  }

  std::string_view text_;
  bool escapes_;
  const Value& values_;
  std::size_t at_ = 0;
  std::size_t used_ = 0;
  bool named_ = false;
  std::optional<Value> named_value_;
  std::string out_;
};
}  // namespace

Result<Value> format_percent(const Value& format, const Value& values) {
  WEIR_TRY_ASSIGN(const std::string text, PercentFormatter(format, values).run());
  return static_cast<Str*>(format.object())->is_markup() ? Value(Str::make_markup(text)) : Value(text);
}
}  // namespace weir::jinja
