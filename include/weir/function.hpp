#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <weir/function.h>

/// Makes functions for weir's SQL of plain C++ functions (C++20, this header and <weir/function.h> alone):
///
///   #include <weir/function.hpp>
///   double celsius(double fahrenheit) { return (fahrenheit - 32) / 1.8; }
///   std::string initials(std::string_view name) { … }
///   WEIR_FUNCTIONS(weir::scalar<celsius>("celsius"), weir::scalar<initials>("initials"))
///
///   g++ -std=c++20 -O3 -shared -fPIC -fno-semantic-interposition -I include functions.cpp -o functions.so
///
/// Arguments: bool, integers, float, double, std::string_view; std::optional<T> of them makes the function see nulls.
/// Results: the same with std::string for texts; std::optional<T> when it may give null. What it throws fails the statement.
namespace weir {
namespace detail {
template <typename T>
struct Arrow {
  static_assert(sizeof(T) == 0, "weir: a function takes and gives bool, integers, float, double, std::string_view, std::string, or std::optional of them");
};
template <typename T>
struct ArrowFixed {
  static T read(const ArrowArray& array, std::int64_t row) { return static_cast<const T*>(array.buffers[1])[row]; }
};
#define WEIR_ARROW_FIXED(type, code)              \
  template <>                                     \
  struct Arrow<type> : ArrowFixed<type> {         \
    static constexpr const char* format = code;   \
  };
WEIR_ARROW_FIXED(std::int8_t, "c")
WEIR_ARROW_FIXED(std::uint8_t, "C")
WEIR_ARROW_FIXED(std::int16_t, "s")
WEIR_ARROW_FIXED(std::uint16_t, "S")
WEIR_ARROW_FIXED(std::int32_t, "i")
WEIR_ARROW_FIXED(std::uint32_t, "I")
WEIR_ARROW_FIXED(std::int64_t, "l")
WEIR_ARROW_FIXED(std::uint64_t, "L")
WEIR_ARROW_FIXED(float, "f")
WEIR_ARROW_FIXED(double, "g")
#undef WEIR_ARROW_FIXED
template <>
struct Arrow<bool> {
  static constexpr const char* format = "b";
  static bool read(const ArrowArray& array, std::int64_t row) {
    return (static_cast<const std::uint8_t*>(array.buffers[1])[row / 8] >> (row % 8) & 1) != 0;
  }
};
template <>
struct Arrow<std::string_view> {
  static constexpr const char* format = "u";
  static std::string_view read(const ArrowArray& array, std::int64_t row) {
    const auto* offsets = static_cast<const std::int32_t*>(array.buffers[1]);
    return {static_cast<const char*>(array.buffers[2]) + offsets[row], static_cast<std::size_t>(offsets[row + 1] - offsets[row])};
  }
};
template <>
struct Arrow<std::string> {
  static constexpr const char* format = "u";
};

template <typename T>
struct Unwrapped {
  using Type = T;
  static constexpr bool optional = false;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
  static constexpr bool optional = true;
};

inline bool is_valid(const ArrowArray& array, std::int64_t row) {
  const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  return bits == nullptr || (bits[row / 8] >> (row % 8) & 1) != 0;
}

template <typename Argument>
Argument read(const ArrowArray& array, std::int64_t row) {
  using Of = Unwrapped<Argument>;
  if constexpr (Of::optional) {
    return is_valid(array, row) ? Argument(Arrow<typename Of::Type>::read(array, row)) : Argument();
  } else {
    return Arrow<Argument>::read(array, row);
  }
}

// The memory of one result.
struct Output {
  std::array<const void*, 3> buffers{};
  std::vector<std::uint8_t> validity;
  std::unique_ptr<void, decltype(&std::free)> values{nullptr, &std::free};
  std::vector<std::uint8_t> bits;
  std::vector<std::int32_t> offsets;
  std::string text;

  void set_null(std::int64_t row, std::int64_t rows) {
    if (validity.empty()) {
      validity.assign(static_cast<std::size_t>((rows + 7) / 8), 0xFF);
    }
    validity[static_cast<std::size_t>(row / 8)] &= static_cast<std::uint8_t>(~(1U << (row % 8)));
  }
  void give(ArrowArray& result, std::int64_t rows, std::int64_t buffers_count) {
    buffers[0] = validity.empty() ? nullptr : validity.data();
    result = {};
    result.length = rows;
    result.null_count = validity.empty() ? 0 : -1;
    result.n_buffers = buffers_count;
    result.buffers = buffers.data();
    result.private_data = this;
    result.release = [](ArrowArray* array) {
      delete static_cast<Output*>(array->private_data);
      array->release = nullptr;
    };
  }
};

template <auto Function, typename Signature>
struct Scalar;

template <auto Function, typename Returned, typename... Args>
struct Scalar<Function, Returned (*)(Args...)> {
  using Of = Unwrapped<Returned>;
  using Value = typename Of::Type;
  static constexpr std::array<const char*, sizeof...(Args) + 1> formats = {Arrow<typename Unwrapped<std::decay_t<Args>>::Type>::format..., nullptr};
  static constexpr bool sees_nulls = (Unwrapped<std::decay_t<Args>>::optional || ...);

