#include "jinja/cursor.h"

#include <fmt/format.h>

#include "jinja/dict.h"
#include "jinja/operators.h"
#include "jinja/range.h"
#include "jinja/undefined.h"
#include "jinja/unicode.h"

namespace weir::jinja {
Result<Cursor> Cursor::open(const Value& value, std::string_view message) {
  Cursor cursor;
  switch (value.kind()) {
    case Kind::kStr:
    case Kind::kList:
    case Kind::kTuple:
      cursor.source_ = value;
      return cursor;
    case Kind::kDict:
    case Kind::kSet:
      cursor.source_ = value;
      cursor.size_ = value.dictionary().size();
      return cursor;
    case Kind::kUndefined:
      if (value.undefined().is_strict()) {
        return value.undefined().failure();
      }
      cursor.source_ = Value::tuple();
      return cursor;
    case Kind::kHost: {
      if (value.as<Range>() != nullptr || value.as<Iterator>() != nullptr) {
        cursor.source_ = value;
        return cursor;
      }
      WEIR_TRY_ASSIGN(auto items, value.host().iterate());
      if (items && !(items->is(Kind::kHost) && items->object() == value.object())) {
        return open(*items, message);
      }
      break;
    }
    default:
      break;
  }
  return fail(ErrorCode::kInvalid, fmt::format(fmt::runtime(message), type_name(value)));
}

Result<bool> Cursor::next(Value& out) {
  switch (source_.kind()) {
    case Kind::kList:
    case Kind::kTuple: {
      const auto items = source_.items();
      if (at_ >= items.size()) {
        return false;
      }
      out = items[at_++];
      return true;
    }
    case Kind::kDict:
    case Kind::kSet: {
      const Dict& dict = source_.dictionary();
      if (dict.size() != size_) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("{} changed size during iteration", source_.is_dict() ? "dictionary" : "Set"));
      }
      while (at_ < dict.entries().size()) {
        const auto& entry = dict.entries()[at_++];
        if (!entry.key.is_missing()) {
          out = entry.key;
          return true;
        }
      }
      return false;
    }
    case Kind::kStr: {
      const std::string_view text = source_.string();
      if (at_ >= text.size()) {
        return false;
      }
      std::size_t size = 0;
      unicode::decode(text, at_, size);
      out = Value(text.substr(at_, size));
      at_ += size;
      return true;
    }
    default:
      break;
  }
  if (Range* range = source_.as<Range>()) {
    if (at_ >= range->count()) {
      return false;
    }
    out = range->at(at_++);
    return true;
  }
  return static_cast<Iterator&>(source_.host()).next(out);
}

std::optional<std::size_t> Cursor::length() const {
  return length_of(source_);
}

Result<std::vector<Value>> collect(const Value& value) {
  if (value.is_sequence()) {
    return std::vector<Value>(value.items().begin(), value.items().end());
  }
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(value));
  WEIR_TRY(check_items_count(cursor.length().value_or(0)));
  std::vector<Value> items;
  Value item;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(item));
    if (!more) {
      return items;
    }
    WEIR_TRY(check_items_count(items.size() + 1));
    items.push_back(std::move(item));
  }
}
}  // namespace weir::jinja
