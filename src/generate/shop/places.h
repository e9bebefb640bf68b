#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::generate::shop {
/// A name as people write it and as it goes into an e-mail address.
struct Name {
  std::string_view text;
  std::string_view ascii;
};

struct City {
  std::string_view name;
  std::string_view postal_pattern;  ///< '#' stands for a digit, '@' for a capital letter, all else for itself
};

/// Where customers live. Lists are never empty.
struct Country {
  std::string_view code;  ///< ISO 3166-1 alpha-2
  std::string_view phone_prefix;
  bool is_number_first = false;  ///< "12 High Street" instead of "Hauptstraße 12"
  std::span<const Name> first_names;
  std::span<const Name> last_names;
  std::span<const std::string_view> streets;
  std::span<const City> cities;  ///< the first ones are the likelier
};

/// Twelve countries, the home market first.
std::span<const Country> countries();

/// Draws a country from 0 … 99: the home market has 34 of 100.
const Country& country_of_percent(std::uint32_t percent);
}  // namespace weir::generate::shop
