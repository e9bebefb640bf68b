#include "transform/seed_node.h"

#include "core/files.h"
#include "core/hash.h"
#include "jinja/dict.h"
#include "transform/build.h"
#include "transform/csv_seed.h"
#include "transform/values.h"

namespace weir::transform {
namespace {
constexpr std::uint64_t kSeedBytesMax = std::uint64_t{1} << 30U;

class SeedNode final : public graph::Node {
 public:
  SeedNode(std::shared_ptr<const ProjectState> state, const Resource& resource)
      : Node(node_info(resource)), state_(std::move(state)), resource_(resource) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext& context) override {
    if (resource_.config.flag("full_refresh").value_or(context.run.full_refresh)) {
      return graph::Freshness{false, "full refresh"};
    }
    WEIR_TRY_ASSIGN(const std::string hash, content_hash());
    return table_freshness(*state_->options.lake, resource_, hash, false);
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    LakeAccess lake(state_->options.lake);
    WEIR_TRY_ASSIGN(std::string hash, content_hash());
    Build build{*state_, resource_, lake, context, std::move(hash)};
    WEIR_TRY_ASSIGN(lake::Session * session, lake.session());
    CsvSeed seed{
        .path = state_->options.folder / resource_.path, .file = resource_.path, .column_types = column_types()};
    const std::string delimiter = resource_.config.text("delimiter", ",");
    if (delimiter.size() != 1) {
      return fail_at({resource_.path, 0, 0}, "the config \"delimiter\" must be one character");
    }
    seed.delimiter = delimiter[0];
    lake::WriteRequest request;
    WEIR_TRY_ASSIGN(request.select_sql, read_csv_seed(session->connection(), seed));
    request.mode = lake::WriteMode::kOverwrite;
    request.operation = "SEED";
    return write(build, std::move(request));
  }

 private:
  std::vector<std::pair<std::string, std::string>> column_types() const {
    std::vector<std::pair<std::string, std::string>> types;
    const jinja::Value* config = resource_.config.find("column_types");
    if (config != nullptr && config->is_dict()) {
      for (const jinja::Dict::Entry& entry : config->dictionary().entries()) {
        if (!entry.key.is_missing()) {
          types.emplace_back(text_of(entry.key), text_of(entry.value));
        }
      }
    }
    return types;
  }

  Result<std::string> content_hash() const {
    WEIR_TRY_ASSIGN(std::string bytes, read_file(state_->options.folder / resource_.path, kSeedBytesMax));
    bytes += "\ndelimiter=" + resource_.config.text("delimiter", ",");
    for (const auto& [name, type] : column_types()) {
      bytes += "\n" + name + "=" + type;
    }
    return hash128_hex(bytes);
  }

  std::shared_ptr<const ProjectState> state_;
  const Resource& resource_;
};
}  // namespace

std::unique_ptr<graph::Node> make_seed_node(std::shared_ptr<const ProjectState> state, const Resource& resource) {
  return std::make_unique<SeedNode>(std::move(state), resource);
}
}  // namespace weir::transform
