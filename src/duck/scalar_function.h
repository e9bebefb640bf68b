#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "duck/chunk.h"
#include "duck/row_source.h"
#include "duck/type.h"

/// Functions of ours that SQL may call: one value for each row.
namespace weir::duck {
class Connection;

/// One call: up to some thousand rows at once. Borrowed, valid during the call.
class ScalarCall {
 public:
  ScalarCall(void* chunk, void* result, const std::vector<Type>& arguments);
  std::uint64_t rows_count() const { return rows_count_; }
  const std::vector<VectorView>& arguments() const { return arguments_; }

  /// Where the result goes, in DuckDB's own layout (see VectorWriter::set); rows are valid until said otherwise.
  void* result_data();
  /// Takes over a bit for each row, set when it is not null, in words of 64 as in Arrow.
  void set_result_validity(const std::uint64_t* words);
  /// For texts and for single values.
  VectorWriter& result();

 private:
  friend struct ScalarCallback;
  void clear_nulls_of_arguments();
  std::uint64_t* writable_validity();
  void* result_;
  std::uint64_t rows_count_;
  std::vector<VectorView> arguments_;
  std::vector<VectorWriter> writer_;  ///< made when first asked for; at most one
};

struct ScalarFunction {
  std::string name;
  std::vector<Type> arguments;  ///< simple types only: no DECIMAL, ENUM or nested one
  Type returns;
  bool sees_nulls = false;   ///< else a row with a null argument gives null, whatever `call` writes there
  bool is_volatile = false;  ///< else equal arguments give equal results, and constants are folded
  /// Called from all threads of a statement at once. Must not throw.
  std::function<Status(ScalarCall&)> call;
};

/// Whether values of this type may go into and come out of a ScalarFunction.
bool is_scalar_function_type(TypeId id);

/// The texts of a column in Arrow's layout: where each begins (rows + 1 of them), and their bytes one after another; nulls are empty.
struct ArrowTexts {
  std::unique_ptr<std::int32_t[]> offsets;
  std::unique_ptr<char[]> chars;
};
/// Errors: kUnsupported for more than 2 GiB.
Result<ArrowTexts> arrow_texts(const VectorView& values, std::uint64_t rows_count);

/// Makes the function known to all connections of the database, for as long as it lives. Errors: kInvalid for a type that
/// it cannot have, or a name that is taken by another function with these arguments.
Status register_scalar_function(Connection& connection, ScalarFunction function);

/// The same, unless the database has a function of that name already. Threads: any; one at a time gets to look, since a function
/// that another connection is just registering can neither be seen nor registered again.
Status ensure_scalar_function(Connection& connection, ScalarFunction function);
}  // namespace weir::duck
