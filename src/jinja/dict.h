#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "jinja/value.h"

namespace weir::jinja {
/// The hash of a value as a key; 1, 1.0 and true have the same. Empty for lists, dicts and sets, which cannot be keys.
std::optional<std::uint64_t> hash_value(const Value& value);
std::uint64_t hash_text(std::string_view text);

/// A dict in order of insertion. Also holds a set: then the values are None.
/// Up to eight entries are searched in a row, more through a table. No lock.
class Dict final : public Object {
 public:
  struct Entry {
    Value key;  ///< kMissing marks an entry that was erased
    Value value;
    std::uint64_t hash;
  };

  Dict() = default;
  ~Dict() override;

  std::size_t size() const noexcept { return live_count_; }
  bool empty() const noexcept { return live_count_ == 0; }
  /// In order of insertion, with the erased ones in between: skip where `key.is_missing()`.
  const std::vector<Entry>& entries() const noexcept { return entries_; }
  std::vector<Entry>& entries() noexcept { return entries_; }

  /// The value under `key`, or null; also null for what cannot be a key.
  const Value* find(const Value& key) const;
  template <std::convertible_to<std::string_view> Text>
  const Value* find(const Text& key) const {
    return find_text(key);
  }
  /// Puts `value` under `key`, in the place of an equal key when there is one. False for what cannot be a key.
  [[nodiscard]] bool set(const Value& key, Value value);
  template <std::convertible_to<std::string_view> Text>
  void set(const Text& key, Value value) {
    set_text(key, std::move(value));
  }
  /// Takes the entry out and returns its value; nothing when it is not there.
  std::optional<Value> take(const Value& key);
  std::optional<Entry> take_last();
  void clear();
  Ref<Dict> copy() const;

 private:
  const Value* find_text(std::string_view key) const;
  void set_text(std::string_view key, Value value);
  static constexpr std::size_t kRowSizeMax = 8;
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;

  template <typename Matches>
  std::size_t position(std::uint64_t hash, const Matches& matches) const;
  void append(Value key, Value value, std::uint64_t hash);
  void erase_at(std::size_t position);
  void rebuild();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;  // positions in entries_, open addressing; empty for small dicts
  std::size_t live_count_ = 0;
};

/// dict.update(source): a dict, or pairs of keys and values. Errors: kInvalid for what is neither.
Status update_dict(Dict& dict, const Value& source);

inline Dict& Value::dictionary() const noexcept {
  return *static_cast<Dict*>(payload_.object);
}
}  // namespace weir::jinja
