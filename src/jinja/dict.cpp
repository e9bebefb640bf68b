#include "jinja/dict.h"

#include <bit>
#include <cmath>

#include "jinja/host_object.h"
#include "jinja/number.h"
#include "jinja/undefined.h"

namespace weir::jinja {
namespace {
std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

constexpr int kTupleDepthMax = 200;

std::optional<std::uint64_t> hash_at_depth(const Value& value, int depth) {
  switch (value.kind()) {
    case Kind::kStr:
      return static_cast<Str*>(value.object())->hash();
    case Kind::kNone:
      return 0x6E6F6E65;
    case Kind::kBool:
    case Kind::kInt:
      return mix(static_cast<std::uint64_t>(value.integer()));
    case Kind::kFloat: {
      const double real = value.real();
      if (real == std::floor(real) && std::abs(real) < 9.0e18) {
        return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(real)));
      }
      return mix(std::bit_cast<std::uint64_t>(real));
    }
    case Kind::kBigInt:
      return mix(std::bit_cast<std::uint64_t>(integer_to_double(value).value_or(0)));
    case Kind::kTuple: {
      std::uint64_t hash = 0x7475706C;
      for (const Value& item : value.items()) {
        const auto part = depth < kTupleDepthMax ? hash_at_depth(item, depth + 1) : std::nullopt;
        if (!part) {
          return std::nullopt;
        }
        hash = mix(hash * 31 + *part);
      }
      return hash;
    }
    case Kind::kUndefined:
      if (value.undefined().is_strict()) {
        return std::nullopt;
      }
      return 0x756E6466;
    case Kind::kHost:
      return value.host().hash();
    default:
      return std::nullopt;
  }
}
}  // namespace

std::uint64_t hash_text(std::string_view text) {
  // FNV-1a by words of eight bytes: short keys are the rule, and no attacker chooses them.
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ text.size();
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, text.data(), 8);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    text.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  __builtin_memcpy(&rest, text.data(), text.size());
  return mix((hash ^ rest) * 0x100000001B3ULL) | 1;
}

std::optional<std::uint64_t> hash_value(const Value& value) {
  return hash_at_depth(value, 0);
}

Dict::~Dict() = default;

template <typename Matches>
std::size_t Dict::position(std::uint64_t hash, const Matches& matches) const {
  if (table_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].hash == hash && matches(entries_[i].key)) {
        return i;
      }
    }
    return entries_.size();
  }
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const std::uint32_t at = table_[slot];
    if (at == kFree) {
      return entries_.size();
    }
    if (entries_[at].hash == hash && matches(entries_[at].key)) {
      return at;
    }
  }
}

const Value* Dict::find(const Value& key) const {
  const auto hash = hash_value(key);
  if (!hash) {
    return nullptr;
  }
  const std::size_t at = position(*hash, [&](const Value& other) { return !other.is_missing() && other == key; });
  return at == entries_.size() ? nullptr : &entries_[at].value;
}

const Value* Dict::find_text(std::string_view key) const {
  const std::size_t at =
      position(hash_text(key), [&](const Value& other) { return other.is_string() && other.string() == key; });
  return at == entries_.size() ? nullptr : &entries_[at].value;
}

bool Dict::set(const Value& key, Value value) {
  const auto hash = hash_value(key);
  if (!hash) {
    return false;
  }
  const std::size_t at = position(*hash, [&](const Value& other) { return !other.is_missing() && other == key; });
  if (at != entries_.size()) {
    entries_[at].value = std::move(value);
    return true;
  }
  append(key, std::move(value), *hash);
  return true;
}

void Dict::set_text(std::string_view key, Value value) {
  const std::uint64_t hash = hash_text(key);
  const std::size_t at = position(hash, [&](const Value& other) { return other.is_string() && other.string() == key; });
  if (at != entries_.size()) {
    entries_[at].value = std::move(value);
    return;
  }
  append(Value(key), std::move(value), hash);
}

void Dict::append(Value key, Value value, std::uint64_t hash) {
  entries_.push_back({std::move(key), std::move(value), hash});
  ++live_count_;
  if (table_.empty() ? entries_.size() <= kRowSizeMax : entries_.size() * 3 <= table_.size() * 2) {
    if (!table_.empty()) {
      const std::size_t mask = table_.size() - 1;
      std::size_t slot = hash & mask;
      while (table_[slot] != kFree) {
        slot = (slot + 1) & mask;
      }
      table_[slot] = static_cast<std::uint32_t>(entries_.size() - 1);
    }
    return;
  }
  rebuild();
}

void Dict::rebuild() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.key.is_missing(); });
  table_.clear();
  if (entries_.size() <= kRowSizeMax) {
    return;
  }
  table_.resize(std::bit_ceil(entries_.size() * 3), kFree);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & mask;
    while (table_[slot] != kFree) {
      slot = (slot + 1) & mask;
    }
    table_[slot] = static_cast<std::uint32_t>(i);
  }
}

void Dict::erase_at(std::size_t position) {
  // The hash stays, so that searches which pass over this entry still find what stands behind it.
  entries_[position].key = Value::missing();
  entries_[position].value = Value();
  --live_count_;
  if (live_count_ == 0) {
    clear();
  } else if (live_count_ * 4 < entries_.size()) {
    rebuild();
  }
}

std::optional<Value> Dict::take(const Value& key) {
  const auto hash = hash_value(key);
  if (!hash) {
    return std::nullopt;
  }
  const std::size_t at = position(*hash, [&](const Value& other) { return !other.is_missing() && other == key; });
  if (at == entries_.size()) {
    return std::nullopt;
  }
  Value value = std::move(entries_[at].value);
  erase_at(at);
  return value;
}

std::optional<Dict::Entry> Dict::take_last() {
  for (std::size_t i = entries_.size(); i > 0; --i) {
    if (!entries_[i - 1].key.is_missing()) {
      Entry entry = entries_[i - 1];
      erase_at(i - 1);
      return entry;
    }
  }
  return std::nullopt;
}

void Dict::clear() {
  // Taken out first: what dies here may look at this dict again.
  auto dying = std::move(entries_);
  entries_.clear();
  table_.clear();
  live_count_ = 0;
}

Ref<Dict> Dict::copy() const {
  auto other = make_ref<Dict>();
  other->entries_ = entries_;
  other->live_count_ = live_count_;
  other->rebuild();
  return other;
}
}  // namespace weir::jinja
