#include "jinja/value.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "jinja/number.h"
#include "jinja/undefined.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
// How deep destructors may nest before the rest is put aside for the outermost one.
constexpr int kDestroyDepthMax = 100;

struct Graveyard {
  int depth = 0;
  std::vector<const Object*> waiting;
};

Graveyard& graveyard() {
  thread_local Graveyard yard;
  return yard;
}

bool is_number(Kind kind) {
  return kind == Kind::kInt || kind == Kind::kFloat || kind == Kind::kBool || kind == Kind::kBigInt;
}

/// Bounds a comparison of structures that are deep or share their parts.
struct EqualityBudget {
  int depth_left = 500;
  std::int64_t steps_left = 10'000'000;
};

bool equal(const Value& left, const Value& right, EqualityBudget& budget);

bool equal_items(std::span<const Value> left, std::span<const Value> right, EqualityBudget& budget) {
  if (left.size() != right.size()) {
    return false;
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!equal(left[i], right[i], budget)) {
      return false;
    }
  }
  return true;
}

bool equal_dicts(const Dict& left, const Dict& right, EqualityBudget& budget) {
  if (left.size() != right.size()) {
    return false;
  }
  for (const auto& entry : left.entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    const Value* other = right.find(entry.key);
    if (other == nullptr || !equal(entry.value, *other, budget)) {
      return false;
    }
  }
  return true;
}

bool equal_heap(const Value& left, const Value& right, EqualityBudget& budget) {
  switch (left.kind()) {
    case Kind::kStr:
      return left.string() == right.string();
    case Kind::kList:
    case Kind::kTuple:
      return equal_items(left.items(), right.items(), budget);
    case Kind::kDict:
    case Kind::kSet:
      return equal_dicts(left.dictionary(), right.dictionary(), budget);
    case Kind::kUndefined:
      return left.undefined().mode() == right.undefined().mode();
    default:
      return false;
  }
}

bool equal(const Value& left, const Value& right, EqualityBudget& budget) {
  if (is_number(left.kind()) && is_number(right.kind())) {
    return compare_numbers(left, right) == 0;
  }
  if (left.is(Kind::kHost) || right.is(Kind::kHost)) {
    if (left.is(Kind::kHost) && right.is(Kind::kHost) && left.object() == right.object()) {
      return true;
    }
    return (left.is(Kind::kHost) && left.host().equals(right)) || (right.is(Kind::kHost) && right.host().equals(left));
  }
  if (left.kind() != right.kind()) {
    return false;
  }
  if (left.kind() < Kind::kUndefined || left.object() == right.object()) {
    return true;
  }
  if (budget.depth_left == 0 || --budget.steps_left < 0) {
    return false;
  }
  --budget.depth_left;
  const bool result = equal_heap(left, right, budget);
  ++budget.depth_left;
  return result;
}
}  // namespace

void Object::destroy() const noexcept {
  Graveyard& yard = graveyard();
  if (yard.depth >= kDestroyDepthMax) {
    yard.waiting.push_back(this);
    return;
  }
  ++yard.depth;
  delete this;
  if (yard.depth == 1) {
    while (!yard.waiting.empty()) {
      const Object* next = yard.waiting.back();
      yard.waiting.pop_back();
      delete next;
    }
  }
  --yard.depth;
}

Ref<Str> Str::make_uninitialized(std::size_t size_bytes) {
  WEIR_ASSERT(size_bytes < kUncounted, "strings are bounded before they are made");
  void* memory = ::operator new(sizeof(Str) + size_bytes);
  return Ref<Str>(new (memory) Str(static_cast<std::uint32_t>(size_bytes)));
}

Ref<Str> Str::make(std::string_view text) {
  auto str = make_uninitialized(text.size());
  if (!text.empty()) {
    std::memcpy(str->bytes(), text.data(), text.size());
  }
  return str;
}

Ref<Str> Str::make_markup(std::string_view text) {
  auto str = make(text);
  str->markup_ = true;
  return str;
}

std::size_t Str::length() const noexcept {
  std::uint32_t length = length_.load(std::memory_order_relaxed);
  if (length == kUncounted) {
    length = static_cast<std::uint32_t>(unicode::length(view()));
    length_.store(length, std::memory_order_relaxed);
  }
  return length;
}

std::uint64_t Str::hash() const noexcept {
  std::uint64_t hash = hash_.load(std::memory_order_relaxed);
  if (hash == 0) {
    hash = hash_text(view());
    hash_.store(hash, std::memory_order_relaxed);
  }
  return hash;
}

Value::Value(std::string_view text) : Value(Str::make(text)) {}

Value Value::list(std::vector<Value> items) {
  return adopt(Kind::kList, new List(std::move(items)));
}
Value Value::tuple(std::vector<Value> items) {
  return adopt(Kind::kTuple, new List(std::move(items)));
}
Value Value::dict(Ref<Dict> dict) {
  return adopt(Kind::kDict, dict.get());
}
Value Value::dict() {
  return adopt(Kind::kDict, new Dict);
}
Value Value::set(Ref<Dict> keys) {
  return adopt(Kind::kSet, keys.get());
}

std::optional<std::int64_t> Value::as_integer() const noexcept {
  return kind_ == Kind::kInt || kind_ == Kind::kBool ? std::optional(payload_.integer) : std::nullopt;
}

bool Value::truth() const {
  switch (kind_) {
    case Kind::kBool:
    case Kind::kInt:
      return payload_.integer != 0;
    case Kind::kFloat:
      return payload_.real != 0;
    case Kind::kStr:
      return !string().empty();
    case Kind::kList:
    case Kind::kTuple:
      return !items().empty();
    case Kind::kDict:
    case Kind::kSet:
      return !dictionary().empty();
    case Kind::kBigInt:
      return true;
    case Kind::kHost:
      return host().truth();
    default:
      return false;
  }
}

bool Value::operator==(const Value& other) const {
  EqualityBudget budget;
  return equal(*this, other, budget);
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kUnresolved:
      return "missing";
    case Kind::kNone:
      return "NoneType";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
    case Kind::kBigInt:
      return "int";
    case Kind::kFloat:
      return "float";
    case Kind::kUndefined:
      return "Undefined";
    case Kind::kStr:
      return static_cast<Str*>(value.object())->is_markup() ? "Markup" : "str";
    case Kind::kList:
      return "list";
    case Kind::kTuple:
      return "tuple";
    case Kind::kDict:
      return "dict";
    case Kind::kSet:
      return "set";
    case Kind::kHost:
      return value.host().type_name();
  }
  return "object";
}
}  // namespace weir::jinja
