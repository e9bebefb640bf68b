#pragma once

#include <cstdint>
#include <string_view>

#include "generate/random.h"
#include "generate/shop/places.h"
#include "generate/shop/timeline.h"

namespace weir::generate::shop {
inline constexpr std::uint32_t kOddNameEvery = 500;  ///< one customer in so many has a name that strains parsers
inline constexpr std::uint32_t kUntidyEmailEvery =
    250;  ///< and one an e-mail address in capitals with a space behind it

/// A customer as its row tells it. The text lives as long as the program.
struct Customer {
  const Country* country = nullptr;
  Name first_name;
  Name last_name;
  bool has_email = true;
  bool is_email_untidy = false;
  bool is_name_odd = false;
  std::uint32_t email_domain = 0;  ///< index of a list
  std::uint64_t phone = 0;         ///< 0 is unknown
  bool has_birth_date = true;
  std::chrono::sys_days birth_date;
  std::uint32_t segment = 0;  ///< index of a list
  std::string_view street;
  std::uint32_t house_number = 1;
  bool has_house_letter = false;
  const City* city = nullptr;
  std::uint64_t postal_bits = 0;  ///< what the city's postal pattern is filled from
  bool wants_mail = false;
  Second created_at = 0;
  Second updated_at = 0;
};

/// The customers, each computed from its number (0 … ) when asked for. Numbers rise with the time of signing up.
class Customers {
 public:
  /// `count` is the number at the end of 2024. `timeline` must live as long.
  Customers(std::uint64_t seed, std::uint32_t count, const Timeline& timeline);

  /// How many had signed up before `day`.
  std::uint32_t count_before(Day day) const;
  Second created_at(std::uint32_t number) const;
  /// Whether the address or the segment changes on `day`, which is in 2025 or later.
  bool changes(std::uint32_t number, Day day) const { return moves(number, day) || is_resegmented(number, day); }
  /// The row as of the day before `day`.
  Customer customer(std::uint32_t number, Day day) const;
  /// Draws who places an order on `day`: some buy often, most now and then, a tenth (almost) never; new ones are keen.
  std::uint32_t draw_buyer(Random& random, Day day) const;

 private:
  std::uint64_t change_bits(std::uint32_t number, Day day) const;
  bool moves(std::uint32_t number, Day day) const { return change_bits(number, day) % 400 == 0; }
  bool is_resegmented(std::uint32_t number, Day day) const { return change_bits(number, day) % 1'600 == 1; }

  std::uint64_t seed_;
  std::uint32_t count_;
  std::uint32_t count_at_opening_;
  const Timeline* timeline_;
};
}  // namespace weir::generate::shop
