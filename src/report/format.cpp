#include "report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/text.h"
#include "report/digits.h"

namespace weir::report {
namespace {
struct Currency {
  std::string_view code;
  std::string_view symbol;
  int digits;
};
constexpr auto kCurrencies = std::to_array<Currency>({
    {"usd", "$", 2},    {"eur", "€", 2},    {"gbp", "£", 2},    {"jpy", "¥", 0},    {"krw", "₩", 0},
    {"cny", "CN¥", 2},  {"inr", "₹", 2},    {"chf", "CHF ", 2}, {"sek", "SEK ", 2}, {"nok", "NOK ", 2},
    {"dkk", "DKK ", 2}, {"pln", "PLN ", 2}, {"czk", "CZK ", 2}, {"brl", "R$", 2},   {"cad", "CA$", 2},
    {"aud", "A$", 2},   {"mxn", "MX$", 2},  {"try", "₺", 2},    {"vnd", "₫", 0},    {"thb", "฿", 2},
});

struct DatePattern {
  std::string_view name;
  std::string_view pattern;
};
constexpr auto kDatePatterns = std::to_array<DatePattern>({
    {"date", "%Y-%m-%d"},
    {"day", "%-d %b %Y"},
    {"month", "%b %Y"},
    {"quarter", "Q%q %Y"},
    {"year", "%Y"},
    {"weekday", "%A"},
    {"time", "%H:%M"},
    {"datetime", "%Y-%m-%d %H:%M"},
});

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::string_view kPatternLetters = "YymbBdaAqHMS%";
constexpr std::string_view kPatternLettersUnpadded = "mdH";  // after a minus: %-d

const Currency* find_currency(std::string_view code) {
  const auto* found = std::ranges::find(kCurrencies, code, &Currency::code);
  return found == kCurrencies.end() ? nullptr : found;
}

const DatePattern* find_date_pattern(std::string_view name) {
  const auto* found = std::ranges::find(kDatePatterns, name, &DatePattern::name);
  return found == kDatePatterns.end() ? nullptr : found;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names = {"number", "percent", "text"};
  for (const Currency& currency : kCurrencies) {
    names.emplace_back(currency.code);
  }
  for (const DatePattern& date : kDatePatterns) {
    names.emplace_back(date.name);
  }
  return names;
}

Status check_pattern(std::string_view pattern) {
  for (std::size_t at = pattern.find('%'); at != std::string_view::npos; at = pattern.find('%', at)) {
    const bool unpadded = pattern.substr(at + 1).starts_with('-');
    const std::size_t letter = at + (unpadded ? 2 : 1);
    if (letter >= pattern.size() ||
        (unpadded ? kPatternLettersUnpadded : kPatternLetters).find(pattern[letter]) == std::string_view::npos) {
      return fail(
          ErrorCode::kInvalid,
          fmt::format(
              "the date pattern \"{}\" has \"{}\"; known are %Y %y %m %-m %b %B %d %-d %a %A %q %H %-H %M %S %%",
              pattern, pattern.substr(at, letter - at + 1)));
    }
    at = letter + 1;
  }
  return {};
}

std::string write_date(Timestamp time, std::string_view pattern) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const std::string_view month_name = kMonths[month - 1];
  const std::string_view weekday_name = kWeekdays[std::chrono::weekday(day).c_encoding()];
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%' || at + 1 == pattern.size()) {
      text += pattern[at];
      continue;
    }
    const bool unpadded = pattern[at + 1] == '-';
    const int width = unpadded ? 1 : 2;
    at += unpadded ? 2 : 1;
    switch (pattern[at]) {
      case 'Y':
        text += fmt::format("{:04}", year);
        break;
      case 'y':
        text += fmt::format("{:02}", year % 100);
        break;
      case 'm':
        text += fmt::format("{:0{}}", month, width);
        break;
      case 'b':
        text += month_name.substr(0, 3);
        break;
      case 'B':
        text += month_name;
        break;
      case 'd':
        text += fmt::format("{:0{}}", static_cast<unsigned>(date.day()), width);
        break;
      case 'a':
        text += weekday_name.substr(0, 3);
        break;
      case 'A':
        text += weekday_name;
        break;
      case 'q':
        text += fmt::format("{}", (month - 1) / 3 + 1);
        break;
      case 'H':
        text += fmt::format("{:0{}}", clock.hours().count(), width);
        break;
      case 'M':
        text += fmt::format("{:02}", clock.minutes().count());
        break;
      case 'S':
        text += fmt::format("{:02}", clock.seconds().count());
        break;
      default:
        text += pattern[at];
        break;
    }
  }
  return text;
}

