#include "functions/python_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/scope.h"
#include "core/text.h"

namespace weir::functions {
namespace {
constexpr std::uint64_t kAlignment = 64;
constexpr std::size_t kSlotBytes = 3 * sizeof(std::uint64_t);

std::uint64_t aligned(std::uint64_t place) { return (place + kAlignment - 1) / kAlignment * kAlignment; }

// The rows of a call that go to Python: all, or those without a null.
class Rows {
 public:
  explicit Rows(const duck::ScalarCall& call, bool sees_nulls) : count_(call.rows_count()) {
    std::vector<const std::uint64_t*> masks;
    for (const duck::VectorView& argument : call.arguments()) {
      if (!sees_nulls && argument.validity() != nullptr) {
        masks.push_back(argument.validity());
      }
    }
    if (masks.empty()) {
      return;
    }
    chosen_.reserve(count_);
    for (std::uint64_t row = 0; row < count_; ++row) {
      bool valid = true;
      for (const std::uint64_t* mask : masks) {
        valid = valid && ((mask[row >> 6U] >> (row & 63U)) & 1U) != 0;
      }
      if (valid) {
        chosen_.push_back(static_cast<std::uint32_t>(row));
      }
    }
    all_ = chosen_.size() == count_;
    count_ = chosen_.size();
  }
  bool all() const { return all_; }
  std::uint64_t count() const { return count_; }
  /// The row of the call that is the `index`th for Python.
  std::uint64_t row(std::uint64_t index) const { return all_ ? index : chosen_[index]; }

 private:
  std::uint64_t count_;
  bool all_ = true;
  std::vector<std::uint32_t> chosen_;
};

// Writes the arguments into the shared memory.
class RequestWriter {
 public:
  RequestWriter(PythonWorker& worker, const Declaration& declaration, const Rows& rows) : worker_(worker), declaration_(declaration), rows_(rows) {}

  /// Returns where the result may begin.
  Result<std::uint64_t> write(const duck::ScalarCall& call) {
    WEIR_TRY(reserve(call));
    place_ = aligned(kSlotBytes * declaration_.arguments.size());
    for (std::size_t i = 0; i < declaration_.arguments.size(); ++i) {
      const duck::VectorView& values = call.arguments()[i];
      std::array<std::uint64_t, 3> slots{};
      if (declaration_.sees_nulls && values.validity() != nullptr) {
        slots[0] = put(values.validity(), (rows_.count() + 7) / 8);
      }
      const std::size_t width = declaration_.arguments[i]->width;
      if (width == 0) {
        put_texts(values, slots);
      } else {
        slots[1] = put_values(values, width);
      }
      std::memcpy(memory_ + i * kSlotBytes, slots.data(), sizeof slots);
    }
    return place_;
  }

 private:
  Status reserve(const duck::ScalarCall& call) {
    std::uint64_t size = aligned(kSlotBytes * declaration_.arguments.size());
    for (std::size_t i = 0; i < declaration_.arguments.size(); ++i) {
      const std::size_t width = declaration_.arguments[i]->width;
      size += aligned((rows_.count() + 7) / 8) + aligned((rows_.count() + 1) * std::max<std::size_t>(width, sizeof(std::int32_t)));
      for (std::uint64_t index = 0; width == 0 && index < rows_.count(); ++index) {
        const std::uint64_t row = rows_.row(index);
        size += call.arguments()[i].is_null(row) ? 0 : call.arguments()[i].bytes(row).size();
      }
      size += kAlignment;
    }
    // What most results need, so that the worker seldom has to grow the memory.
    size += aligned(rows_.count() / 8 + 1) + aligned((rows_.count() + 1) * sizeof(std::uint64_t));
    WEIR_TRY_ASSIGN(memory_, worker_.reserve(size));
    return {};
  }

  std::uint64_t put(const void* bytes, std::size_t size) {
    const std::uint64_t begin = place_;
    std::memcpy(memory_ + begin, bytes, size);
    place_ = aligned(begin + size);
    return begin;
  }

  std::uint64_t put_values(const duck::VectorView& values, std::size_t width) {
    if (rows_.all()) {
      return put(values.data(), rows_.count() * width);
    }
    const std::uint64_t begin = place_;
    const auto* from = static_cast<const std::byte*>(values.data());
    for (std::uint64_t index = 0; index < rows_.count(); ++index) {
      std::memcpy(memory_ + begin + index * width, from + rows_.row(index) * width, width);
    }
    place_ = aligned(begin + rows_.count() * width);
    return begin;
  }

  void put_texts(const duck::VectorView& values, std::array<std::uint64_t, 3>& slots) {
    slots[1] = place_;
    slots[2] = aligned(place_ + (rows_.count() + 1) * sizeof(std::int32_t));
    auto* offsets = reinterpret_cast<std::int32_t*>(memory_ + slots[1]);  // NOLINT: raw memory
    std::int32_t end = 0;
    for (std::uint64_t index = 0; index < rows_.count(); ++index) {
      offsets[index] = end;
      const std::uint64_t row = rows_.row(index);
      const std::string_view text = values.is_null(row) ? std::string_view("") : values.bytes(row);
      std::memcpy(memory_ + slots[2] + static_cast<std::uint64_t>(end), text.data(), text.size());
      end += static_cast<std::int32_t>(text.size());
    }
    offsets[rows_.count()] = end;
    place_ = aligned(slots[2] + static_cast<std::uint64_t>(end));
  }

