#include "functions/functions.h"

#include "core/files.h"
#include "core/hash.h"
#include "core/text.h"
#include "duck/database.h"
#include "functions/native_function.h"
#include "functions/python_function.h"

namespace weir::functions {
namespace {
// The file that `import` of a plain module or package takes first.
std::filesystem::path python_file(const std::string& module, const std::filesystem::path& folder) {
  const std::filesystem::path base = folder / replace_all(module, ".", "/");
  std::error_code error;
  return std::filesystem::exists(base / "__init__.py", error) ? base / "__init__.py" : std::filesystem::path(base.string() + ".py");
}
}  // namespace

std::map<std::string, std::string> code_hashes(const std::vector<Declaration>& declarations, const std::filesystem::path& folder) {
  std::map<std::string, std::string> hashes;
  for (const Declaration& declaration : declarations) {
    const std::filesystem::path file =
        declaration.python.empty() ? folder / declaration.library : python_file(declaration.python.substr(0, declaration.python.rfind(':')), folder);
    std::string code = declaration.library + '\n' + declaration.symbol + '\n' + declaration.python + '\n' + std::string(batch_kind_name(declaration.batch));
    code += declaration.sees_nulls ? "\nnulls" : "\n";
    for (const SimpleType* argument : declaration.arguments) {
      code += '\n' + std::string(argument->name);
    }
    code += "\n-> " + std::string(declaration.returns == nullptr ? "" : declaration.returns->name) + '\n';
    hashes[to_lower(declaration.name)] = hash128_hex(code + read_file(file).value_or(""));
  }
  return hashes;
}

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
