#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "jinja/ast.h"

/// Questions about the names in a part of the tree.
namespace weir::jinja {
/// Whether `name` is read in the body before it is set there; looks into macros and loops, not into blocks.
bool reads_name(const Body& body, std::string_view name);
/// Where within the loop `name` is assigned to, if anywhere.
std::optional<std::uint32_t> find_assignment(const ForStmt& loop, std::string_view name);
bool has_scoped_block(const Body& body);
/// Visits every statement of the body and within it.
void for_each_statement(const Body& body, const std::function<void(Stmt&)>& visit);
}  // namespace weir::jinja
