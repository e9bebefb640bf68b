#include "core/call.h"

#include <algorithm>
#include <mutex>
#include <tuple>

namespace weir {
namespace {
// Named counters that may still be alive; dead ones go when the list is read or grows.
struct Registry {
  std::mutex mutex;
  std::vector<std::weak_ptr<const CallCounters>> counters;
};

Registry& registry() {
  static Registry instance;
  return instance;
}
}  // namespace

std::shared_ptr<CallCounters> CallCounters::create(std::string_view kind, std::string name) {
  auto counters = std::make_shared<CallCounters>(kind, std::move(name));
  if (!counters->name().empty()) {
    Registry& known = registry();
    const std::lock_guard lock(known.mutex);
    std::erase_if(known.counters, [](const auto& entry) { return entry.expired(); });
    known.counters.push_back(counters);
  }
  return counters;
}

CallCounts CallCounters::counts() const {
  return {.calls = calls_.load(std::memory_order_relaxed),
          .hits = hits_.load(std::memory_order_relaxed),
          .misses = misses_.load(std::memory_order_relaxed),
          .attempts = attempts_.load(std::memory_order_relaxed),
          .failures = failures_.load(std::memory_order_relaxed)};
}

std::vector<NamedCallCounts> named_call_counts() {
  std::vector<NamedCallCounts> all;
  {
    Registry& known = registry();
    const std::lock_guard lock(known.mutex);
    for (const auto& entry : known.counters) {
      if (const auto counters = entry.lock()) {
        all.push_back({counters->name(), std::string(counters->kind()), counters->counts()});
      }
    }
  }
  std::ranges::sort(all, [](const NamedCallCounts& a, const NamedCallCounts& b) {
    return std::tie(a.name, a.kind) < std::tie(b.name, b.kind);
  });
  return all;
}
}  // namespace weir
