#pragma once

#include <string>
#include <string_view>

/// Arithmetic on numbers that are written out in digits: "-1234.5". What is shown is rounded from what would be
/// printed, as people do on paper, so that 1.005 becomes 1.01, and decimals of any length stay exact.
namespace weir::report {
/// The shortest digits that read back as `value`, never with an exponent. `value` must be finite.
std::string expand_digits(double value);
/// Moves the decimal point by `places` to the right (left when negative): shift_digits("1.5", 2) is "150".
std::string shift_digits(std::string_view digits, int places);
/// Rounds half away from zero to exactly `decimals` places: round_digits("2.5", 0) is "3".
std::string round_digits(std::string_view digits, int decimals);
/// Puts commas between thousands: "1234.5" is "1,234.5".
std::string group_digits(std::string_view digits);
/// Shortens for people in a hurry: "0.125" is "0.13", "1234" is "1.2K", "56789" is "56.8K", "999960" is "1M".
std::string shorten_digits(std::string_view digits);
/// How many decimals are needed: 2 for "1.250".
int decimals_of(std::string_view digits);
}  // namespace weir::report
