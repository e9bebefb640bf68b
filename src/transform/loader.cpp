#include "transform/loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "transform/builtin_macros.h"
#include "transform/node_parser.h"
#include "transform/parallel.h"
#include "transform/project_files.h"
#include "transform/render_context.h"
#include "transform/values.h"

namespace weir::transform {
using graph::NodeKind;
using jinja::BlockKind;
using jinja::Value;

namespace {
/// Where the properties of a node are.
struct Patch {
  std::size_t node = 0;
  std::optional<std::size_t> version;
};

std::string patch_key(NodeKind kind, std::string_view name) {
  return fmt::format("{}.{}", graph::kind_name(kind), name);
}

std::string properties_section(NodeKind kind) {
  return kind == NodeKind::kAnalysis ? "analyses"
         : kind == NodeKind::kTest   ? "data_tests"
                                     : std::string(graph::kind_name(kind)) + "s";
}

/// Builds a ProjectState step by step. Used once.
class Loader {
 public:
  explicit Loader(TransformOptions options) : state_(std::make_shared<ProjectState>(std::move(options))) {}

  Result<std::shared_ptr<const ProjectState>> run() {
    WEIR_TRY(read_files());
    WEIR_TRY(add_macros());
    WEIR_TRY(add_properties());
    WEIR_TRY(add_sources());
    WEIR_TRY(add_resources());
    WEIR_TRY(parse_resources());
    WEIR_TRY(keep_enabled());
    for (Resource& resource : state_->resources) {
      WEIR_TRY(link_resource(*state_, resource));
    }
    WEIR_TRY(render_descriptions());
    add_singular_tests();
    return std::shared_ptr<const ProjectState>(std::move(state_));
  }

 private:
  const std::string& package() const { return state_->file.name; }

  Status read_files() {
    ProjectState& state = *state_;
    WEIR_TRY_ASSIGN(const ConfigNode yaml, read_project_yaml(state.options.folder));
    WEIR_TRY_ASSIGN(state.file.name, project_name(yaml));
    // Variables are not rendered, and everything else may need them.
    const ConfigNode* variables = yaml.find("vars");
    if (variables != nullptr && !variables->is_null() && !variables->is_map()) {
      return fail_at(variables->place(), "\"vars\" must be a map");
    }
    state.variables = variables != nullptr && variables->is_map() ? value_of(*variables) : Value::dict();
    std::vector<std::string> warnings;
    WEIR_TRY_ASSIGN(state.file, parse_project_file(yaml, scalar_render(), warnings));
    add_warnings(std::move(warnings));
    WEIR_TRY_ASSIGN(files_, list_project(state.options.folder, state.file));
    WEIR_TRY(read_project(state.options.folder, state.environment, state.options.threads_count, files_));
    std::error_code ignored;
    for (const char* name : {"packages.yml", "dependencies.yml"}) {
      if (std::filesystem::exists(state.options.folder / name, ignored)) {
        state.warnings.add(fmt::format("{}: packages are not read yet", name));
      }
    }
    return {};
  }

  ScalarRender scalar_render() {
    return [state = state_.get()](const ConfigNode& scalar) { return render_scalar(*state, scalar); };
  }

  void add_warnings(std::vector<std::string> lines) {
    for (std::string& line : lines) {
      state_->warnings.add(std::move(line));
    }
  }

  Status add_macros() {
    ProjectState& state = *state_;
    WEIR_TRY_ASSIGN(const jinja::Library builtin, state.environment.parse_library(builtin_macros(), "dbt"));
    WEIR_TRY(state.macros.add(kBuiltinPackage, builtin));
    for (const ProjectSource& file : files_) {
      if (!file.library) {
        continue;
      }
      // Models' files may hold macros too in dbt, but only for themselves.
      if (file.kind == FileKind::kMacro || file.kind == FileKind::kSnapshot) {
        WEIR_TRY(state.macros.add(package(), *file.library));
      }
      for (const jinja::Block& block : file.library->blocks()) {
        if (block.kind == BlockKind::kDocs && !state.docs.emplace(block.name, trim(block.body)).second) {
          return fail_at(block.place, fmt::format("there is another docs block \"{}\"", block.name));
        }
        if (block.kind == BlockKind::kMaterialization) {
          state.materializations.insert(block.name);
        }
      }
    }
    return {};
  }

