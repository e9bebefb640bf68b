#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "jinja/ast.h"
#include "jinja/builtin.h"
#include "jinja/undefined.h"

namespace weir::jinja {
/// What the resolver needs to know of the environment.
struct Registry {
  std::function<const FilterEntry*(std::string_view)> filter;
  std::function<const TestEntry*(std::string_view)> test;
  std::function<std::vector<std::string>()> filter_names;
  std::function<std::vector<std::string>()> test_names;
  UndefinedMode undefined = UndefinedMode::kDefault;
};

/// A template ready to run.
struct Program {
  std::shared_ptr<Function> root;
  std::vector<BlockStmt*> blocks;  ///< owned by the tree below root
  bool has_extends = false;
};

/// Gives every name its slot and every filter, test and method its function. Jinja2 decides at compile time, from where
/// a name is set and read, whether it is local or comes from the context, and so does this. Errors: kInvalid with a
/// place: an unknown filter or test, a block that is there twice, `break` outside of a loop.
Result<Program> resolve_template(std::shared_ptr<Function> root, const Registry& registry);
/// The same for one macro that stands alone: names from outside come from the context.
Status resolve_function(Function& function, const Registry& registry);
}  // namespace weir::jinja
