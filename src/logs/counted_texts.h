#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::logs {
/// Counts for texts, as many as fit: when `texts_max` different ones are there, the rarest are given up and what was
/// counted for them is added to `others`. Frequent texts so keep their place, though what they had before they were first
/// kept may be missing. Exact as long as nothing was given up. `Counts` has `count` and `+=`. One thread at a time.
template <typename Counts>
class CountedTexts {
 public:
  struct Entry {
    std::uint64_t hash = 0;  ///< 0: free
    std::size_t text_at = 0;
    std::uint32_t text_size = 0;
    Counts counts;
  };

  explicit CountedTexts(std::size_t texts_max) : texts_max_(texts_max), entries_(kSlotsMin) {}

  /// The counts for the text that has `hash`, which tells texts apart. `make_text` gives it when it is new; it is kept up
  /// to kTextBytesMax. The reference is good until the next call.
  template <typename MakeText>
  Counts& at(std::uint64_t hash, MakeText&& make_text) {
    hash += hash == 0 ? 1U : 0U;
    Entry* entry = find(hash);
    if (entry->hash == hash) {
      return entry->counts;
    }
    if ((size_ + 1) * 4 > entries_.size() * 3) {
      make_room();
      entry = find(hash);
    }
    ++size_;
    const auto& made = make_text();  // keeps a text of its own alive
    const std::string_view text = std::string_view(made).substr(0, kTextBytesMax);
    *entry = {.hash = hash, .text_at = texts_.size(), .text_size = static_cast<std::uint32_t>(text.size()), .counts = {}};
    texts_ += text;
    return entry->counts;
  }
  /// Nothing when the text is not there.
  const Entry* get(std::uint64_t hash) const {
    hash += hash == 0 ? 1U : 0U;
    const Entry* entry = const_cast<CountedTexts*>(this)->find(hash);
    return entry->hash == hash ? entry : nullptr;
  }
  std::string_view text(const Entry& entry) const { return std::string_view(texts_).substr(entry.text_at, entry.text_size); }
  void add(const CountedTexts& other) {
    other.for_each([&](const Entry& entry) { at(entry.hash, [&] { return other.text(entry); }) += entry.counts; });
    others_ += other.others_;
    given_up_count_ += other.given_up_count_;
  }
  template <typename Function>
  void for_each(Function&& function) const {
    for (const Entry& entry : entries_) {
      if (entry.hash != 0) {
        function(entry);
      }
    }
  }
  std::size_t size() const { return size_; }
  const Counts& others() const { return others_; }
  /// How many texts were given up; one that came again counts again.
  std::uint64_t given_up_count() const { return given_up_count_; }

 private:
  static constexpr std::size_t kSlotsMin = 1024;
  static constexpr std::size_t kTextBytesMax = 512;

  Entry* find(std::uint64_t hash) {
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash >> 20U) & mask;
    while (entries_[at].hash != 0 && entries_[at].hash != hash) {
      at = (at + 1) & mask;
    }
    return &entries_[at];
  }
  void make_room() {
    std::uint64_t count_min = 0;
    std::size_t slots_count = entries_.size() * 2;
    if (size_ >= texts_max_) {
      std::vector<std::uint64_t> counts;
      for_each([&](const Entry& entry) { counts.push_back(entry.counts.count); });
      const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
      std::ranges::nth_element(counts, middle);
      count_min = *middle + 1;  // half of them or more go
      slots_count = entries_.size();
    }
    std::vector<Entry> old(slots_count);
    std::swap(old, entries_);
    std::string texts;
    std::swap(texts, texts_);
    size_ = 0;
    for (const Entry& entry : old) {
      if (entry.hash == 0) {
        continue;
      }
      if (entry.counts.count < count_min) {
        others_ += entry.counts;
        ++given_up_count_;
        continue;
      }
      Entry* slot = find(entry.hash);
      *slot = entry;
      slot->text_at = texts_.size();
      texts_ += std::string_view(texts).substr(entry.text_at, entry.text_size);
      ++size_;
    }
  }

  std::size_t texts_max_;
  std::vector<Entry> entries_;
  std::string texts_;
  std::size_t size_ = 0;
  Counts others_;
  std::uint64_t given_up_count_ = 0;
};
}  // namespace weir::logs
