#include "functions/native_function.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <weir/function.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "core/scope.h"
#include "core/text.h"

namespace weir::functions {
namespace {
constexpr std::size_t kErrorBytes = 1024;

Result<const WeirFunctionList*> load_library(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return fail(ErrorCode::kNotFound, "there is no such library; build it first (g++ -shared -fPIC …)", file.string());
  }
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = ::dlerror();
    return fail(ErrorCode::kInvalid, fmt::format("cannot be loaded: {}", reason == nullptr ? "unknown reason" : reason), file.string());
  }
  const auto list = reinterpret_cast<const WeirFunctionList* (*)()>(::dlsym(handle, "weir_functions"));  // NOLINT: dlsym's way
  if (list == nullptr) {
    return fail(ErrorCode::kInvalid, "is no library of weir functions: it does not export weir_functions (see weir/function.h)", file.string());
  }
  const WeirFunctionList* functions = list();
  if (functions == nullptr || functions->abi_version != WEIR_FUNCTION_ABI) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("was built for version {} of weir's function interface, this is {}; build it again",
                            functions == nullptr ? 0 : functions->abi_version, WEIR_FUNCTION_ABI),
                file.string());
  }
  return functions;
}

Result<const WeirFunction*> find_function(const WeirFunctionList& list, const std::string& name, const std::filesystem::path& file) {
  std::vector<std::string> known;
  for (std::uint32_t i = 0; i < list.functions_count; ++i) {
    if (list.functions[i].name == name) {
      return &list.functions[i];
    }
    known.emplace_back(list.functions[i].name);
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("has no function \"{}\"{}; it has {}", name, did_you_mean(name, known), known.empty() ? "none" : join(known, ", ")),
              file.string());
}

struct Signature {
  std::vector<const SimpleType*> arguments;
  const SimpleType* returns = nullptr;
  bool operator==(const Signature&) const = default;
  std::string text() const {
    std::vector<std::string> names;
    for (const SimpleType* argument : arguments) {
      names.emplace_back(argument->name);
    }
    return fmt::format("({}) -> {}", join(names, ", "), returns->name);
  }
};

Result<Signature> signature_of(const WeirFunction& function) {
  const auto type_of = [&](const char* format) -> Result<const SimpleType*> {
    const SimpleType* type = format == nullptr ? nullptr : find_format(format);
    if (type == nullptr) {
      return fail(ErrorCode::kUnsupported, fmt::format("has a type that functions cannot have: Arrow format \"{}\"", format == nullptr ? "" : format), function.name);
    }
    return type;
  };
  Signature signature;
  for (std::int32_t i = 0; i < function.arguments_count; ++i) {
    WEIR_TRY_ASSIGN(const SimpleType* type, type_of(function.argument_formats[i]));
    signature.arguments.push_back(type);
  }
  WEIR_TRY_ASSIGN(signature.returns, type_of(function.return_format));
  return signature;
}

// An argument as an Arrow array that borrows DuckDB's memory; what has another layout there is converted into memory of its own.
class ArgumentArray {
 public:
  Status fill(const duck::VectorView& values, const SimpleType& type, std::uint64_t rows) {
    array_.length = static_cast<std::int64_t>(rows);
    array_.null_count = values.validity() == nullptr ? 0 : -1;
    array_.buffers = buffers_.data();
    array_.n_buffers = type.width == 0 ? 3 : 2;
    buffers_[0] = values.validity();  // the same bits in both, least significant first
    if (type.id == duck::TypeId::kBoolean) {
      buffers_[1] = pack_bits(values, rows);
    } else if (type.width == 0) {
      WEIR_TRY_ASSIGN(texts_, duck::arrow_texts(values, rows));
      buffers_[1] = texts_.offsets.get();
      buffers_[2] = texts_.chars.get();
    } else {
      buffers_[1] = values.data();
    }
    return {};
  }
  ArgumentArray() = default;
  ArgumentArray(const ArgumentArray&) = delete;
  ArgumentArray& operator=(const ArgumentArray&) = delete;
  ArrowArray* array() { return &array_; }

 private:
  const void* pack_bits(const duck::VectorView& values, std::uint64_t rows) {
    const auto* flags = static_cast<const std::uint8_t*>(values.data());
    bits_.assign((rows + 7) / 8, 0);
    for (std::uint64_t row = 0; row < rows; ++row) {
      bits_[row / 8] |= static_cast<std::uint8_t>((flags[row] & 1U) << (row % 8));
    }
    return bits_.data();
  }
  ArrowArray array_{};
  std::array<const void*, 3> buffers_{};
  std::vector<std::uint8_t> bits_;
  duck::ArrowTexts texts_;
};

