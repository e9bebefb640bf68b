#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "duck/type.h"
#include "graph/node.h"
#include "lake/writer.h"
#include "transform/lake_access.h"
#include "transform/project_state.h"

/// What building a table has in common, whatever the node.
namespace weir::transform {
/// One run of one node.
struct Build {
  const ProjectState& state;
  const Resource& resource;
  LakeAccess& lake;
  graph::RunContext& run;
  std::string code_hash;

  const lake::TableName& table() const { return resource.table; }
};

/// What the graph knows about a node.
graph::NodeInfo node_info(const Resource& resource);
graph::NodeInfo node_info(const ProjectState& state, const SourceTable& source);

/// The table's name as SQL: "schema"."name".
std::string table_sql(const lake::TableName& table);

/// Whether the lake has what this code would build. With `follows_inputs` the tables it was built from must also be
/// unchanged; a view follows them by itself. Errors: kIo, kCorrupt.
Result<graph::Freshness> table_freshness(const lake::Lake& lake, const Resource& resource, std::string_view code_hash,
                                         bool follows_inputs);

/// The columns of the statement, checked before anything is written: errors have their place in the node's file.
Result<std::vector<duck::Column>> check_statement(Build& build, std::string_view sql);

/// Who builds and from what: the versions that the session has pinned, without the node's own table.
lake::BuildRecord build_record(const Build& build);

/// A transaction id that is one above the last of this node, so that of two runs at the same time one writes and the
/// other finds its work done. To be taken before the table is read.
Result<std::pair<std::string, std::int64_t>> next_transaction(const Build& build);

/// Commits the rows. Errors name the node's file.
Result<graph::NodeResult> write(Build& build, lake::WriteRequest request);

/// "1 row", "1,234 rows".
std::string rows_text(std::uint64_t count);
}  // namespace weir::transform
