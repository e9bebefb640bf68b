#include "generate/text.h"

namespace weir::generate {
namespace {
constexpr std::chrono::sys_days kFirstDay = std::chrono::year{2018} / 1 / 1;
constexpr std::chrono::sys_days kLastDay = std::chrono::year{2029} / 12 / 31;
constexpr auto kDaysCount = static_cast<std::size_t>((kLastDay - kFirstDay).count() + 1);

// "2018-01-01" and so on; stepping day by day keeps the compile-time work small.
constexpr auto kDates = [] {
  std::array<std::array<char, 10>, kDaysCount> out{};
  int year = 2018;
  unsigned month = 1;
  unsigned day = 1;
  for (auto& text : out) {
    int rest = year;
    for (int i = 3; i >= 0; --i, rest /= 10) {
      text[static_cast<std::size_t>(i)] = static_cast<char>('0' + rest % 10);
    }
    text[4] = text[7] = '-';
    text[5] = static_cast<char>('0' + month / 10);
    text[6] = static_cast<char>('0' + month % 10);
    text[8] = static_cast<char>('0' + day / 10);
    text[9] = static_cast<char>('0' + day % 10);
    const bool is_leap = year % 4 == 0;  // enough for these years
    const unsigned days_in_month = month == 2                                              ? (is_leap ? 29 : 28)
                                   : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                           : 31;
    if (++day > days_in_month) {
      day = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
  }
  return out;
}();
}  // namespace

char* put_csv(char* out, std::string_view text) {
  const bool is_plain = text.find_first_of(",\"\n\r") == std::string_view::npos &&
                        (text.empty() || (text.front() != ' ' && text.back() != ' '));
  if (is_plain) {
    return put(out, text);
  }
  *out++ = '"';
  for (const char character : text) {
    if (character == '"') {
      *out++ = '"';
    }
    *out++ = character;
  }
  *out++ = '"';
  return out;
}

char* put_date(char* out, std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  out = put_padded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  *out++ = '-';
  out = put_two_digits(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  return put_two_digits(out, static_cast<unsigned>(date.day()));
}

char* put_moment(char* out, std::int64_t seconds, char separator) {
  constexpr std::int64_t kFirst = kFirstDay.time_since_epoch().count() * std::int64_t{86'400};
  const auto since = static_cast<std::uint64_t>(seconds - kFirst);
  const auto& date = kDates[static_cast<std::size_t>(since / 86'400)];
  std::memcpy(out, date.data(), date.size());
  out[10] = separator;
  return put_time(out + 11, static_cast<std::uint32_t>(since % 86'400));
}
}  // namespace weir::generate
