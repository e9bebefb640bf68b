#pragma once

#include <cstdint>

/// The `stream` numbers of bits_of and Random: each thing that is drawn has its own, so that drawing one more of one
/// thing changes nothing else. A number is never used for something new.
namespace weir::generate::shop::stream {
inline constexpr std::uint64_t kBusyness = 1;
inline constexpr std::uint64_t kPopularity = 2;
inline constexpr std::uint64_t kProduct = 3;
inline constexpr std::uint64_t kProductText = 4;
inline constexpr std::uint64_t kPriceChange = 5;
inline constexpr std::uint64_t kCompanion = 6;
inline constexpr std::uint64_t kPromotion = 7;
inline constexpr std::uint64_t kCustomer = 8;
inline constexpr std::uint64_t kCustomerSignUp = 9;
inline constexpr std::uint64_t kAddress = 10;
inline constexpr std::uint64_t kMove = 11;
inline constexpr std::uint64_t kActivity = 12;
inline constexpr std::uint64_t kReferral = 13;
inline constexpr std::uint64_t kLifecycle = 14;
inline constexpr std::uint64_t kBasket = 15;
}  // namespace weir::generate::shop::stream
