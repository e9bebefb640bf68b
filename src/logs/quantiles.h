#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::logs {
/// Counts numbers such as durations and tells their quantiles. Numbers below 8192 are kept exactly, larger ones in
/// buckets 1/4096 wide, of which the largest number is given: exact when a bucket holds one number, as with milliseconds
/// up to 8 s. One thread at a time.
class Quantiles {
 public:
  void add(std::uint64_t value) {
    const std::size_t at = bucket_of(value);
    if (at >= buckets_.size()) {
      buckets_.resize(at + at / 4 + 1);
    }
    Bucket& bucket = buckets_[at];
    ++bucket.count;
    bucket.largest = bucket.largest < value ? value : bucket.largest;
    ++count_;
    sum_ += value;
  }
  Quantiles& operator+=(const Quantiles& other);

  std::uint64_t count() const { return count_; }
  double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  std::uint64_t largest() const { return at(1.0); }
  /// The smallest number that at least this share of all does not exceed, as quantile_disc in SQL; 0 without numbers.
  std::uint64_t at(double share) const;

 private:
  static constexpr unsigned kBits = 13;
  struct Bucket {
    std::uint64_t count = 0;
    std::uint64_t largest = 0;
  };
  static std::size_t bucket_of(std::uint64_t value);
  std::vector<Bucket> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};
}  // namespace weir::logs