/// Whether the calendar has a date of four digits for it; infinite dates, for one, have none.
bool is_written(std::chrono::sys_days day) {
  return day >= std::chrono::sys_days(std::chrono::year(1) / 1 / 1) &&
         day <= std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
}

/// The moment that a cell names, also when it is an ISO date kept as text; nothing for those that cannot be written.
std::optional<Timestamp> time_of(const Cell& cell) {
  if (const auto* day = std::get_if<std::chrono::sys_days>(&cell)) {
    return is_written(*day) ? std::optional(Timestamp(*day)) : std::nullopt;
  }
  if (const auto* time = std::get_if<Timestamp>(&cell)) {
    return is_written(std::chrono::floor<std::chrono::days>(*time)) ? std::optional(*time) : std::nullopt;
  }
  if (const auto* text = std::get_if<std::string>(&cell)) {
    const auto parsed = parse_timestamp(*text);
    return parsed ? std::optional(*parsed) : std::nullopt;
  }
  return std::nullopt;
}

/// Puts the symbol between sign and digits, and drops the sign of what was rounded to zero.
std::string decorate(std::string_view text, std::string_view prefix, std::string_view suffix) {
  const bool negative = text.starts_with('-');
  if (negative) {
    text.remove_prefix(1);
  }
  const bool is_zero = text.find_first_of("123456789") == std::string_view::npos;
  return fmt::format("{}{}{}{}", negative && !is_zero ? "-" : "", prefix, text, suffix);
}

bool names_things(std::string_view column) {
  const std::string name = to_lower(column);
  return name == "year" || name == "id" || name.ends_with("_year") || name.ends_with("_id");
}

bool all_dates(const std::vector<Cell>& cells, bool (*holds)(std::chrono::year_month_day)) {
  bool any = false;
  for (const Cell& cell : cells) {
    if (const auto time = time_of(cell)) {
      const auto day = std::chrono::floor<std::chrono::days>(*time);
      if (*time != day || !holds(std::chrono::year_month_day(day))) {
        return false;
      }
      any = true;
    }
  }
  return any;
}

std::string date_format_for(const Column& column, const std::vector<Cell>& cells) {
  // One date alone says nothing about the others: the first of a month is a day as well.
  if (cells.size() > 1 && all_dates(cells, [](auto date) {
        return date.month() == std::chrono::January && date.day() == std::chrono::day(1);
      })) {
    return "year";
  }
  if (cells.size() > 1 && all_dates(cells, [](auto date) { return date.day() == std::chrono::day(1); })) {
    return "month";
  }
  const bool whole_days = column.type == ColumnType::kDate || all_dates(cells, [](auto) { return true; });
  return whole_days ? "date" : "datetime";
}
}  // namespace

Result<Format> Format::parse(std::string_view text) {
  Format format;
  if (text.find('%') != std::string_view::npos) {
    WEIR_TRY(check_pattern(text));
    format.kind_ = Kind::kDate;
    format.name_ = text;
    return format;
  }
  const std::size_t colon = text.find(':');
  format.name_ = text.substr(0, colon);
  if (format.name_ == "number") {
    format.kind_ = Kind::kNumber;
  } else if (format.name_ == "percent") {
    format.kind_ = Kind::kPercent;
  } else if (find_currency(format.name_) != nullptr) {
    format.kind_ = Kind::kCurrency;
  } else if (find_date_pattern(format.name_) != nullptr) {
    format.kind_ = Kind::kDate;
  } else if (format.name_ != "text") {
    return fail(ErrorCode::kInvalid,
                fmt::format("unknown format \"{}\"{}", text, did_you_mean(format.name_, format_names())));
  }
  if (colon == std::string_view::npos) {
    return format;
  }
  const std::string_view option = text.substr(colon + 1);
  const bool takes_digits =
      format.kind_ == Kind::kNumber || format.kind_ == Kind::kPercent || format.kind_ == Kind::kCurrency;
  if (option == "short" && takes_digits && format.kind_ != Kind::kPercent) {
    format.short_ = true;
  } else if (takes_digits && option.size() == 1 && option[0] >= '0' && option[0] <= '9') {
    format.digits_ = option[0] - '0';
  } else {
    return fail(ErrorCode::kInvalid, fmt::format("the format \"{}\" cannot have \":{}\"; numbers take decimals "
                                                 "(\"number:2\"), numbers and currencies \":short\"",
                                                 format.name_, option));
  }
  return format;
}

