#include "graph/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>

#include "core/text.h"

namespace weir::graph {
namespace {
using Nodes = std::vector<std::unique_ptr<Node>>;
using ById = std::unordered_map<std::string_view, NodeIndex>;

std::string place_text(const NodeInfo& info) {
  return info.place.file.empty() ? info.path : info.place.text();
}

std::unexpected<Error> fail_in(const NodeInfo& info, std::string message) {
  Place place = info.place;
  if (place.file.empty()) {
    place.file = info.path;
  }
  return fail_at(std::move(place), std::move(message));
}

Result<ById> index_by_id(const Nodes& nodes) {
  ById by_id;
  by_id.reserve(nodes.size());
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i]->info();
    const auto [other, added] = by_id.emplace(info.id, i);
    if (!added) {
      return fail_in(info, fmt::format("\"{}\" is defined twice; the other one is in {}", info.id,
                                       place_text(nodes[other->second]->info())));
    }
  }
  return by_id;
}

/// Who fills the tables, and which sources stand for them; names in lower case.
struct Tables {
  std::unordered_map<std::string, std::vector<NodeIndex>> writers;
  std::unordered_map<std::string, std::vector<NodeIndex>> sources;
};

/// These may fill one table together, and what they fill may be declared as a source.
bool loads_data(NodeKind kind) {
  return kind == NodeKind::kIngest || kind == NodeKind::kStream;
}

Result<Tables> index_tables(const Nodes& nodes) {
  Tables tables;
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i]->info();
    for (const std::string& table : info.tables_written) {
      std::vector<NodeIndex>& writers = tables.writers[to_lower(table)];
      for (const NodeIndex other : writers) {
        const NodeInfo& other_info = nodes[other]->info();
        if (!loads_data(info.kind) || !loads_data(other_info.kind)) {
          return fail_in(info, fmt::format("{} and {} ({}) both write the table {}; rename one of them", info.id,
                                           other_info.id, place_text(other_info), table));
        }
      }
      writers.push_back(i);
    }
    if (info.kind == NodeKind::kSource) {
      for (const std::string& table : info.tables_read) {
        tables.sources[to_lower(table)].push_back(i);
      }
    }
  }
  return tables;
}

/// Fills `edges`, doubles included.
Status draw_input_edges(const Nodes& nodes, const ById& by_id, std::vector<Edge>& edges) {
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i]->info();
    for (const std::string& input : info.inputs) {
      const auto found = by_id.find(input);
      if (found == by_id.end()) {
        std::vector<std::string> ids;
        std::ranges::transform(by_id, std::back_inserter(ids),
                               [](const auto& entry) { return std::string(entry.first); });
        std::ranges::sort(ids);
        return fail_in(
            info, fmt::format("{} reads \"{}\", which does not exist{}", info.id, input, did_you_mean(input, ids)));
      }
      edges.emplace_back(found->second, i);
    }
  }
  return {};
}

void draw_table_edges(const Nodes& nodes, const Tables& tables, std::vector<Edge>& edges) {
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    const NodeInfo& info = nodes[i]->info();
    // In dbt a model may read, through a source, what itself or a model after it wrote in the last run.
    const auto may_be_parent = [&](NodeIndex parent) {
      return parent != i && (info.kind != NodeKind::kSource || loads_data(nodes[parent]->info().kind));
    };
    for (const std::string& table : info.tables_read) {
      const std::string key = to_lower(table);
      const auto writers = tables.writers.find(key);
      const auto sources = tables.sources.find(key);
      const bool written = writers != tables.writers.end();
      if (!written && sources == tables.sources.end()) {
        continue;
      }
      for (const NodeIndex parent : written ? writers->second : sources->second) {
        if (may_be_parent(parent)) {
          edges.emplace_back(parent, i);
        }
      }
    }
  }
}

