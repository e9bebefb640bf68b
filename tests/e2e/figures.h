#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "duck/database.h"

/// What the programs share that compute figures of source files for a test to compare with.
namespace weir::test {
/// The rows of queries as `name<TAB>value` lines.
class Figures {
 public:
  /// `sql` gives rows of a name and a value. Errors: of the SQL.
  Status ask(duck::Connection& connection, const std::string& sql);
  /// Prints the lines sorted.
  void print();

 private:
  std::vector<std::string> lines_;
};

/// The `main` of such a program, which takes the folder of the files. Returns its exit code.
int figures_main(int argc, char** argv, Status (*compute)(duck::Connection& connection, const std::string& folder, Figures& figures));
}  // namespace weir::test