  Status add_properties() {
    ProjectState& state = *state_;
    std::vector<std::string> warnings;
    for (const ProjectSource& file : files_) {
      if (file.kind == FileKind::kProperties) {
        WEIR_TRY(parse_properties(file.yaml, file.path, scalar_render(), state.properties, warnings));
      }
    }
    add_warnings(std::move(warnings));
    for (std::size_t i = 0; i < state.properties.nodes.size(); ++i) {
      const NodeProperties& node = state.properties.nodes[i];
      const auto [other, added] = patches_.emplace(patch_key(node.kind, node.name), Patch{i, std::nullopt});
      if (!added) {
        return fail_at(node.place, fmt::format("{} \"{}\" has properties in {} already", graph::kind_name(node.kind),
                                               node.name, state.properties.nodes[other->second.node].place.text()));
      }
      for (std::size_t v = 0; v < node.versions.size(); ++v) {
        const ModelVersion& version = node.versions[v];
        const std::string file = version.defined_in.empty() ? node.name + "_v" + version.version : version.defined_in;
        version_files_.emplace(file, Patch{i, v});
        if (version.defined_in.empty() && version.version == node.latest_version) {
          version_files_.emplace(node.name, Patch{i, v});
        }
      }
    }
    return {};
  }

  Status add_sources() {
    ProjectState& state = *state_;
    for (SourceTable& table : state.properties.sources) {
      const std::string name = table.source_name + "." + table.name;
      table.fqn = fqn_of(folders_of(table.file), {table.source_name, table.name});
      NodeConfig config;
      state.file.sources.apply_to(config, table.fqn);
      config.apply(table.config);
      table.config = Value::dict(config.values());
      if (!config.flag("enabled").value_or(true)) {
        state.disabled.emplace(name, table.file);
        continue;
      }
      table.node_id = fmt::format("source.{}.{}", package(), name);
      const auto [other, added] = state.sources.emplace(name, &table);
      if (!added) {
        return fail_at(table.place,
                       fmt::format("source \"{}\" is there already in {}", name, other->second->place.text()));
      }
      if (const auto checked = lake::TableName::parse(state.table_of(table).text()); !checked) {
        return fail_at(table.place, fmt::format("source \"{}\": {}", name, checked.error().message));
      }
      state.sources_by_id.emplace(table.node_id, &table);
    }
    return {};
  }

  // Folders below models/ and its like, of a file of properties.
  std::vector<std::string> folders_of(const std::string& path) const {
    const auto file = std::ranges::find(files_, path, &ProjectSource::path);
    return file == files_.end() ? std::vector<std::string>() : file->folders;
  }

  std::vector<std::string> fqn_of(const std::vector<std::string>& folders,
                                  const std::vector<std::string>& names) const {
    std::vector<std::string> fqn = {package()};
    fqn.insert(fqn.end(), folders.begin(), folders.end());
    fqn.insert(fqn.end(), names.begin(), names.end());
    return fqn;
  }

  Status add_resources() {
    for (const ProjectSource& file : files_) {
      switch (file.kind) {
        case FileKind::kModel:
          WEIR_TRY(add_model(file));
          break;
        case FileKind::kSeed:
          add_file(file, NodeKind::kSeed, state_->file.seeds);
          break;
        case FileKind::kAnalysis:
          add_file(file, NodeKind::kAnalysis, ConfigTree());
          break;
        case FileKind::kSingularTest:
          add_file(file, NodeKind::kTest, state_->file.tests);
          break;
        case FileKind::kSnapshot:
          WEIR_TRY(add_snapshots(file));
          break;
        case FileKind::kPythonModel:
          state_->warnings.add(fmt::format("{}: models in Python are not supported; it is left out", file.path));
          break;
        case FileKind::kMacro:
        case FileKind::kProperties:
        case FileKind::kDocs:
          break;
      }
    }
    return add_yaml_snapshots();
  }

  Resource& add(NodeKind kind, const std::string& name, const ProjectSource& file) {
    Resource& resource = state_->resources.emplace_back();
    resource.kind = kind;
    resource.name = name;
    resource.package = package();
    resource.id = fmt::format("{}.{}.{}", graph::kind_name(kind), package(), name);
    resource.path = file.path;
    resource.place = {file.path, 0, 0};
    // The weakest layer; templates and selections see these values too.
    resource.config.set("enabled", Value(true));
    resource.config.set("materialized", resource.materialized());
    return resource;
  }

