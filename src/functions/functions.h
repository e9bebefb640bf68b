#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "functions/declaration.h"

namespace weir::duck {
class Connection;
}

/// Functions of a project's own in SQL: in C++ (a shared library, see include/weir/function.h) and Python (worker processes).
namespace weir::functions {
struct FunctionOptions {
  std::filesystem::path folder;    ///< the project's: libraries and Python modules are looked for from here
  std::string python = "python3";  ///< looked up in PATH, or relative to `folder` when it has a /
  std::stop_token stop;            ///< ends Python calls that are under way
};

/// For each function, by its name in lower case, a hash of its declaration and of its library or Python file: what a model that
/// calls it was built with. Modules that a Python file imports do not count. A file that cannot be read gives a hash too.
std::map<std::string, std::string> code_hashes(const std::vector<Declaration>& declarations, const std::filesystem::path& folder);

/// Registers them for all connections of the database. Libraries are loaded now, Python starts with the first call.
/// Errors, with the place of the declaration: kNotFound for a library or function that is not there, kInvalid for a
/// library of another ABI or types that differ from the declared ones.
Status register_functions(duck::Connection& connection, const std::vector<Declaration>& declarations, const FunctionOptions& options);
}  // namespace weir::functions