  template <std::size_t... I>
  static void run(const ArrowArray& batch, ArrowArray& result, std::index_sequence<I...>) {
    const std::int64_t rows = batch.length;
    auto output = std::make_unique<Output>();
    const auto value_of = [&](std::int64_t row) -> Returned { return Function(read<std::decay_t<Args>>(*batch.children[I], row)...); };
    // A row that gives null anyway is left out where a call could fail on it: its arguments are arbitrary.
    const auto is_wanted = [&](std::int64_t row) { return sees_nulls || (is_valid(*batch.children[I], row) && ...); };
    const bool all_wanted = sees_nulls || ((batch.children[I]->buffers[0] == nullptr) && ...);
    if constexpr (std::is_same_v<Value, std::string> || std::is_same_v<Value, std::string_view>) {
      output->offsets.reserve(static_cast<std::size_t>(rows) + 1);
      output->offsets.push_back(0);
      for (std::int64_t row = 0; row < rows; ++row) {
        if (all_wanted || is_wanted(row)) {
          add_text(*output, value_of(row), row, rows);
        }
        output->offsets.push_back(static_cast<std::int32_t>(output->text.size()));
      }
      output->buffers[1] = output->offsets.data();
      output->buffers[2] = output->text.data();
      output.release()->give(result, rows, 3);
    } else if constexpr (std::is_same_v<Value, bool>) {
      output->bits.assign(static_cast<std::size_t>((rows + 7) / 8), 0);
      for (std::int64_t row = 0; row < rows; ++row) {
        if ((all_wanted || is_wanted(row)) && unwrap(*output, value_of(row), row, rows)) {
          output->bits[static_cast<std::size_t>(row / 8)] |= static_cast<std::uint8_t>(1U << (row % 8));
        }
      }
      output->buffers[1] = output->bits.data();
      output.release()->give(result, rows, 2);
    } else {
      output->values.reset(std::malloc(static_cast<std::size_t>(rows + 1) * sizeof(Value)));
      auto* values = static_cast<Value*>(output->values.get());
      if (all_wanted) {
        for (std::int64_t row = 0; row < rows; ++row) {
          values[row] = unwrap(*output, value_of(row), row, rows);
        }
      } else {
        for (std::int64_t row = 0; row < rows; ++row) {
          values[row] = is_wanted(row) ? unwrap(*output, value_of(row), row, rows) : Value();
        }
      }
      output->buffers[1] = values;
      output.release()->give(result, rows, 2);
    }
  }

  static Value unwrap(Output& output, const Returned& value, std::int64_t row, std::int64_t rows) {
    if constexpr (Of::optional) {
      if (!value) {
        output.set_null(row, rows);
        return Value();
      }
      return *value;
    } else {
      return value;
    }
  }
  static void add_text(Output& output, const Returned& value, std::int64_t row, std::int64_t rows) {
    if constexpr (Of::optional) {
      value ? void(output.text += *value) : output.set_null(row, rows);
    } else {
      output.text += value;
    }
  }

  static int call(const WeirFunction* /*function*/, const ArrowArray* batch, ArrowArray* result, char* error, std::size_t error_size) {
    try {
      run(*batch, *result, std::index_sequence_for<Args...>());
      return 0;
    } catch (const std::exception& problem) {
      std::snprintf(error, error_size, "%s", problem.what());
    } catch (...) {
      std::snprintf(error, error_size, "unknown exception");
    }
    return 1;
  }
};
}  // namespace detail

/// A function for SQL of the C++ function `Function`, called `name`. `flags` as in WeirFunction.
template <auto Function>
WeirFunction scalar(const char* name, std::uint32_t flags = 0) {
  using Made = detail::Scalar<Function, std::decay_t<decltype(Function)>>;
  return {name,
          Made::formats.data(),
          static_cast<std::int32_t>(Made::formats.size() - 1),
          flags | (Made::sees_nulls ? WEIR_FUNCTION_SEES_NULLS : 0U),
          detail::Arrow<typename Made::Value>::format,
          &Made::call,
          nullptr};
}
}  // namespace weir

/// Exports the functions; once in a library.
#define WEIR_FUNCTIONS(...)                                                                                   \
  const struct WeirFunctionList* weir_functions(void) {                                                       \
    static const auto functions = std::to_array<WeirFunction>({__VA_ARGS__});                                 \
    static const WeirFunctionList list = {WEIR_FUNCTION_ABI, static_cast<std::uint32_t>(functions.size()), functions.data()}; \
    return &list;                                                                                             \
  }