  void configure(Resource& resource, const ConfigTree& tree) {
    tree.apply_to(resource.config, resource.fqn);
    const auto patch = patches_.find(patch_key(resource.kind, resource.name));
    if (patch == patches_.end()) {
      return;
    }
    const NodeProperties& node = state_->properties.nodes[patch->second.node];
    resource.properties = patch->second.node;
    resource.properties_path = node.file;
    resource.description = node.description;
    resource.config.apply(node.config);
  }

  Resource& add_file(const ProjectSource& file, NodeKind kind, const ConfigTree& tree) {
    Resource& resource = add(kind, file.stem, file);
    // Analyses have a folder of their own in front, so that no config of a model's folder is meant.
    resource.fqn = fqn_of(file.folders, {file.stem});
    if (kind == NodeKind::kAnalysis) {
      resource.fqn.insert(resource.fqn.begin() + 1, "analysis");
    }
    resource.raw_sql = file.text;
    resource.source = file.parsed;
    configure(resource, tree);
    return resource;
  }

  Status add_model(const ProjectSource& file) {
    const auto version = version_files_.find(file.stem);
    if (version == version_files_.end()) {
      add_file(file, NodeKind::kModel, state_->file.models);
      return {};
    }
    const NodeProperties& node = state_->properties.nodes[version->second.node];
    const ModelVersion& of = node.versions[*version->second.version];
    Resource& resource = add(NodeKind::kModel, node.name, file);
    resource.version = of.version;
    resource.latest_version = node.latest_version;
    resource.id += ".v" + of.version;
    resource.fqn = fqn_of(file.folders, {node.name, "v" + of.version});
    resource.raw_sql = file.text;
    resource.source = file.parsed;
    configure(resource, state_->file.models);
    resource.config.apply(of.config);
    if (!of.description.empty()) {
      resource.description = of.description;
    }
    return {};
  }

  Status add_snapshots(const ProjectSource& file) {
    for (const jinja::Block& block : file.library->blocks()) {
      if (block.kind != BlockKind::kSnapshot) {
        continue;
      }
      Resource& resource = add(NodeKind::kSnapshot, block.name, file);
      resource.place = block.place;
      std::vector<std::string> folders = file.folders;
      folders.push_back(file.stem);
      resource.fqn = fqn_of(folders, {block.name});
      resource.raw_sql = block.body;
      const std::string_view before(block.text.data(), static_cast<std::size_t>(block.body.data() - block.text.data()));
      resource.first_line = static_cast<std::size_t>(block.place.line + std::ranges::count(before, '\n'));
      WEIR_TRY_ASSIGN(resource.source, state_->environment.parse(
                                           std::string(resource.first_line - 1, '\n') + resource.raw_sql, file.path));
      configure(resource, state_->file.snapshots);
    }
    return {};
  }

  Status add_yaml_snapshots() {
    for (const NodeProperties& node : state_->properties.nodes) {
      if (node.kind != NodeKind::kSnapshot || node.relation.empty()) {
        continue;
      }
      const auto file = std::ranges::find(files_, node.file, &ProjectSource::path);
      Resource& resource = add(NodeKind::kSnapshot, node.name, *file);
      resource.is_from_yaml = true;
      resource.place = *node.relation_place;
      resource.fqn = fqn_of(file->folders, {node.name});
      resource.raw_sql = fmt::format("select * from {{{{ {} }}}}", node.relation);
      auto parsed = state_->environment.parse(resource.raw_sql, node.file);
      if (!parsed) {
        return fail_at(*node.relation_place,
                       fmt::format("\"relation\" must be a ref() or a source(): {}", parsed.error().message));
      }
      resource.source = std::move(*parsed);
      configure(resource, state_->file.snapshots);
    }
    return {};
  }

  Status parse_resources() {
    auto& resources = state_->resources;
    std::vector<Status> statuses(resources.size());
    for_each_parallel(resources.size(), state_->options.threads_count,
                      [&](std::size_t i) { statuses[i] = parse_resource(*state_, resources[i]); });
    for (Status& status : statuses) {
      WEIR_TRY(std::move(status));
    }
    return {};
  }