std::string Format::spec() const {
  if (short_) {
    return name_ + ":short";
  }
  return digits_ ? fmt::format("{}:{}", name_, *digits_) : name_;
}

Format Format::for_cells(const std::vector<Cell>& cells) const {
  if (kind_ != Kind::kNumber || digits_ || short_) {
    return *this;
  }
  int needed = 0;
  double largest = 0;
  for (const Cell& cell : cells) {
    if (const auto digits = digits_of(cell)) {
      needed = std::max(needed, decimals_of(*digits));
      largest = std::max(largest, std::abs(std::strtod(digits->c_str(), nullptr)));
    }
  }
  Format format = *this;
  format.digits_ = std::min(needed, largest < 1 ? 4 : 2);
  return format;
}

Format Format::shortened() const {
  Format format = *this;
  if (kind_ == Kind::kNumber || kind_ == Kind::kCurrency) {
    format.short_ = true;
    format.digits_.reset();
  }
  return format;
}

std::string Format::write(const Cell& cell) const {
  if (std::holds_alternative<std::monostate>(cell)) {
    return "–";
  }
  if (kind_ == Kind::kDate) {
    const auto time = time_of(cell);
    if (!time) {
      return raw_text(cell);
    }
    const DatePattern* named = find_date_pattern(name_);
    return write_date(*time, named == nullptr ? std::string_view(name_) : named->pattern);
  }
  const auto digits = digits_of(cell);
  if (!digits || kind_ == Kind::kText) {
    return raw_text(cell);
  }
  const Currency* currency = find_currency(name_);
  const std::string_view prefix = currency == nullptr ? "" : currency->symbol;
  if (short_) {
    return decorate(shorten_digits(*digits), prefix, "");
  }
  if (kind_ == Kind::kPercent) {
    return decorate(group_digits(round_digits(shift_digits(*digits, 2), digits_.value_or(1))), "", "%");
  }
  if (currency != nullptr) {
    return decorate(group_digits(round_digits(*digits, digits_.value_or(currency->digits))), prefix, "");
  }
  const int decimals = digits_.value_or(digits->find('.') == std::string::npos ? 0 : 2);
  return decorate(group_digits(round_digits(*digits, decimals)), "", "");
}

Format default_format(const Column& column, const std::vector<Cell>& cells) {
  Format format;
  if (is_number(column.type) && !names_things(column.name)) {
    format.kind_ = Format::Kind::kNumber;
    format.name_ = "number";
    return format.for_cells(cells);
  }
  if (is_date(column.type)) {
    format.kind_ = Format::Kind::kDate;
    format.name_ = date_format_for(column, cells);
  }
  return format;
}

std::optional<std::string> digits_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return std::to_string(*integer);
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return std::isfinite(*real) ? std::optional(expand_digits(*real)) : std::nullopt;
  }
  if (const auto* decimal = std::get_if<Decimal>(&cell)) {
    return decimal->digits;
  }
  return std::nullopt;
}

std::optional<double> number_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return static_cast<double>(*integer);
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return std::isfinite(*real) ? std::optional(*real) : std::nullopt;
  }
  if (const auto* decimal = std::get_if<Decimal>(&cell)) {
    return std::strtod(decimal->digits.c_str(), nullptr);
  }
  return std::nullopt;
}

std::string raw_text(const Cell& cell) {
  if (const auto digits = digits_of(cell)) {
    return *digits;
  }
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return *text;
  }
  if (const auto* truth = std::get_if<bool>(&cell)) {
    return *truth ? "true" : "false";
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return std::isnan(*real) ? "NaN" : *real > 0 ? "∞" : "-∞";
  }
  const auto* day = std::get_if<std::chrono::sys_days>(&cell);
  if (const auto time = time_of(cell)) {
    const auto second = std::chrono::floor<std::chrono::seconds>(*time);
    const auto fraction = (*time - second).count();
    return day != nullptr
               ? write_date(*time, "%Y-%m-%d")
               : write_date(*time, "%Y-%m-%d %H:%M:%S") + (fraction == 0 ? "" : fmt::format(".{:06}", fraction));
  }
  if (day != nullptr) {
    return day->time_since_epoch().count() > 0 ? "after 9999" : "before 0001";
  }
  if (const auto* time = std::get_if<Timestamp>(&cell)) {
    return time->time_since_epoch().count() > 0 ? "after 9999" : "before 0001";
  }
  return "";
}

bool is_number(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kDouble || type == ColumnType::kDecimal;
}

bool is_date(ColumnType type) {
  return type == ColumnType::kDate || type == ColumnType::kTimestamp;
}
}  // namespace weir::report
