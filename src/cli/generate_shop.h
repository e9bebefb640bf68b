#pragma once

#include <filesystem>

#include "cli/command.h"
#include "generate/shop.h"

namespace weir::cli {
/// What --scale (else `scale`), --seed, --day and --threads say. Errors: kInvalid.
Result<generate::ShopOptions> shop_options(const Invocation& invocation, const std::filesystem::path& folder, double scale);
/// True when the folder holds a whole day of the same options: the manifest is written last.
bool is_generated(const generate::ShopOptions& options);
/// Makes the files and shows the progress.
Status generate_shop(Invocation& invocation, const generate::ShopOptions& options);
}  // namespace weir::cli
