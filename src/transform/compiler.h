#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "transform/lake_access.h"
#include "transform/project_state.h"

namespace weir::transform {
/// How a node is compiled.
struct CompileMode {
  bool incremental = false;  ///< what is_incremental() says
  bool full_refresh = false;
};

/// The SQL of a node with everything rendered and its ephemeral parents in front. Queries of its macros go to `lake`.
/// Errors: kInvalid with the place in the node's file or in a macro's; as of Session::query.
Result<std::string> compile_resource(const ProjectState& state, const Resource& resource, LakeAccess& lake,
                                     const CompileMode& mode = {});

/// The file below target/compiled/ for a node.
std::filesystem::path compiled_path(const ProjectState& state, const Resource& resource);
/// Keeps `sql` in that file; a file that has it already is left alone. Errors: kIo.
Status write_compiled(const ProjectState& state, const Resource& resource, std::string_view sql);

/// Puts the CTEs, each `__dbt__cte__name as (...)`, in front of `sql`, as dbt does.
std::string with_ctes(std::string_view sql, const std::vector<std::pair<std::string, std::string>>& ctes);

/// A hash that is the same for all code that gives the same rows from the same inputs: of the compiled SQL without
/// comments and layout, and of the configs that say how it is kept. For an incremental model it also covers its
/// template and macros, so that it does not depend on whether the table is there.
std::string code_hash(const ProjectState& state, const Resource& resource, std::string_view compiled_sql);

/// `sql` as one statement that can stand in parentheses: without the semicolon at its end, and with a line end behind a
/// comment.
std::string statement_of(std::string_view sql);

/// A template without comments and with white space outside of quotes made one blank.
std::string normalized_template(std::string_view text);

/// DuckDB's error, whose place is in the compiled SQL, as one about the node's file: with the line of the file
/// where it can be told, else with the line of the compiled file.
Error locate_sql_error(Error error, const ProjectState& state, const Resource& resource, std::string_view compiled_sql);
}  // namespace weir::transform
