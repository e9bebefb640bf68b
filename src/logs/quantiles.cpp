#include "logs/quantiles.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace weir::logs {
std::size_t Quantiles::bucket_of(std::uint64_t value) {
  if (value < (std::uint64_t{1} << kBits)) {
    return static_cast<std::size_t>(value);
  }
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kBits;
  return (static_cast<std::size_t>(shift) << (kBits - 1)) + static_cast<std::size_t>(value >> shift);
}

Quantiles& Quantiles::operator+=(const Quantiles& other) {
  buckets_.resize(std::max(buckets_.size(), other.buckets_.size()));
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) {
    buckets_[i].count += other.buckets_[i].count;
    buckets_[i].largest = std::max(buckets_[i].largest, other.buckets_[i].largest);
  }
  thousands_.resize(std::max(thousands_.size(), other.thousands_.size()));
  for (std::size_t i = 0; i < other.thousands_.size(); ++i) {
    thousands_[i] += other.thousands_[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  return *this;
}

std::uint64_t Quantiles::at(double share) const {
  const auto wanted = static_cast<std::uint64_t>(
      std::clamp(std::ceil(share * static_cast<double>(count_)), 1.0, std::max(1.0, static_cast<double>(count_))));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  std::size_t thousand = 0;
  while (seen < count_) {
    while (bucket < buckets_.size() && buckets_[bucket].count == 0) {
      ++bucket;
    }
    while (thousand < thousands_.size() && thousands_[thousand] == 0) {
      ++thousand;
    }
    const bool is_bucket = thousand == thousands_.size() ||
                           (bucket < buckets_.size() && buckets_[bucket].largest < thousand * kThousand);
    seen += is_bucket ? buckets_[bucket].count : thousands_[thousand];
    if (seen >= wanted) {
      return is_bucket ? buckets_[bucket].largest : thousand * kThousand;
    }
    ++(is_bucket ? bucket : thousand);
  }
  return 0;
}
}  // namespace weir::logs