  PythonWorker& worker_;
  const Declaration& declaration_;
  const Rows& rows_;
  std::byte* memory_ = nullptr;
  std::uint64_t place_ = 0;
};

// Reads the result from the shared memory, of which nothing is believed.
class ReplyReader {
 public:
  ReplyReader(const PythonWorker& worker, const PythonWorker::Reply& reply, const Rows& rows) : memory_(worker.memory()), reply_(reply), rows_(rows) {}

  Status read(duck::ScalarCall& call, const SimpleType& type) const {
    const std::uint64_t value_bytes = type.width == 0 ? (rows_.count() + 1) * sizeof(std::int32_t) : rows_.count() * type.width;
    if (!inside(reply_.values, value_bytes) || !inside(reply_.validity, (rows_.count() + 7) / 8)) {
      return torn();
    }
    if (type.width == 0) {
      WEIR_TRY(read_texts(call, type.id == duck::TypeId::kVarchar));
    } else if (rows_.all()) {
      std::memcpy(call.result_data(), memory_.data() + reply_.values, value_bytes);
    } else {
      auto* out = static_cast<std::byte*>(call.result_data());
      for (std::uint64_t index = 0; index < rows_.count(); ++index) {
        std::memcpy(out + rows_.row(index) * type.width, memory_.data() + reply_.values + index * type.width, type.width);
      }
    }
    if (reply_.validity != 0) {
      for (std::uint64_t index = 0; index < rows_.count(); ++index) {
        const auto byte = static_cast<unsigned>(memory_[reply_.validity + index / 8]);
        if (((byte >> (index % 8)) & 1U) == 0) {
          call.result().set_null(rows_.row(index));
        }
      }
    }
    return {};
  }

 private:
  static Status torn() { return fail(ErrorCode::kIo, "the Python process gave a torn result"); }
  bool inside(std::uint64_t place, std::uint64_t size) const { return place <= memory_.size() && size <= memory_.size() - place; }

  Status read_texts(duck::ScalarCall& call, bool is_text) const {
    const auto* offsets = reinterpret_cast<const std::int32_t*>(memory_.data() + reply_.values);  // NOLINT: raw memory
    const auto* chars = reinterpret_cast<const char*>(memory_.data());                            // NOLINT: raw memory
    for (std::uint64_t index = 0; index < rows_.count(); ++index) {
      const std::int32_t begin = offsets[index];
      const std::int32_t end = offsets[index + 1];
      if (begin < 0 || end < begin || !inside(reply_.chars, static_cast<std::uint64_t>(end))) {
        return torn();
      }
      const std::string_view text(chars + reply_.chars + begin, static_cast<std::size_t>(end - begin));
      if (is_text && !is_valid_utf8(text)) {
        return fail(ErrorCode::kInvalid, "gave a text that is not UTF-8");
      }
      call.result().set_text(rows_.row(index), text);
    }
    return {};
  }

  std::span<const std::byte> memory_;
  const PythonWorker::Reply& reply_;
  const Rows& rows_;
};

Status call_python(PythonWorkers& workers, const Declaration& declaration, std::uint64_t number, duck::ScalarCall& call) {
  const Rows rows(call, declaration.sees_nulls);
  if (rows.count() == 0) {
    return {};  // every row has a null
  }
  WEIR_TRY_ASSIGN(std::unique_ptr<PythonWorker> worker, workers.take());
  const scope_exit give_back([&] { workers.give_back(std::move(worker)); });
  WEIR_TRY_ASSIGN(const std::uint64_t result_place, RequestWriter(*worker, declaration, rows).write(call));
  WEIR_TRY_ASSIGN(const PythonWorker::Reply reply,
                  worker->call({.function = number, .rows_count = rows.count(), .result_place = result_place}, workers.stop()));
  return ReplyReader(*worker, reply, rows).read(call, *declaration.returns);
}
}  // namespace

std::shared_ptr<PythonWorkers> PythonWorkers::create(const std::vector<Declaration>& declarations, const FunctionOptions& options) {
  Json functions = Json::array();
  for (const Declaration& declaration : declarations) {
    Json arguments = Json::array();
    for (const SimpleType* argument : declaration.arguments) {
      arguments.push_back(argument->format);
    }
    functions.push_back({{"python", declaration.python},
                         {"batch", batch_kind_name(declaration.batch)},
                         {"arguments", std::move(arguments)},
                         {"returns", declaration.returns == nullptr ? "" : declaration.returns->format}});
  }
  const bool has_folder = options.python.contains('/');
  return std::make_shared<PythonWorkers>(PythonWorker::Command{has_folder ? (options.folder / options.python).string() : options.python,
                                                               options.folder, functions.dump()},
                                         options.stop);
}

Result<std::unique_ptr<PythonWorker>> PythonWorkers::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<PythonWorker> worker = std::move(idle_.back());
      idle_.pop_back();
      return worker;
    }
  }
  return PythonWorker::start(command_);
}

void PythonWorkers::give_back(std::unique_ptr<PythonWorker> worker) {
  if (!worker->alive()) {
    return;
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

Result<duck::ScalarFunction> make_python_function(const Declaration& declaration, std::uint64_t number, std::shared_ptr<PythonWorkers> workers) {
  duck::ScalarFunction made{.name = declaration.name,
                            .returns = {.id = declaration.returns->id},
                            .sees_nulls = declaration.sees_nulls,
                            .is_volatile = declaration.is_volatile};
  for (const SimpleType* argument : declaration.arguments) {
    made.arguments.push_back({.id = argument->id});
  }
  made.call = [declaration, number, workers = std::move(workers)](duck::ScalarCall& call) -> Status {
    Status status = call_python(*workers, declaration, number, call);
    return status ? std::move(status) : std::unexpected(std::move(status).error().within(declaration.name));
  };
  return made;
}
}  // namespace weir::functions
