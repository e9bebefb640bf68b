#include "jinja/dict_view.h"

#include <fmt/format.h>

#include "jinja/cursor.h"
#include "jinja/dict.h"

namespace weir::jinja {
namespace {
class ViewIterator final : public Iterator {
 public:
  ViewIterator(const Value& dict, DictView::Part part) : dict_(dict), part_(part), size_(dict.dictionary().size()) {}

  std::string_view type_name() const override { return "dict_itemiterator"; }

  Result<bool> next(Value& out) override {
    const Dict& dict = dict_.dictionary();
    if (dict.size() != size_) {
      return fail(ErrorCode::kInvalid, "dictionary changed size during iteration");
    }
    while (at_ < dict.entries().size()) {
      const auto& entry = dict.entries()[at_++];
      if (entry.key.is_missing()) {
        continue;
      }
      out = part_ == DictView::Part::kKeys     ? entry.key
            : part_ == DictView::Part::kValues ? entry.value
                                               : Value::tuple({entry.key, entry.value});
      return true;
    }
    return false;
  }

 private:
  Value dict_;
  DictView::Part part_;
  std::size_t size_;
  std::size_t at_ = 0;
};
}  // namespace

std::string_view DictView::type_name() const {
  return part_ == Part::kKeys ? "dict_keys" : part_ == Part::kValues ? "dict_values" : "dict_items";
}

Result<std::string> DictView::text() {
  WEIR_TRY_ASSIGN(auto items, collect(Value(Ref<HostObject>(this))));
  WEIR_TRY_ASSIGN(const std::string text, Value::list(std::move(items)).repr());
  return fmt::format("{}({})", type_name(), text);
}

bool DictView::truth() {
  return !dict_.dictionary().empty();
}
std::optional<std::size_t> DictView::length() {
  return dict_.dictionary().size();
}
Result<std::optional<Value>> DictView::iterate() {
  return std::optional(Value(make_ref<ViewIterator>(dict_, part_)));
}

Result<std::optional<bool>> DictView::contains(const Value& value) {
  if (part_ == Part::kKeys) {
    return std::optional(dict_.dictionary().find(value) != nullptr);
  }
  if (part_ == Part::kItems && value.is(Kind::kTuple) && value.items().size() == 2) {
    const Value* found = dict_.dictionary().find(value.items()[0]);
    return std::optional(found != nullptr && *found == value.items()[1]);
  }
  return part_ == Part::kItems ? std::optional(false) : std::nullopt;
}

bool DictView::equals(const Value& other) {
  const DictView* view = other.as<DictView>();
  if (view == nullptr || view->part_ != part_ || part_ == Part::kValues) {
    return false;
  }
  const Dict& mine = dict_.dictionary();
  const Dict& theirs = view->dict_.dictionary();
  for (const auto& entry : mine.entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    const Value* found = theirs.find(entry.key);
    if (found == nullptr || (part_ == Part::kItems && !(*found == entry.value))) {
      return false;
    }
  }
  return mine.size() == theirs.size();
}
}  // namespace weir::jinja
