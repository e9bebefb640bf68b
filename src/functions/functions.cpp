#include "functions/functions.h"

#include "duck/database.h"
#include "functions/native_function.h"
#include "functions/python_function.h"

namespace weir::functions {
Status register_functions(duck::Connection& connection, const std::vector<Declaration>& declarations, const FunctionOptions& options) {
  const auto workers = PythonWorkers::create(declarations, options);
  for (std::size_t i = 0; i < declarations.size(); ++i) {
    const Declaration& declaration = declarations[i];
    const auto register_one = [&]() -> Status {
      WEIR_TRY_ASSIGN(duck::ScalarFunction function,
                      declaration.python.empty() ? make_native_function(declaration, options.folder) : make_python_function(declaration, i, workers));
      return duck::register_scalar_function(connection, std::move(function));
    };
    if (Status status = register_one(); !status) {
      Error error = std::move(status).error();
      if (!error.place) {
        error.place = declaration.place;
      }
      return std::unexpected(std::move(error));
    }
  }
  return {};
}
}  // namespace weir::functions