/// Follows parents that are themselves not in order until one comes twice.
std::unexpected<Error> fail_with_cycle(const Nodes& nodes, const Adjacency& parents, const std::vector<bool>& placed) {
  NodeIndex at = 0;
  while (placed[at]) {
    ++at;
  }
  std::vector<NodeIndex> way;
  std::vector<bool> seen(nodes.size());
  while (!seen[at]) {
    seen[at] = true;
    way.push_back(at);
    at = *std::ranges::find_if(parents.of(at), [&](NodeIndex parent) { return !placed[parent]; });
  }
  way.erase(way.begin(), std::ranges::find(way, at));
  std::ranges::reverse(way);  // the way led against the data
  std::ranges::rotate(way, std::ranges::min_element(way));
  std::string text;
  for (const NodeIndex node : way) {
    text += fmt::format("{} ({}) -> ", nodes[node]->info().id, place_text(nodes[node]->info()));
  }
  const NodeInfo& first = nodes[way.front()]->info();
  return fail_in(first, fmt::format("nodes read from each other in a circle: {}{}", text, first.id));
}

/// Gives the nodes' numbers in an order in which each comes after its parents, smaller numbers first.
Result<std::vector<NodeIndex>> topological_order(const Nodes& nodes, const std::vector<Edge>& edges) {
  const Adjacency parents(nodes.size(), reversed(edges));
  const Adjacency children(nodes.size(), edges);
  std::vector<std::size_t> waiting_for(nodes.size());
  std::priority_queue<NodeIndex, std::vector<NodeIndex>, std::greater<>> ready;
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    waiting_for[i] = parents.of(i).size();
    if (waiting_for[i] == 0) {
      ready.push(i);
    }
  }
  std::vector<NodeIndex> order;
  std::vector<bool> placed(nodes.size());
  while (!ready.empty()) {
    const NodeIndex next = ready.top();
    ready.pop();
    placed[next] = true;
    order.push_back(next);
    for (const NodeIndex child : children.of(next)) {
      if (--waiting_for[child] == 0) {
        ready.push(child);
      }
    }
  }
  if (order.size() < nodes.size()) {
    return fail_with_cycle(nodes, parents, placed);
  }
  return order;
}

/// Walks level by level from `from`; gives what is reached within `depth_max` edges.
NodeSet reach(const NodeSet& from, const Adjacency& edges, std::size_t nodes_count, std::uint32_t depth_max) {
  NodeSet reached(nodes_count);
  std::vector<NodeIndex> level = from.members();
  for (std::uint32_t depth = 0; depth < depth_max && !level.empty(); ++depth) {
    std::vector<NodeIndex> next;
    for (const NodeIndex node : level) {
      for (const NodeIndex neighbour : edges.of(node)) {
        if (!reached.contains(neighbour)) {
          reached.insert(neighbour);
          next.push_back(neighbour);
        }
      }
    }
    level = std::move(next);
  }
  return reached;
}
}  // namespace

Result<Graph> Graph::build(std::vector<std::unique_ptr<Node>> nodes) {
  std::ranges::sort(nodes, {}, [](const auto& node) {
    const NodeInfo& info = node->info();
    return std::tuple<std::string_view, std::string_view, std::string_view>(info.id, info.path, info.place.file);
  });
  WEIR_TRY_ASSIGN(const ById by_id, index_by_id(nodes));
  WEIR_TRY_ASSIGN(const Tables tables, index_tables(nodes));
  std::vector<Edge> edges;
  WEIR_TRY(draw_input_edges(nodes, by_id, edges));
  draw_table_edges(nodes, tables, edges);
  WEIR_TRY_ASSIGN(const std::vector<NodeIndex> order, topological_order(nodes, edges));

  Graph graph;
  std::vector<NodeIndex> new_number(nodes.size());
  graph.nodes_.reserve(nodes.size());
  graph.by_id_.reserve(nodes.size());
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    new_number[order[i]] = i;
    graph.nodes_.push_back(std::move(nodes[order[i]]));
    graph.by_id_.emplace(graph.nodes_.back()->info().id, i);
  }
  for (auto& [from, to] : edges) {
    from = new_number[from];
    to = new_number[to];
  }
  graph.parents_ = Adjacency(graph.size(), reversed(edges));
  graph.children_ = Adjacency(graph.size(), edges);
  graph.run_parents_ = graph.parents_;
  graph.run_children_ = graph.children_;
  graph.edges_ = std::move(edges);
  return graph;
}

std::optional<NodeIndex> Graph::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

NodeSet Graph::ancestors(const NodeSet& from, std::uint32_t depth_max) const {
  return reach(from, parents_, size(), depth_max);
}

NodeSet Graph::descendants(const NodeSet& from, std::uint32_t depth_max) const {
  return reach(from, children_, size(), depth_max);
}
}  // namespace weir::graph
