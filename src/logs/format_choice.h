#pragma once

#include <memory>
#include <string_view>

#include "core/result.h"
#include "logs/access_pattern.h"
#include "logs/line_formats.h"

namespace weir::logs {
/// The format that is asked for.
struct FormatChoice {
  // NOLINTNEXTLINE(google-explicit-constructor): most formats are nothing but their name
  FormatChoice(Format named = Format::kAuto) : format(named) {}

  Format format;
  std::shared_ptr<const AccessPattern> pattern{};  ///< of kAccess: what its lines look like; null for common and combined
};

/// Reads the name of a format: those of format_name(); also "apache", "nginx", "combined" and "common" for access,
/// "klog" for glog, "kubernetes" for cri, and "log4j", "logback", "python" and "plain" for text. A text with '$' or '%' is
/// a format string as AccessPattern::compile() reads it. Errors: kInvalid.
Result<FormatChoice> parse_format(std::string_view name);
}  // namespace weir::logs
