#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::logs {
/// Counts numbers such as durations and tells their quantiles. Kept exactly are numbers below 8192, and thousands up to
/// 131,071,000: milliseconds, counted in microseconds. Others are kept in buckets 1/4096 wide, of which the largest number
/// is given. One thread at a time.
class Quantiles {
 public:
  void add(std::uint64_t value) {
    ++count_;
    sum_ += value;
    if (value % kThousand == 0 && value < kThousandsMax * kThousand) {
      const auto at = static_cast<std::size_t>(value / kThousand);
      if (at >= thousands_.size()) {
        thousands_.resize(at + at / 4 + 1);
      }
      ++thousands_[at];
      return;
    }
    const std::size_t at = bucket_of(value);
    if (at >= buckets_.size()) {
      buckets_.resize(at + at / 4 + 1);
    }
    Bucket& bucket = buckets_[at];
    ++bucket.count;
    bucket.largest = bucket.largest < value ? value : bucket.largest;
  }
  Quantiles& operator+=(const Quantiles& other);

  std::uint64_t count() const { return count_; }
  double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  std::uint64_t largest() const { return at(1.0); }
  /// The smallest number that at least this share of all does not exceed, as quantile_disc in SQL; 0 without numbers.
  std::uint64_t at(double share) const;

 private:
  static constexpr unsigned kBits = 13;
  static constexpr std::uint64_t kThousand = 1000;
  static constexpr std::uint64_t kThousandsMax = std::uint64_t{1} << 17U;
  struct Bucket {
    std::uint64_t count = 0;
    std::uint64_t largest = 0;
  };
  static std::size_t bucket_of(std::uint64_t value);
  std::vector<Bucket> buckets_;
  std::vector<std::uint64_t> thousands_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};
}  // namespace weir::logs