  // Takes out what is disabled, and makes the rest known by id and by name.
  Status keep_enabled() {
    ProjectState& state = *state_;
    std::erase_if(state.resources, [&](const Resource& resource) {
      const bool enabled = resource.config.flag("enabled").value_or(true);
      if (!enabled) {
        state.disabled.emplace(resource.name, resource.path);
      }
      return !enabled;
    });
    for (const Resource& resource : state.resources) {
      const auto [other, added] = state.by_id.emplace(resource.id, &resource);
      if (!added) {
        return fail_at(resource.place,
                       fmt::format("there is another {} \"{}\" in {}; names are unique in a project",
                                   graph::kind_name(resource.kind), resource.name, other->second->path));
      }
      name_properties(resource);
      const bool can_be_read =
          resource.kind == NodeKind::kModel || resource.kind == NodeKind::kSeed || resource.kind == NodeKind::kSnapshot;
      if (!can_be_read || resource.version != resource.latest_version) {
        continue;
      }
      const auto [same, is_new] = state.by_name.emplace(resource.name, &resource);
      if (!is_new) {
        return fail_at(resource.place,
                       fmt::format("{} \"{}\" has the name of a {} in {}, so ref('{}') could mean both",
                                   graph::kind_name(resource.kind), resource.name, graph::kind_name(same->second->kind),
                                   same->second->path, resource.name));
      }
    }
    warn_about_patches();
    return {};
  }

  void name_properties(const Resource& resource) {
    if (resource.properties >= state_->properties.nodes.size()) {
      return;
    }
    NodeProperties& node = state_->properties.nodes[resource.properties];
    if (resource.version == resource.latest_version) {
      node.node_id = resource.id;
    }
    for (ModelVersion& version : node.versions) {
      if (version.version == resource.version) {
        version.node_id = resource.id;
      }
    }
  }

  void warn_about_patches() {
    for (const NodeProperties& node : state_->properties.nodes) {
      if (!node.node_id.empty() || state_->disabled.contains(node.name)) {
        continue;
      }
      std::vector<std::string> names;
      for (const Resource& resource : state_->resources) {
        if (resource.kind == node.kind) {
          names.push_back(resource.name);
        }
      }
      state_->warnings.add(fmt::format("{}: there is no {} \"{}\" for these {}{}", node.place.text(),
                                       graph::kind_name(node.kind), node.name, properties_section(node.kind),
                                       did_you_mean(node.name, names)));
    }
  }

  Result<std::string> described(const std::string& text, const Place& place) {
    if (!text.contains("{{")) {
      return text;
    }
    WEIR_TRY_ASSIGN(const Value value, render_scalar(*state_, ConfigNode::scalar(text, true, place)));
    return text_of(value);
  }

  Status describe_columns(std::vector<ColumnProperties>& columns) {
    for (ColumnProperties& column : columns) {
      WEIR_TRY_ASSIGN(column.description, described(column.description, column.place));
    }
    return {};
  }

  Status render_descriptions() {
    for (NodeProperties& node : state_->properties.nodes) {
      WEIR_TRY_ASSIGN(node.description, described(node.description, node.place));
      WEIR_TRY(describe_columns(node.columns));
      for (ModelVersion& version : node.versions) {
        WEIR_TRY_ASSIGN(version.description, described(version.description, version.place));
        WEIR_TRY(describe_columns(version.columns));
      }
    }
    for (SourceTable& table : state_->properties.sources) {
      WEIR_TRY_ASSIGN(table.description, described(table.description, table.place));
      WEIR_TRY_ASSIGN(table.source_description, described(table.source_description, table.place));
      WEIR_TRY(describe_columns(table.columns));
    }
    for (Resource& resource : state_->resources) {
      const Place place = resource.properties < state_->properties.nodes.size()
                              ? state_->properties.nodes[resource.properties].place
                              : resource.place;
      WEIR_TRY_ASSIGN(resource.description, described(resource.description, place));
    }
    return {};
  }

  void add_singular_tests() {
    for (const Resource& resource : state_->resources) {
      if (resource.kind == NodeKind::kTest) {
        state_->singular_tests.push_back(
            {resource.id, resource.name, resource.fqn, resource.path, resource.place, resource.description,
             config_of(Value::dict(resource.config.values()), resource.place), resource.inputs});
      }
    }
  }

  std::shared_ptr<ProjectState> state_;
  std::vector<ProjectSource> files_;
  TextMap<Patch> patches_;        // by kind and name
  TextMap<Patch> version_files_;  // by the stem of the .sql file
};
}  // namespace

Result<std::shared_ptr<const ProjectState>> load_project(TransformOptions options) {
  return Loader(std::move(options)).run();
}
}  // namespace weir::transform