Status write_texts(duck::ScalarCall& call, const ArrowArray& result, bool is_text) {
  const auto* offsets = static_cast<const std::int32_t*>(result.buffers[1]);
  const auto* chars = static_cast<const char*>(result.buffers[2]);
  const auto* validity = static_cast<const std::uint8_t*>(result.buffers[0]);
  for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
    if (validity != nullptr && ((static_cast<unsigned>(validity[row / 8]) >> (row % 8)) & 1U) == 0) {
      call.result().set_null(row);
      continue;
    }
    // Without any text there may be no buffer either.
    const std::string_view text =
        offsets[row + 1] <= offsets[row] ? std::string_view("") : std::string_view(chars + offsets[row], static_cast<std::size_t>(offsets[row + 1] - offsets[row]));
    if (is_text && !is_valid_utf8(text)) {
      return fail(ErrorCode::kInvalid, "gave a text that is not UTF-8");
    }
    call.result().set_text(row, text);
  }
  return {};
}

Status write_result(duck::ScalarCall& call, const ArrowArray& result, const SimpleType& type) {
  const std::uint64_t rows = call.rows_count();
  if (result.length != static_cast<std::int64_t>(rows) || result.offset != 0 || result.n_buffers != (type.width == 0 ? 3 : 2) ||
      (rows > 0 && result.buffers[1] == nullptr)) {
    return fail(ErrorCode::kInvalid, fmt::format("gave no Arrow array of {} {} values with offset 0", rows, type.name));
  }
  if (type.width == 0) {
    return write_texts(call, result, type.id == duck::TypeId::kVarchar);
  }
  if (type.id == duck::TypeId::kBoolean) {
    const auto* bits = static_cast<const std::uint8_t*>(result.buffers[1]);
    auto* flags = static_cast<std::uint8_t*>(call.result_data());
    for (std::uint64_t row = 0; row < rows; ++row) {
      flags[row] = static_cast<std::uint8_t>((static_cast<unsigned>(bits[row / 8]) >> (row % 8)) & 1U);
    }
  } else {
    std::memcpy(call.result_data(), result.buffers[1], rows * type.width);
  }
  if (result.buffers[0] != nullptr) {
    // Arrow's bits end with the last byte that is used, DuckDB's with the last word.
    std::vector<std::uint64_t> words((rows + 63) / 64);
    std::memcpy(words.data(), result.buffers[0], (rows + 7) / 8);
    call.set_result_validity(words.data());
  }
  return {};
}

Status call_native(const WeirFunction& function, const Signature& signature, duck::ScalarCall& call) {
  std::vector<std::unique_ptr<ArgumentArray>> arguments;
  std::vector<ArrowArray*> children;
  for (std::size_t i = 0; i < signature.arguments.size(); ++i) {
    arguments.push_back(std::make_unique<ArgumentArray>());
    WEIR_TRY(arguments.back()->fill(call.arguments()[i], *signature.arguments[i], call.rows_count()));
    children.push_back(arguments.back()->array());
  }
  const void* no_validity = nullptr;
  ArrowArray batch{};
  batch.length = static_cast<std::int64_t>(call.rows_count());
  batch.n_buffers = 1;
  batch.buffers = &no_validity;
  batch.n_children = static_cast<std::int64_t>(children.size());
  batch.children = children.data();
  ArrowArray result{};
  const scope_exit release([&] {
    if (result.release != nullptr) {
      result.release(&result);
    }
  });
  std::array<char, kErrorBytes> error{};
  if (function.call(&function, &batch, &result, error.data(), error.size()) != 0) {
    error.back() = '\0';
    return fail(ErrorCode::kInvalid, error[0] == '\0' ? "failed without a reason" : error.data());
  }
  if (result.release == nullptr) {
    return fail(ErrorCode::kInvalid, "gave no result");
  }
  return write_result(call, result, *signature.returns);
}
}  // namespace

Result<duck::ScalarFunction> make_native_function(const Declaration& declaration, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / declaration.library;
  WEIR_TRY_ASSIGN(const WeirFunctionList* list, load_library(file));
  WEIR_TRY_ASSIGN(const WeirFunction* function, find_function(*list, declaration.symbol, file));
  WEIR_TRY_ASSIGN(const Signature signature, signature_of(*function));
  const Signature declared{declaration.arguments, declaration.returns};
  if (declaration.declares_types && declared != signature) {
    return fail(ErrorCode::kInvalid, fmt::format("the library's \"{}\" is {}, not {} as declared", declaration.symbol, signature.text(), declared.text()));
  }
  duck::ScalarFunction made{.name = declaration.name,
                            .returns = {.id = signature.returns->id},
                            .sees_nulls = (function->flags & WEIR_FUNCTION_SEES_NULLS) != 0,
                            .is_volatile = (function->flags & WEIR_FUNCTION_VOLATILE) != 0};
  for (const SimpleType* argument : signature.arguments) {
    made.arguments.push_back({.id = argument->id});
  }
  made.call = [function, signature, name = declaration.name](duck::ScalarCall& call) -> Status {
    Status status = call_native(*function, signature, call);
    return status ? std::move(status) : std::unexpected(std::move(status).error().within(name));
  };
  return made;
}
}  // namespace weir::functions
